"""A WSGI application on a socket of 127.0.0.1, with a thread per connection, that can be ended at once."""

import logging
import socket
import threading
import time
from typing import Any
from wsgiref.types import WSGIApplication

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

# Werkzeug logs every request and greets with a warning; what matters is logged by us.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
_LOOK_SECONDS = 0.1
# For the threads of requests that have lost their connection.
_PATIENCE_SECONDS = 1.0
# Each has a thread. With more than these, connections close after one answer.
MOST_KEPT = 256


class Serving:
    """`application` answers on `bound` until `close`. `handler`: how requests are read."""

    def __init__(self, application: WSGIApplication, bound: socket.socket, handler: type[WSGIRequestHandler]) -> None:
        self.port: int = bound.getsockname()[1]
        self._server = _Server("127.0.0.1", self.port, application, handler, fd=bound.fileno())
        bound.close()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_LOOK_SECONDS,), name="http-accept")
        self._thread.daemon = True
        self._thread.start()

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """No new request, and none of those in hand is answered."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server.drop_requests(_PATIENCE_SECONDS)


class _Server(ThreadedWSGIServer):
    block_on_close = False

    def __init__(self, *args: Any, **named: Any) -> None:
        self._requests: dict[socket.socket, threading.Thread] = {}
        super().__init__(*args, **named)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="http-request", daemon=True
        )
        self._requests[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        self._requests.pop(request, None)
        super().shutdown_request(request)

    def has_room(self) -> bool:
        """Whether connections may wait for their next request."""
        return len(self._requests) <= MOST_KEPT

    def drop_requests(self, seconds: float) -> None:
        """Cut every connection, and give the threads behind them `seconds` together to notice."""
        end = time.monotonic() + seconds
        requests = dict(self._requests)
        for connection in requests:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # Its own thread was faster.
                continue
        for thread in requests.values():
            thread.join(max(0, end - time.monotonic()))
