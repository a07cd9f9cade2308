"""`python -m workbench.state_diagram`: draws the states of a job into docs/dispatch.md, from the code's own table."""

from collections.abc import Iterator
from pathlib import Path

from roughcut.jobs.status import ACTIVE, TRANSITIONS, Status

PAGE = Path(__file__).resolve().parent.parent / "docs" / "dispatch.md"
COMMAND = "python -m workbench.state_diagram"
BEGIN = f"<!-- state diagram: `{COMMAND}` draws it from functions/roughcut/jobs/status.py -->"
END = "<!-- end of the state diagram -->"

# Who makes each transition, which the table does not say.
BY = {
    (Status.QUEUED, Status.STARTING): "claim",
    (Status.QUEUED, Status.CANCELLED): "cancel",
    (Status.QUEUED, Status.FAILED): "poison",
    (Status.STARTING, Status.RUNNING): "Begin gate",
    (Status.RUNNING, Status.FINISHING): "Publish gate",
    **{
        (before, after): label
        for before in (Status.STARTING, Status.RUNNING)
        for after, label in (
            (Status.CANCELLING, "cancel"),
            (Status.FAILED, "seen closed"),
            (Status.TIMED_OUT, "seen closed"),
            (Status.QUEUED, "interrupted"),
        )
    },
    (Status.FINISHING, Status.SUCCEEDED): "seen closed",
    (Status.CANCELLING, Status.CANCELLED): "seen closed",
    **{(ended, Status.QUEUED): "retry" for ended in (Status.FAILED, Status.TIMED_OUT, Status.CANCELLED)},
}


def edges() -> list[tuple[Status, Status]]:
    """Every transition, in the order of the states."""
    order = list(Status)
    return [(before, after) for before in order for after in sorted(TRANSITIONS[before], key=order.index)]


def diagram() -> str:
    """The table in Mermaid. A bold frame is a state that holds a slot."""
    return "\n".join(["```mermaid", "stateDiagram-v2", *_lines(), "```"])


def placed(page: str) -> str:
    """The page with the diagram as it should be. Raises `ValueError` if the page has no place for it."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{begin}\n{diagram()}\n{end}{after}"


def _lines() -> Iterator[str]:
    yield "  [*] --> QUEUED: submit"
    for before, after in edges():
        yield f"  {before} --> {after}: {BY[before, after]}"
    yield "  SUCCEEDED --> [*]"
    yield "  classDef holdsSlot stroke-width:3px"
    yield f"  class {','.join(state for state in Status if state in ACTIVE)} holdsSlot"


if __name__ == "__main__":
    PAGE.write_text(placed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
