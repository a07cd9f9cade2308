"""Where the template asks for its HTTP API's address, it gets that of the front on this machine."""

from dataclasses import replace
from typing import Any

from workbench.embedded.translate import Translation


def at_address(translation: Translation, url: str) -> Translation:
    """With `url` for every Fn::GetAtt of an API's ApiEndpoint: moto has no such resource to ask."""
    return replace(translation, cloudformation=_settled(translation.cloudformation, url))


def _settled(node: Any, url: str) -> Any:
    if isinstance(node, list):
        return [_settled(child, url) for child in node]
    if not isinstance(node, dict):
        return node
    asked = node.get("Fn::GetAtt")
    if isinstance(asked, list) and asked[1:] == ["ApiEndpoint"]:
        return url
    return {name: _settled(value, url) for name, value in node.items()}
