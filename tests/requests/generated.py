"""Requests from the JSON Schemas: good ones, then ones with one fault each, the same for the same `Random`."""

import copy
import string
from collections.abc import Callable
from random import Random
from typing import Any

from job_manager.operations import OPERATIONS
from roughcut.contracts import schema

NASTY = (
    *("..", ".", "", " ", "-rf", "a b+c%20.mp4", 'it\'s "so".mp4', "é.mp4", "e\u0301.mp4", "🎬.mp4", "x" * 255),
    *(
        "a/../../b.mp4",
        "a\\b",
        "a\nb",
        "\x1b[31m",
        "\x00",
        "\ud800",
        "\u202egpj.mp4",
        "é" * 200,
        "sessions/other/videos/a",
    ),
    *("umbrella.abc", "acme.abc", "default", "_quarantine", "null", "y" * 5000),
)
STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 5, 5.0, 1.5, 1e308, -1e308, 10**30, -(10**30), float("nan"), float("inf"), "5", "true"),
    *([], {}, [[]], {"$ne": 1}, ["a"], *NASTY),
)


def good(random: Random, jobs: list[str]) -> dict[str, Any]:
    """A request that its schema takes; of sessions that few names are shared by, and of `jobs` if there are any."""
    name = random.choice([*OPERATIONS, "submit", "submit"])
    told = schema("submit" if name == "quote" else name)  # a quote takes what submit takes
    fields = {
        n: part for n, part in told["properties"].items() if n in told.get("required", []) or random.random() < 0.4
    }
    request = {n: _own(n, random, jobs) or value(part, random) for n, part in fields.items()}
    return {**request, "operation": name}


def value(told: dict[str, Any], random: Random) -> Any:
    """Something that the schema `told` takes, or nearly: its combinations are left to the mutations."""
    if "$ref" in told:
        return _NAMED.get(told["$ref"], lambda r: value(schema(told["$ref"].removesuffix(".schema.json")), r))(random)
    if "enum" in told or "const" in told:
        return random.choice(told.get("enum") or [told["const"]])
    if "anyOf" in told:
        return value(random.choice(told["anyOf"]), random)
    return _OF_TYPE[told.get("type", "string")](told, random)


def faulty(request: dict[str, Any], random: Random) -> dict[str, Any]:
    """The request with one thing in it changed for the worse."""
    changed = copy.deepcopy(request)
    holder, name = random.choice(_places(changed))
    random.choice(_FAULTS)(holder, name, random)
    return changed


def _own(name: str, random: Random, jobs: list[str]) -> str | None:
    if name == "session_id":
        return random.choice(("abc", "abc", "xyz"))
    return random.choice(jobs) if name == "job_id" and jobs else None


def _number(told: dict[str, Any], random: Random) -> float:
    least, most = told.get("minimum", 1), min(told.get("maximum", 1000), 10**6)
    return random.choice((least, most, random.randint(int(least) or 1, int(most))))


def _list(told: dict[str, Any], random: Random) -> list[Any]:
    items = [value(told["items"], random) for _ in range(random.randint(told.get("minItems", 0), 4))]
    return list(dict.fromkeys(items)) if told.get("uniqueItems") else items


def _object(told: dict[str, Any], random: Random) -> dict[str, Any]:
    kept = {n: part for n, part in told.get("properties", {}).items() if random.random() < 0.5}
    return {n: value(part, random) for n, part in kept.items()}


def _text(told: dict[str, Any], random: Random) -> str:
    if "pattern" in told:
        return random.choice(("1920x1080", "high", "0ABC"))
    return "".join(random.choices(string.ascii_letters + " é🎬", k=random.randint(1, 12)))


def _file(random: Random) -> str:
    return random.choice(("a.mp4", "b c.mp4", "intro.png", "section1.png", "🎬.mp4", random.choice(NASTY)))


def _slide(random: Random) -> dict[str, Any]:
    kind = random.choice(("title", "section", "end"))
    number = {"number": random.choice((1, 2.0, 9999))} if kind == "section" and random.random() < 0.5 else {}
    seconds = {"duration": random.choice((0.1, 3, 3.0))} if random.random() < 0.5 else {}
    return {"id": f"s{random.randint(1, 9)}", "type": kind, "content": {"title": "Titel", **number}, **seconds}


def _payload(random: Random) -> dict[str, Any]:
    usual = {"videos": ["a.mp4", {"name": "b.mp4", "start": 0, "end": 2.5}], "slides": ["intro.png", _slide(random)]}
    kept = {name: part for name, part in usual.items() if random.random() < 0.8}
    return kept if random.random() < 0.7 else {**kept, **_object(schema("payload"), random)}


_NAMED: dict[str, Callable[[Random], Any]] = {
    "payload.schema.json": _payload,
    "slide.schema.json": _slide,
    "file_name.schema.json": _file,
    "session_id.schema.json": lambda random: random.choice(("abc", "xyz")),
    "job_id.schema.json": lambda random: "0NONE",
}
_OF_TYPE: dict[str, Callable[[dict[str, Any], Random], Any]] = {
    "integer": _number,
    "number": _number,
    "array": _list,
    "object": _object,
    "string": _text,
    "boolean": lambda told, random: random.random() < 0.5,
}


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every member of every list and object, as (holder, name)."""
    if not isinstance(node, dict | list):
        return []
    members = list(node.items() if isinstance(node, dict) else enumerate(node))
    return [(node, name) for name, _ in members] + [place for _, child in members for place in _places(child)]


def _strange(holder: Any, name: Any, random: Random) -> None:
    holder[name] = random.choice(STRANGE)


def _other_form(holder: Any, name: Any, _: Random) -> None:
    """A number as text, text as a list, a whole number as one with a point."""
    was = holder[name]
    holder[name] = float(was) if isinstance(was, int) else [was] if isinstance(was, str) else str(was)


def _misspelt(holder: Any, name: Any, random: Random) -> None:
    if isinstance(name, str):
        wrong = random.choice((name[:-1], name + "s", name.upper(), random.choice(NASTY), "tenant"))
        holder[wrong] = holder.pop(name)


def _gone(holder: Any, name: Any, _: Random) -> None:
    del holder[name]


def _deep(holder: Any, name: Any, random: Random) -> None:
    for _ in range(random.choice((3, 30, 500))):
        holder[name] = [holder[name]]


def _large(holder: Any, name: Any, random: Random) -> None:
    holder[name] = "z" * random.choice((1025, 65537))


_FAULTS = (_strange, _strange, _strange, _other_form, _misspelt, _gone, _deep, _large)
