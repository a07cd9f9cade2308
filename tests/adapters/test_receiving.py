"""Files by their links, from a server that may break off."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.problem import Problem
from workbench.receiving import receive, receive_all

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfilm"


@pytest.fixture
def answering() -> Iterator[dict[str, bytes]]:
    """A server at `url` that gives `answer` to whoever asks, and hangs up."""
    told = {"answer": WHOLE}
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.recv(65536)
                    client.sendall(told["answer"])

        threading.Thread(target=serve, daemon=True).start()
        told["url"] = f"http://127.0.0.1:{server.getsockname()[1]}/d/x".encode()
        yield told
        server.shutdown(socket.SHUT_RDWR)


def test_a_file_comes_whole_and_tells_how_far_it_is(answering, tmp_path):
    told: list[tuple[str, float]] = []
    path = receive(answering["url"].decode(), tmp_path / "a.mp4", lambda *now: told.append(now))
    assert (path.read_bytes(), told) == (b"film", [("a.mp4", 100.0)])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (WHOLE[:-2], r"a\.mp4 did not come whole \(2 of 4 bytes\)"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", r"a\.mp4 did not come \(HTTP Error 404: Not Found\)"),
    ],
)
def test_half_a_file_is_none(answering, tmp_path, answer, said):
    answering["answer"] = answer
    with pytest.raises(Problem, match=said):
        receive(answering["url"].decode(), tmp_path / "a.mp4", print)
    assert list(tmp_path.iterdir()) == []


def test_what_was_made_is_fetched_once_and_what_is_played_is_not(answering, tmp_path):
    def link(key: str, **more: str) -> dict[str, str]:
        return {"key": key, "url": answering["url"].decode(), **more}

    links = {
        "slides": [link("1/slides/intro.png")],
        "renditions": [link("1/renditions/720p.mp4", file_name="talk 720p.mp4")],
        "stitched": link("1/renditions/720p.mp4", file_name="talk.mp4"),
        "thumbnail": link("1/thumbnail.jpg"),
        "hls": link("1/hls/master.m3u8"),
    }
    paths: list[Path] = receive_all(links, tmp_path, lambda *_: None)
    assert [path.name for path in paths] == ["intro.png", "talk 720p.mp4", "thumbnail.jpg"]
