"""Refusals whose words are meant for people."""

from botocore.exceptions import ClientError

_INSUFFICIENT_STORAGE = 507


def no_room(error: Exception) -> str:
    """Why nothing new is taken, as an embedded AWS says whose disk is full; nothing for any other error."""
    if not isinstance(error, ClientError):
        return ""
    is_full = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == _INSUFFICIENT_STORAGE
    return str(error.response.get("Error", {}).get("Message", "")) if is_full else ""
