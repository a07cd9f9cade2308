"""template.yaml -> the CloudFormation that AWS would create from it, by the translator that AWS runs.

`python -m workbench.embedded.translate template.yaml` prints it.
"""

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from workbench.embedded.faults import TemplateRefused
from workbench.embedded.parameters import check_parameters

REGION = "us-east-1"
# Handlers run from their folders; moto only wants an object that it can call the code. Its key tells one code from
# another, as that of `sam deploy` does: a version is published when it changes.
CODE_BUCKET = "roughcut-embedded-code"
_PLACEHOLDER = {"StartAt": "Placeholder", "States": {"Placeholder": {"Type": "Succeed"}}}
_SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Translation:
    """`cloudformation`: the translated template; `code`: logical id of a function -> the folder its handler is in.

    `keys` are the objects in CODE_BUCKET that the template takes for the code of functions and layers. `documents` are
    the template and the files of its state machines.
    """

    cloudformation: dict[str, Any]
    code: dict[str, Path]
    keys: frozenset[str]
    documents: frozenset[Path]


def translate(template: Path, parameters: Mapping[str, str] | None = None) -> Translation:
    """Raises `TemplateRefused` for what AWS would refuse, and for files that are not there."""
    document = load(template)
    check_parameters(document.get("Parameters", {}), parameters or {})
    base = template.resolve().parent
    shared = document.get("Globals", {}).get("Function", {}).get("CodeUri")
    code = {name: _take_code(name, function, "CodeUri", base, shared) for name, function in _all(document, "Function")}
    layers = [_take_code(name, layer, "ContentUri", base) for name, layer in _all(document, "LayerVersion")]
    uris = [machine.get("DefinitionUri") for _, machine in _all(document, "StateMachine")]
    machines = {name: _take_definition(machine, base) for name, machine in _all(document, "StateMachine")}
    cloudformation = _as_aws_does(document, parameters or {}, template)
    for name, text in machines.items():
        _put_definition(cloudformation["Resources"][name], text)
    keys = frozenset(_key(folder) for folder in (*code.values(), *layers))
    return Translation(cloudformation, code, keys, frozenset({template, *(base / uri for uri in uris if uri)}))


def load(template: Path) -> dict[str, Any]:
    """The template with its short forms (`!Ref x`) written out (`{"Ref": "x"}`)."""
    try:
        document = yaml.load(template.read_text(), _ShortForms)  # noqa: S506 - a SafeLoader with the short forms added
    except OSError as problem:
        raise TemplateRefused(f"The template {template} cannot be read: {problem.strerror}.") from problem
    except yaml.YAMLError as problem:
        raise TemplateRefused(f"The template {template} is not YAML: {' '.join(str(problem).split())}.") from problem
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise TemplateRefused(f"The template {template} has no Resources.")
    return document


def _all(document: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    resources: dict[str, dict[str, Any]] = document["Resources"]
    return [
        (name, resource.setdefault("Properties", {}))
        for name, resource in resources.items()
        if resource.get("Type") == f"AWS::Serverless::{kind}"
    ]


def _take_code(name: str, resource: dict[str, Any], field: str, base: Path, shared: object = None) -> Path:
    """The folder behind CodeUri or ContentUri, which becomes the placeholder object in the template."""
    uri = resource.get(field, shared)
    folder = base / uri if isinstance(uri, str) else None
    if folder is None or not folder.is_dir():
        raise TemplateRefused(f"{field} of {name} is {uri!r}; it must be a folder beside the template.")
    resource[field] = {"Bucket": CODE_BUCKET, "Key": _key(folder)}
    return folder


def _key(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    digest = hashlib.sha256()
    for path in files:
        digest.update(repr((path.relative_to(folder).as_posix(), path.read_bytes())).encode())
    return f"{digest.hexdigest()[:16]}.zip"


def _take_definition(machine: dict[str, Any], base: Path) -> str:
    """The text of the state machine, out of the translator's reach."""
    uri = machine.pop("DefinitionUri", None)
    if uri is None:
        return json.dumps(machine["Definition"])
    machine["Definition"] = _PLACEHOLDER
    try:
        return Path(base, uri).read_text()
    except OSError as problem:
        raise TemplateRefused(f"DefinitionUri {uri!r} cannot be read: {problem.strerror}.") from problem


def _put_definition(resource: dict[str, Any], text: str) -> None:
    """By Fn::Join, because moto's Fn::Sub turns the `$$.` of context paths into `$.`."""
    substitutions = resource["Properties"].pop("DefinitionSubstitutions", {})
    pieces = _SUBSTITUTION.split(text)
    missing = sorted(set(pieces[1::2]) - set(substitutions))
    if missing:
        raise TemplateRefused(f"The state machine uses ${{{missing[0]}}}, which DefinitionSubstitutions does not give.")
    pieces[1::2] = [substitutions[name] for name in pieces[1::2]]
    resource["Properties"]["DefinitionString"] = {"Fn::Join": ["", pieces]}


def _as_aws_does(document: dict[str, Any], parameters: Mapping[str, str], template: Path) -> dict[str, Any]:
    defaults = {name: declared.get("Default") for name, declared in document.get("Parameters", {}).items()}
    session = boto3.session.Session(region_name=REGION)
    try:
        translated: dict[str, Any] = Translator({}, Parser(), boto_session=session).translate(
            document, parameter_values={**defaults, **parameters}
        )
    except InvalidDocumentException as problem:
        reasons = "; ".join(str(cause.message) for cause in problem.causes)
        raise TemplateRefused(f"The template {template} is refused by the SAM translator: {reasons}") from problem
    return translated


class _ShortForms(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _long_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_ShortForms.add_multi_constructor("!", _long_form)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(translate(Path(sys.argv[1])).cloudformation, indent=1))
