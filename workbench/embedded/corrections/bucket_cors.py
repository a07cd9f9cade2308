"""A bucket made by CloudFormation has no CORS rules in moto, whatever its template says: no page could play a film.

Upstream: none found.
"""

from collections.abc import Callable
from typing import Any

from moto.s3.models import FakeBucket

from workbench.embedded.corrections.replacing import replace

# CloudFormation's name of a member -> S3's own, which moto takes.
_NAMES = {
    "AllowedMethods": "AllowedMethod",
    "AllowedOrigins": "AllowedOrigin",
    "AllowedHeaders": "AllowedHeader",
    "ExposedHeaders": "ExposeHeader",
}


def apply() -> None:
    """Give the bucket the rules of its template."""
    replace(FakeBucket, "create_from_cloudformation_json", _build_create)


def _build_create(stock: Callable[..., Any]) -> Callable[..., Any]:
    def create(resource_name: str, cloudformation_json: Any, *args: Any, **named: Any) -> Any:
        bucket = stock(resource_name, cloudformation_json, *args, **named)
        rules = cloudformation_json.get("Properties", {}).get("CorsConfiguration", {}).get("CorsRules", [])
        # moto leaves a None where an item of a list is AWS::NoValue.
        bucket.set_cors([_rule(rule) for rule in rules if rule is not None])
        return bucket

    return create


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    told = {_NAMES[name]: value for name, value in rule.items() if name in _NAMES}
    return {**told, "MaxAgeSeconds": str(rule["MaxAge"])} if "MaxAge" in rule else told
