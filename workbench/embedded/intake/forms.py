"""A form of a browser (multipart/form-data) as the PutObject that it means.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from wsgiref.types import StartResponse
from xml.sax.saxutils import escape

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from workbench.embedded.access.policies import Allowance
from workbench.embedded.access.signing import ALGORITHM
from workbench.embedded.calls import path_of, variable
from workbench.embedded.intake.objects import SPOOL, hand_over
from workbench.embedded.intake.source import PIECE, Source
from workbench.embedded.intake.spool import Spool
from workbench.embedded.intake.sums import Sums
from workbench.embedded.refusals import Refused
from workbench.embedded.translate import REGION

# What may stand before the file.
_MOST_FIELDS = 20 * 1024
_PLACEHOLDER = "${filename}"
_PLAIN = frozenset({"cache-control", "content-disposition", "content-encoding", "content-type", "expires"})
_OF_SIGNATURES = frozenset(
    {"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token"}
)
_MALFORMED = "The body of your POST request is not well-formed multipart/form-data."
# The PutObject that the form becomes, without its body yet; its fields, by lower-case names; the bucket.
Admit = Callable[[dict[str, Any], Mapping[str, str], str], Allowance]


def is_form(environ: Mapping[str, Any]) -> bool:
    """Whether the request brings an object in a form."""
    is_multipart = environ.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data")
    return is_multipart and environ["REQUEST_METHOD"] == "POST" and not environ.get("QUERY_STRING")


class FormReader:
    """One form. `admit` is asked before the first byte of the file is kept."""

    def __init__(self, environ: dict[str, Any], admit: Admit) -> None:
        self._environ, self._admit = environ, admit
        self._raw: dict[str, bytes] = {}
        self._name, self._size = "", 0
        self._fields: dict[str, str] = {}
        self._allowance: Allowance | None = None
        self._bucket = path_of(environ).strip("/")
        self.put: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """The environment of the PutObject. Raises `Refused`."""
        for event in self._events():
            if isinstance(event, Field | File):
                self._begin(event)
            elif isinstance(event, Data):
                self._take(event.data)
        if self._allowance is None:
            raise _number_of_files("0")
        self._allowance.check(self._size)
        hand_over(self.put, self.put[SPOOL], {})
        return self.put

    def _events(self) -> Iterator[Any]:
        _, options = parse_options_header(self._environ["CONTENT_TYPE"])
        source = Source(self._environ)
        # The second piece has room for what is left of the first.
        decoder = MultipartDecoder(options.get("boundary", "").encode("latin-1", "replace"), 2 * PIECE)
        try:
            for piece in _and_end(source.pieces()):
                decoder.receive_data(piece)
                while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
                    yield event
        except (ValueError, RequestEntityTooLarge) as problem:
            raise Refused("MalformedPOSTRequest", _MALFORMED) from problem

    def _begin(self, part: Field | File) -> None:
        self._name = (part.name or "").lower()
        if self._name != "file":
            return
        if self._allowance is not None:
            raise _number_of_files("2")
        fields = {name: raw.decode("utf-8", "replace") for name, raw in self._raw.items()}
        # The client's own name of its file, in whichever field; the policy is about what stood there before.
        file_name = PurePath(part.filename).name if isinstance(part, File) else ""
        self._fields = {name: value.replace(_PLACEHOLDER, file_name) for name, value in fields.items()}
        self.put = _as_put(self._environ, self._bucket, self._fields)
        self._allowance = self._admit(self.put, fields, self._bucket)
        self.put[SPOOL] = Spool(Sums(self.put), Source(self._environ).length)

    def _take(self, piece: bytes) -> None:
        if self._name == "file" and self._allowance is not None:
            self._size += len(piece)
            # The rest is read, so that the answer can tell how much it is, and not kept.
            if self._size <= self._allowance.most:
                self.put[SPOOL].write(piece)
        elif self._allowance is None:
            self._raw[self._name] = self._raw.get(self._name, b"") + piece
            if sum(len(name) + len(raw) for name, raw in self._raw.items()) > _MOST_FIELDS:
                message = "Your POST request fields preceding the upload file were too large."
                raise Refused("MaxPostPreDataLengthExceeded", message)

    def answer(self, headers: Iterable[tuple[str, str]], start_response: StartResponse) -> Iterable[bytes]:
        """Of a form whose object is stored; `headers` are those of the PutObject's answer."""
        told = [(name, value) for name, value in headers if not name.lower().startswith("content-")]
        etag = next((value for name, value in told if name.lower() == "etag"), "")
        named = {"bucket": self._bucket, "key": self._fields["key"], "etag": etag}
        redirect = self._redirect(named)
        wanted = self._fields.get("success_action_status")
        status = "303" if redirect else wanted if wanted in ("200", "201") else "204"
        body = _document(self._place(), named).encode() if status == "201" else b""
        told += [("Location", redirect)] if redirect else []
        told += [("Content-Type", "application/xml")] if body else []
        told += [("Content-Length", str(len(body)))] if status != "204" else []
        start_response(f"{status} {HTTPStatus(int(status)).phrase}", told)
        return [body]

    def _place(self) -> str:
        return f"http://{self._environ.get('HTTP_HOST', '127.0.0.1')}{self.put['RAW_URI']}"

    def _redirect(self, named: Mapping[str, str]) -> str:
        """Where the form wants its browser to go; nowhere if that is no address, as if it had not been asked for."""
        asked = self._fields.get("success_action_redirect") or self._fields.get("redirect") or ""
        try:
            parts = urlsplit(asked)
        except ValueError:
            return ""
        if parts.scheme not in ("http", "https") or not asked.isascii() or not asked.isprintable():
            return ""
        query = "&".join(filter(None, (parts.query, urlencode(named))))
        return parts._replace(query=query).geturl()


def _as_put(environ: Mapping[str, Any], bucket: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """The same request as a PUT of the object; its headers are the fields."""
    kept = {name: value for name, value in environ.items() if not name.startswith(("HTTP_X_AMZ_", "HTTP_CONTENT_MD5"))}
    kept.pop("CONTENT_TYPE")
    path = f"/{bucket}/{fields.get('key', '')}"
    headers = {variable(name): _latin(value) for name, value in fields.items() if _is_header(name)}
    if "acl" in fields:
        headers["HTTP_X_AMZ_ACL"] = fields["acl"]
    if "HTTP_CONTENT_TYPE" in headers:
        headers["CONTENT_TYPE"] = headers.pop("HTTP_CONTENT_TYPE")
    return {
        **kept,
        **headers,
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": _latin(path),
        "RAW_URI": quote(path, safe="/-_.~"),
        "REQUEST_URI": quote(path, safe="/-_.~"),
        "HTTP_HOST": "127.0.0.1",
        # Whoever signed the policy has signed this. Without it moto would not let an object be replaced.
        "HTTP_AUTHORIZATION": f"{ALGORITHM} Credential=form/20260101/{REGION}/s3/aws4_request",
    }


def _is_header(name: str) -> bool:
    return name in _PLAIN or (name.startswith("x-amz-") and name not in _OF_SIGNATURES)


def _latin(text: str) -> str:
    """As WSGI has it."""
    return text.encode().decode("latin-1").replace("\r", " ").replace("\n", " ")


def _and_end(pieces: Iterable[bytes]) -> Iterator[bytes | None]:
    yield from pieces
    yield None


def _number_of_files(found: str) -> Refused:
    message = "POST requires exactly one file upload per request."
    return Refused("InvalidArgument", message, ArgumentName="file", ArgumentValue=found)


def _document(place: str, named: Mapping[str, str]) -> str:
    tags = {"Location": place, "Bucket": named["bucket"], "Key": named["key"], "ETag": named["etag"]}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in tags.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>{inner}</PostResponse>'
