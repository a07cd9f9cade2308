"""Breaks one use case at each of its calls in turn, and lets the account recover."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.crashes.account import MINUTE, Account
from tests.crashes.deeds import Deed
from tests.crashes.points import Mishap
from tests.crashes.starts import Start
from tests.crashes.verdict import problems

MOST_SWEEPS = 2
TO_MACHINE = frozenset({Mishap.THROTTLED, Mishap.UNANSWERED})  # Step Functions itself does not die


@dataclass(slots=True)
class Figures:
    """What a sweep over crash points came to: how many there were, and after how many sweeps all was well again."""

    scenarios: int = 0
    points: int = 0
    sweeps: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def break_everywhere(start: Start, deed: Deed, figures: Figures) -> None:
    """Every call, every mishap; healed with the deed repeated, and by sweeps alone."""
    figures.scenarios += 1
    begun = start.account()
    assert begun.copied().state() == begun.state()
    known: dict[str, dict[bool, tuple[int, list[str]]]] = {}  # equal states have equal futures
    for at, call, mishap in _points(begun, deed):
        figures.points += 1
        account = _broken_at(begun, deed, at, mishap)
        state = account.state()
        if state not in known:
            again = _broken_at(begun, deed, at, mishap)
            known[state] = {True: _recover(account, start, deed, True), False: _recover(again, start, deed, False)}
        for is_repeated, (sweeps, wrong) in known[state].items():
            figures.sweeps[sweeps] += 1
            name = f"{start.name} / {deed.name}: {mishap.value} {call} ({at})"
            figures.failures += [f"{name}, {'repeated' if is_repeated else 'alone'}: {each}" for each in wrong]


def _broken_at(begun: Account, deed: Deed, at: int, mishap: Mishap) -> Account:
    account = begun.copied()
    account.suffer(deed.do, at, mishap)
    return account


def _points(begun: Account, deed: Deed) -> Iterator[tuple[int, str, Mishap]]:
    account = begun.copied()
    account.points.arm()
    account.attempt(deed.do)
    calls = list(account.points.calls)
    mishaps = TO_MACHINE if deed.name == "gates" else Mishap
    return ((at, call, mishap) for at, call in enumerate(calls) for mishap in mishaps)


def _recover(account: Account, start: Start, deed: Deed, is_repeated: bool) -> tuple[int, list[str]]:
    """(sweeps until everything had ended, what is wrong then)."""
    rest = Account.come_to_rest if is_repeated else Account.come_to_rest_unheard
    if is_repeated:
        account.attempt(deed.do)
    rest(account)
    sweeps, most = 0, MOST_SWEEPS + start.in_turn * (not is_repeated)
    while not account.is_over() and sweeps <= most:
        account.clock.now_ms += MINUTE
        account.sweep()
        rest(account)
        sweeps += 1
    if sweeps > most:
        return sweeps, [f"after {most} sweeps: {[str(job.status) for job in account.jobs()]}"]
    wrong = problems(account) + _wrong_ends(account, start, deed, is_certain=is_repeated)
    if deed.is_message and not is_repeated and not wrong:
        wrong = _offered_at_last(account, start, deed)
    return sweeps, wrong


def _offered_at_last(account: Account, start: Start, deed: Deed) -> list[str]:
    """SQS offers the message again, when the sweep has long healed what it left."""
    account.attempt(deed.do)
    account.come_to_rest()
    return [f"offered again: {each}" for each in problems(account) + _wrong_ends(account, start, deed, is_certain=True)]


def _wrong_ends(account: Account, start: Start, deed: Deed, *, is_certain: bool) -> list[str]:
    """A deed that nobody repeats may have come to nothing."""
    ends = sorted((job.status.word, job.attempt) for job in account.jobs())
    allowed = [sorted(deed.ends(start))] + ([] if is_certain else [sorted(start.ends)])
    wrong = [] if ends in allowed else [f"ended {ends}, not {' or '.join(map(str, allowed))}"]
    shown, wanted = len(account.quarantined()), deed.quarantines(start)
    if shown > wanted or (is_certain and shown < wanted):
        wrong.append(f"{shown} messages in quarantine, not {wanted}")
    return wrong
