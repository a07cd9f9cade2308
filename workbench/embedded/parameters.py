"""A template's parameters, as CloudFormation takes or refuses them; moto takes anything."""

import re
from collections.abc import Mapping
from typing import Any

from workbench.embedded.faults import TemplateRefused


def check_parameters(declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, str]) -> None:
    """Raises `TemplateRefused` for a name that the template does not have, a value missing, and one that it refuses."""
    strangers = sorted(set(given) - set(declared))
    if strangers:
        raise TemplateRefused(f"The template has no parameter {strangers[0]}; it has {', '.join(sorted(declared))}.")
    for name, declaration in declared.items():
        value = given.get(name, declaration.get("Default"))
        if value is None:
            raise TemplateRefused(f"The parameter {name} has no default: give it a value.")
        if not _accepts(declaration, str(value)):
            right = declaration.get("ConstraintDescription", "The template says which values it takes.")
            raise TemplateRefused(f"The parameter {name} is {value!r}. {right}")


def _accepts(declaration: Mapping[str, Any], value: str) -> bool:
    if "AllowedValues" in declaration:
        return value in [str(allowed) for allowed in declaration["AllowedValues"]]
    if declaration["Type"] == "Number":
        return _is_within(declaration, value)
    pattern = declaration.get("AllowedPattern", ".*")
    items = re.split(r" *, *", value) if declaration["Type"] == "CommaDelimitedList" else [value]
    shortest, longest = int(declaration.get("MinLength", 0)), int(declaration.get("MaxLength", 4096))
    return shortest <= len(value) <= longest and all(re.fullmatch(pattern, item) for item in items)


def _is_within(declaration: Mapping[str, Any], value: str) -> bool:
    """CloudFormation lets 2.5 through where a whole number is wanted; nothing of ours could use it, so we do not."""
    if not re.fullmatch(r"-?[0-9]+", value):
        return False
    return bool(declaration.get("MinValue", -float("inf")) <= int(value) <= declaration.get("MaxValue", float("inf")))
