"""A webhook's receiver on this machine: HTTPS by a certificate for `localhost` that signs itself."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Receiver:
    """Refuses with 401 whoever does not know `secret`; answers the others with `answers`, one each, then with 200."""

    def __init__(self, port: int, secret: str) -> None:
        self.port, self.secret = port, secret
        self.answers: list[int] = []
        self.refused = 0
        self.got: list[tuple[int, dict[str, Any]]] = []

    def url(self, name: str = "localhost") -> str:
        return f"https://{name}:{self.port}/hook?from=roughcut"

    def take(self, secret: str | None, body: bytes) -> int:
        if secret != self.secret:
            self.refused += 1
            return 401
        status = self.answers.pop(0) if self.answers else 200
        self.got.append((status, json.loads(body)))
        return status


@contextmanager
def receiver(folder: Path, secret: str) -> Iterator[tuple[Receiver, Path]]:
    """(a listening receiver, the certificate to trust)"""
    certificate = _certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    ours = Receiver(server.server_port, secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(ours.take(self.headers.get("X-Roughcut-Secret"), body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Not on stderr."""

    server.RequestHandlerClass = Handler
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield ours, certificate
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificate(folder: Path) -> Path:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(encoding, plain, serialization.NoEncryption()))
    (folder / "certificate.pem").write_bytes(made.public_bytes(encoding))
    return folder / "certificate.pem"
