"""Files on their way to the bucket: one form, or parts. What is sent is read from the disk as it goes."""

import http.client
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workbench.operations import Ask
from workbench.problem import Problem

_PIECE = 1 << 20
_ROUNDS = 3  # a part that is missing after its upload is sent again
TIMEOUT_SECONDS = 60

Told = Callable[[int], None]


def send(ask: Ask, request: Mapping[str, Any], path: Path, told: Told) -> dict[str, Any]:
    """Upload the file that `request` (of the operation upload) is about; the last answer.

    `told` gets the bytes that were sent, again and again. Raises `Problem`.
    """
    answer = ask(request)
    if answer["method"] == "post":
        _post(answer, path, told)
        return answer
    for _ in range(_ROUNDS):
        _put_parts(answer, path, int(request["size_bytes"]), told)
        answer = {**answer, **ask({"operation": "upload", **answer["completion"]})}
        if answer.get("completed"):
            return answer
    raise Problem(f"{path.name}: parts are missing after {_ROUNDS} tries; run the command again.")


def _post(answer: Mapping[str, Any], path: Path, told: Told) -> None:
    edge = secrets.token_hex(16)
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in answer["fields"].items()
    )
    head += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
    before = f"{head}Content-Type: {answer['content_type']}\r\n\r\n".encode()
    after = f"\r\n--{edge}--\r\n".encode()
    size = int(answer["size_bytes"])
    body = _joined(before, pieces(path, 0, size, told), after)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "Content-Length": str(len(before) + size + len(after)),
    }
    _exchange("POST", answer["url"], body, headers, path)


def _put_parts(answer: Mapping[str, Any], path: Path, whole: int, told: Told) -> None:
    done = whole - sum(part["size_bytes"] for part in answer["parts"])
    for part in answer["parts"]:
        start, size = (part["part_number"] - 1) * answer["part_size"], part["size_bytes"]
        body = pieces(path, start, size, partial(_told_on, told, done))
        _exchange("PUT", part["url"], body, {"Content-Length": str(size)}, path)
        done += size


def _told_on(told: Told, before: int, sent: int) -> None:
    told(before + sent)


def pieces(path: Path, start: int, size: int, told: Told) -> Iterator[bytes]:
    """`size` bytes of the file from `start` on. Raises `Problem` if there are fewer by now."""
    sent = 0
    with path.open("rb") as file:
        file.seek(start)
        while sent < size:
            piece = file.read(min(_PIECE, size - sent))
            if not piece:
                raise Problem(f"{path.name} became shorter while it was sent; run the command again.")
            yield piece
            sent += len(piece)
            told(sent)


def _joined(before: bytes, middle: Iterable[bytes], after: bytes) -> Iterator[bytes]:
    yield before
    yield from middle
    yield after


def _exchange(method: str, url: str, body: Iterable[bytes], headers: Mapping[str, str], path: Path) -> None:
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
    target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
    try:
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        said = response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as problem:
        raise Problem(f"{path.name} was not sent whole ({problem}); run the command again.") from problem
    finally:
        connection.close()
    if response.status >= 300:
        raise Problem(f"{path.name} was refused by the bucket: {response.status} {_message(said)}")


def _message(said: str) -> str:
    """Of S3's error document."""
    text = said.partition("<Message>")[2].partition("</Message>")[0]
    return text or "without a reason"
