"""What is wrong with a request that moto could not answer, in AWS's words."""

import logging
from collections.abc import Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from botocore.exceptions import BotoCoreError
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from workbench.embedded.calls import CLIENTS, Call, Models, NotUnderstood, call_of, json_object
from workbench.embedded.refusals import REST_JSON, TARGETED, Refused

LOG = logging.getLogger(__name__)
_OF_UPLOADS = frozenset(
    {"UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts"}
)


def complaint(
    service: str, environ: Mapping[str, Any], body: bytes | None, models: Models, problem: Exception | None
) -> Refused | None:
    """None where nothing can be found wrong. `problem`: what moto raised."""
    model = _model(service, models)
    if model is None:
        return Refused("UnknownOperationException", f"There is no service {service!r} here.", 404)
    if "HTTP_X_AMZ_TARGET" in environ or service in TARGETED:
        return _of_targeted(service, environ, body, models, model)
    if service in REST_JSON:
        return _of_rest(service, environ, body, models, model)
    if service == "s3":
        return _of_objects(environ, body, models, problem)
    return _of_query(service, environ, body, models, model, problem)


def unexplained(service: str, environ: Mapping[str, Any], problem: Exception | None) -> Refused:
    """The fault is ours, or moto's: AWS's words for that, and a line in our log."""
    asked = environ.get("HTTP_X_AMZ_TARGET") or f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO')}"
    if isinstance(problem, NotImplementedError):
        return Refused("NotImplemented", f"The embedded AWS does not know {service}: {asked}.", 501)
    LOG.warning("%s: %s could not be answered: %s", service, asked, _words(problem))
    return Refused("InternalFailure", "The request processing has failed because of an unknown error.", 500)


def _words(problem: Exception | None) -> str:
    return f"{type(problem).__name__}: {problem}" if problem else "moto gave no reason"


def _model(service: str, models: Models) -> ServiceModel | None:
    try:
        return models(CLIENTS.get(service, service))
    except (BotoCoreError, ValueError):
        return None


def _of_targeted(
    service: str, environ: Mapping[str, Any], body: bytes | None, models: Models, model: ServiceModel
) -> Refused | None:
    try:
        call = call_of(service, environ, body, models)
    except NotUnderstood as problem:
        return Refused("SerializationException", str(problem))
    if call is None or call.operation not in model.operation_names:
        named = call.operation if call else environ.get("HTTP_X_AMZ_TARGET", "")
        return Refused("UnknownOperationException", f"{named!r} is no operation of {service}.")
    return _of_members(model, call, call.params) if "HTTP_X_AMZ_TARGET" in environ else None


def _of_rest(
    service: str, environ: Mapping[str, Any], body: bytes | None, models: Models, model: ServiceModel
) -> Refused | None:
    call = call_of(service, environ, body, models)
    if call is None:
        asked = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO')}"
        return Refused("UnknownOperationException", f"{asked} is no operation of {service}.", 404)
    try:
        members = json_object(body or b"")
    except NotUnderstood as problem:
        return Refused("InvalidRequestContentException", f"Could not parse request body into json: {problem}")
    return _of_members(model, call, {**call.params, **members})


def _of_members(model: ServiceModel, call: Call, params: Mapping[str, Any]) -> Refused | None:
    report = ParamValidator().validate(dict(params), model.operation_model(call.operation).input_shape)
    if not report.has_errors():
        return None
    return Refused("ValidationException", "; ".join(report.generate_report().splitlines()))


def _of_objects(
    environ: Mapping[str, Any], body: bytes | None, models: Models, problem: Exception | None
) -> Refused | None:
    call = call_of("s3", environ, body, models)
    if call is None and _is_form(environ):
        return Refused("MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.")
    if call is None:
        return Refused("MethodNotAllowed", "The specified method is not allowed against this resource.", 405)
    if isinstance(problem, ExpatError) or (problem is None and call.operation.startswith("PutBucket")):
        return Refused("MalformedXML", "The XML you provided was not well-formed or did not validate.")
    if problem is not None and call.operation in _OF_UPLOADS:
        number = str(call.params.get("PartNumber", "1"))
        if number.isdecimal():
            return Refused("NoSuchUpload", "The specified multipart upload does not exist.", 404)
        return Refused("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive.")
    if isinstance(problem, (ValueError, KeyError, TypeError, AttributeError, IndexError)):
        return Refused("InvalidArgument", f"{call.operation} could not be understood: {_words(problem)}")
    return None


def _is_form(environ: Mapping[str, Any]) -> bool:
    return bool(environ["REQUEST_METHOD"] == "POST")


def _of_query(
    service: str,
    environ: Mapping[str, Any],
    body: bytes | None,
    models: Models,
    model: ServiceModel,
    problem: Exception | None,
) -> Refused | None:
    call = call_of(service, environ, body, models)
    if call is None:
        return Refused("MissingAction", "The request must contain the parameter Action.")
    if call.operation not in model.operation_names:
        return Refused("InvalidAction", f"The action {call.operation} is not valid for this endpoint.")
    if problem is None or isinstance(problem, NotImplementedError):
        return None
    return Refused("ValidationError", f"{call.operation} could not be understood: {_words(problem)}")
