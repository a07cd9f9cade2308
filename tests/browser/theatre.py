"""A web server on the loopback that shows a folder, and a headless Chromium that looks at a page of it."""

import json
import subprocess
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

_HERE = Path(__file__).parent
_PAGES = {"/player.html": _HERE / "player.html", "/hls.min.js": _HERE / "hls.js" / "hls.min.js"}
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
)


class _Stage(SimpleHTTPRequestHandler):
    """Files of a folder, by byte ranges as S3 serves them; what a page saw comes back by POST /seen."""

    def __init__(self, *arguments: Any, folder: Path, seen: Queue[dict[str, Any]]) -> None:
        self.folder, self.seen = folder, seen
        super().__init__(*arguments)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        file = _PAGES.get(path, self.folder / path.removeprefix("/film/"))
        if not file.is_file():
            self.send_error(404)
            return
        body, wanted = file.read_bytes(), self.headers.get("Range")
        first, last = 0, len(body) - 1
        if wanted:
            low, _, high = wanted.removeprefix("bytes=").partition("-")
            first, last = int(low), min(int(high or last), last)
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(last + 1 - first))
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
        self.end_headers()
        self.wfile.write(body[first : last + 1])

    def do_POST(self) -> None:
        self.seen.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """A browser asks for too much to be told of it."""


def watch(folder: Path, page: str, profile: Path, seconds: float) -> dict[str, Any]:
    """What the page saw of the folder. Raises `queue.Empty` if it says nothing for so long."""
    seen: Queue[dict[str, Any]] = Queue()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Stage, folder=folder, seen=seen)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with _chromium(f"http://127.0.0.1:{server.server_port}{page}", profile):
            found = seen.get(timeout=seconds)
        server.shutdown()
    return found


@contextmanager
def _chromium(url: str, profile: Path):
    command = ["chromium", *_FLAGS, f"--user-data-dir={profile}", url]
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        browser.terminate()
        browser.wait(10)
