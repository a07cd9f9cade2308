"""In front of moto: bodies of bounded size, who asks and whether they may, and AWS's errors where moto has Python's.

What moto can answer passes through untouched. A body other than S3's is read here, before moto takes the lock under
which it finds out the service: a client that sends slowly must not hold up the others.
"""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from workbench.embedded.access.guard import Guard
from workbench.embedded.access.signing import ALGORITHM, Signed, signed_header
from workbench.embedded.calls import NotUnderstood, call_of, json_object
from workbench.embedded.complaints import complaint, unexplained
from workbench.embedded.incoming import read
from workbench.embedded.intake.forms import FormReader, is_form
from workbench.embedded.intake.objects import drop, take_in
from workbench.embedded.refusals import Refused, answer

# What moto answers beside AWS: a page of its own, which also empties everything, and the metadata of a machine.
_NOT_AWS = ("/moto-api", "/favicon.ico", "/latest/meta-data/", "/latest/api/")
# moto's services that take what they cannot read for something that does not exist.
_GUESSING = ("sqs", "logs")


class Gate:
    """WSGI. `guard` decides who may what."""

    def __init__(self, application: WSGIApplication, guard: Guard) -> None:
        self._application, self._guard = application, guard

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        signed = signed_header(environ)
        service = signed.service if signed else "s3"
        try:
            _refuse_strangers(environ, signed)
            if service == "s3" and is_form(environ):
                return self._run_form(environ, start_response)
            is_object = service == "s3" and self._brings_object(environ)
            body = None if is_object else read(environ)
            _refuse_garbage(environ, body)
            hidden = self._guard.admit(signed, environ, body) if signed else self._guard.admit_link(environ)
            if is_object:
                take_in(environ)
            return self._run(environ, start_response, service, body, hidden)
        except Refused as refused:
            return answer(refused, service, environ, start_response)
        finally:
            drop(environ)

    def _brings_object(self, environ: dict[str, Any]) -> bool:
        """Whether the body may be of any size."""
        if environ["REQUEST_METHOD"] != "PUT":
            return False
        call = call_of("s3", environ, None, self._guard.models)
        return call is not None and call.operation in ("PutObject", "UploadPart")

    def _run_form(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        form, held = FormReader(environ, self._guard.admit_form), _Held()
        try:
            chunks = self._run(form.read(), held, "s3", None, None)
        finally:
            drop(form.put)
        if held.status == 200:
            _close(chunks)
            return form.answer(held.headers, start_response)
        start_response(held.line, held.headers)
        return chunks

    def _run(
        self,
        environ: dict[str, Any],
        start_response: StartResponse,
        service: str,
        body: bytes | None,
        hidden: Refused | None,
    ) -> Iterable[bytes]:
        held = _Held()
        try:
            chunks = self._application(environ, held)
        except ConnectionError:
            raise
        except Exception as problem:
            raise self._explained(service, environ, body, problem) from problem
        refused = self._instead(held, service, environ, body, hidden) if held.status >= 400 else None
        if refused:
            _close(chunks)
            raise refused
        start_response(held.line, held.headers)
        return chunks

    def _instead(
        self, held: "_Held", service: str, environ: dict[str, Any], body: bytes | None, hidden: Refused | None
    ) -> Refused | None:
        """What to answer instead of an error of moto's; None for one that is as AWS's."""
        if held.status >= 500 and not held.is_named:
            return self._explained(service, environ, body, None)
        if held.status == 404 and hidden:
            # A missing object is as good as a forbidden one to who may not list the bucket.
            return hidden
        is_silent = held.is_empty and environ["REQUEST_METHOD"] != "HEAD"
        if held.is_page or is_silent or service in _GUESSING:
            return complaint(service, environ, body, self._guard.models, None)
        return None

    def _explained(
        self, service: str, environ: dict[str, Any], body: bytes | None, problem: Exception | None
    ) -> Refused:
        found = complaint(service, environ, body, self._guard.models, problem)
        return found or unexplained(service, environ, problem)


class _Held:
    """A start_response that waits."""

    line, status = "", 0
    headers: list[tuple[str, str]]

    def __call__(self, line: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        self.line, self.status, self.headers = line, int(line[:3]), headers

    @property
    def is_page(self) -> bool:
        """Flask's own error, which is HTML."""
        return self._value("content-type").startswith("text/html")

    @property
    def is_empty(self) -> bool:
        """An error without a word."""
        return self._value("content-length") == "0"

    @property
    def is_named(self) -> bool:
        """An error of AWS's."""
        return bool(self._value("x-amzn-errortype"))

    def _value(self, header: str) -> str:
        return next((value for name, value in self.headers if name.lower() == header), "")


def _refuse_strangers(environ: dict[str, Any], signed: Signed | None) -> None:
    """What moto does not answer, or answers as a service that was not meant."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    if signed is None and authorization.startswith(ALGORITHM):
        raise Refused("IncompleteSignature", "The Authorization header must have Credential, SignedHeaders, Signature.")
    if signed is None and authorization and not authorization.startswith("AWS "):
        raise Refused("InvalidArgument", "Unsupported Authorization Type")
    if signed is None and "HTTP_X_AMZ_TARGET" in environ and "Cognito" not in environ["HTTP_X_AMZ_TARGET"]:
        raise Refused("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    if environ.get("PATH_INFO", "").startswith(_NOT_AWS):
        raise Refused("NoSuchBucket", "The specified bucket does not exist", 404)


def _refuse_garbage(environ: dict[str, Any], body: bytes | None) -> None:
    """Where moto would act on what is no call: by another method than POST, or a body that is no JSON object."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target is None or body is None:
        return
    if environ["REQUEST_METHOD"] != "POST":
        raise Refused("UnknownOperationException", f"{target} by {environ['REQUEST_METHOD']}: it must be POST.", 404)
    try:
        json_object(body)
    except NotUnderstood as problem:
        raise Refused("SerializationException", str(problem)) from problem


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close:
        close()
