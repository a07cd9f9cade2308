"""Programs: what clients, messages, the clock, executions and frozen handlers do, in any order."""

import json
from collections import Counter
from collections.abc import Callable

from roughcut.jobs.job import QUARANTINE, JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.request import SubmitRequest
from roughcut.jobs.status import Status
from roughcut.ports import Execution
from tests.property.dispatch.dice import Dice
from tests.property.dispatch.freezing import Freeze, Killed, busy, conflict, lost_reply
from tests.property.dispatch.machine import CLOSED, OPEN, PUBLISHED, WORKING, Run
from tests.property.dispatch.settings import Setting
from tests.property.dispatch.world import World, event_of

MOST_JOBS, FROZEN_AT_ONCE = 7, 4
REQUEST = json.dumps({"session_id": "abc", "job_type": "generate_slides", "payload": {"slides": ["intro.png"]}})
GARBAGE = (
    "not json",
    "[1]",
    json.dumps({"session_id": "abc"}),
    json.dumps({"v": 1, "session_id": "abc", "job_id": "01NOBODY"}),
    json.dumps({"session_id": "acme.s1", "payload": {"slides": ["intro.png"]}}),
    json.dumps({"session_id": "abc", "payload": {}}),
)
ENDS = {
    "failed": Execution("FAILED", "EncodeFailed", "broken"),
    "timed out": Execution("TIMED_OUT"),
    "stage timed out": Execution("FAILED", "TimedOut", "A stage gave no answer within its time."),
    "interrupted": Execution("FAILED", "Roughcut.Interrupted", "The embedded AWS was killed."),
    "aborted": Execution("ABORTED", "Operator", "by hand"),
}
FATES = ("thaw", "thaw", "thaw again", "kill", "error")
FATES_AT = {("start_execution", False): ("ghost",) * 3, ("transact_write_items", False): ("conflict",)}


class Program:
    """One world and its moves. `told` is the program so far, for people."""

    def __init__(self, setting: Setting, figures: Counter[str], dice: Dice) -> None:
        self.setting, self.figures = setting, figures
        self.figures["programs"] += 1
        self.told: list[str] = []
        limits, claims_per_shard = setting.limits(dice), dice.of(setting.claims_per_shard)
        self.world = World(limits, figures, claims_per_shard=claims_per_shard)
        self.tell(f"{limits}, {claims_per_shard} claims per shard")

    def step(self, dice: Dice) -> None:
        """One move, whichever the dice choose of those possible now."""
        possible = [move for move in self._moves() if move is not None]
        dice.of(possible)(dice)
        self.world.check()

    def finish(self) -> None:
        """Everything on its way arrives, and nothing goes wrong any more."""
        world = self.world
        for handler in list(world.stage.frozen):
            world.resume(handler, None)
        while world.ghosts:
            world.land_ghost(0)
        while world.machine.in_flight:
            world.machine.land(0)
        world.machine.refuses, world.dynamo.lags, world.bus.is_full = False, False, False
        world.limit(max(1, world.limits.max_concurrent_jobs), world.limits.reserved_high_slots)
        jobs = len(world.watch.rows)
        self.figures["jobs"] += jobs
        self.figures["sweeps to the end"] += world.settle(most_sweeps=10 + 6 * jobs)
        self._again()

    def _again(self) -> None:
        """Timeouts come late, often in the last sweeps: each gets its retry all the same."""
        late = [key for key in self.jobs(final=True) if self.world.watch.rows[key].status is Status.TIMED_OUT]
        for key in late:
            self.world.retry(key)
        self.figures["sweeps to the end"] += self.world.settle(most_sweeps=10 + 6 * len(late))

    def tell(self, what: str) -> None:
        self.told.append(what)
        self.figures["moves"] += 1

    def _moves(self) -> list[Callable[[Dice], None] | None]:
        """Those that are listed twice are made twice as often."""
        world = self.world
        has_room = len(world.watch.rows) < MOST_JOBS
        jobs, runs, alive, frozen = self.jobs(), self.runs(), self.alive(), world.stage.frozen
        return [
            *[self.submit if has_room else None] * 2,
            self.sweep,
            self.drain,
            self.tick,
            self.weather,
            self.stranger if has_room else None,
            *[self.cancel if jobs else None] * 2,
            self.retry if self.jobs(final=True) else None,
            *[self.deliver if world.messages else None] * 2,
            self.lose if world.messages else None,
            *[self.resume if frozen else None] * 3,
            *[self.gate if alive else None] * 3,
            *[self.run if alive else None] * 2,
            self.fail if alive else None,
            self.land if world.machine.in_flight or world.ghosts else None,
            self.late_event if runs else None,
            self.report if runs else None,
        ]

    # ------------------------------------------------------------------ clients

    def submit(self, dice: Dice) -> None:
        session, key = dice.of(self.setting.sessions), dice.of((None, None, "a", "b"))
        priority, slide = dice.of(tuple(Priority)), dice.of(("intro.png", "intro.png", "outro.png"))
        request = SubmitRequest(session, "generate_slides", priority, {"slides": [slide]}, key)
        freeze = self.freeze(dice)
        self.tell(f"submit {session} {priority.name} {key} {slide} {freeze}")
        self.world.submit(request, freeze)

    def cancel(self, dice: Dice) -> None:
        key, freeze, stale = dice.of(self.jobs()), self.freeze(dice), stale_by(dice)
        self.tell(f"cancel {key} {freeze} stale={stale}")
        self.world.cancel(key, freeze, stale)

    def retry(self, dice: Dice) -> None:
        key, freeze = dice.of(self.jobs(final=True)), self.freeze(dice)
        self.tell(f"retry {key} {freeze}")
        self.world.retry(key, freeze)

    # ------------------------------------------------------------------ messages

    def deliver(self, dice: Dice) -> None:
        message, is_doubled = dice.of(self.world.messages), dice.below(3) == 1
        freeze, stale = self.freeze(dice), stale_by(dice)
        self.tell(f"deliver {message} {freeze} stale={stale} doubled={is_doubled}")
        self.figures["doubled messages"] += is_doubled
        if not is_doubled:
            self.world.messages.remove(message)
        self.world.deliver(message, freeze, stale)

    def lose(self, dice: Dice) -> None:
        message = dice.of(self.world.messages)
        self.tell(f"lose {message}")
        self.figures["lost messages"] += 1
        self.world.messages.remove(message)

    def late_event(self, dice: Dice) -> None:
        """Of any execution, also of one that is open still."""
        run, freeze, stale = dice.of(self.runs()), self.freeze(dice), stale_by(dice)
        self.tell(f"event of {run.arn} {freeze} stale={stale}")
        self.world.deliver(event_of(run, "event"), freeze, stale)

    def stranger(self, dice: Dice) -> None:
        body = dice.of((*GARBAGE, REQUEST, REQUEST))
        self.tell(f"stranger {body}")
        self.world.stranger(body, "request" if body == REQUEST else "garbage")

    # ------------------------------------------------------------------ dispatch by itself

    def sweep(self, dice: Dice) -> None:
        freeze, stale = self.freeze(dice), stale_by(dice)
        self.tell(f"sweep {freeze} stale={stale}")
        self.world.sweep(freeze, stale)

    def drain(self, dice: Dice) -> None:
        tenant, freeze = dice.of(("", "", "", "acme", "zeta")), self.freeze(dice)
        self.tell(f"bring back {tenant} {freeze}" if tenant else f"drain {freeze}")
        if tenant:
            self.world.bring_back(tenant, freeze)
        else:
            self.world.drain(freeze)

    def resume(self, dice: Dice) -> None:
        """A frozen handler goes on, or what it waits for goes wrong."""
        handler = dice.of(self.world.stage.frozen)
        at = (handler.call, handler.after)
        fate = dice.of(FATES + FATES_AT.get(at, ()))
        self.tell(f"{fate} {handler.name} at {at}")
        self.figures["lost replies" if fate == "error" and handler.after else FIGURE[fate]] += 1
        if fate == "ghost":
            self.world.ghosts.append(handler.options)
        again = self.freeze(dice) if fate in ("thaw again", "conflict") else None
        self.world.resume(handler, _fate(fate, handler.call, handler.after, handler.options), again)

    # ------------------------------------------------------------------ executions

    def gate(self, dice: Dice) -> None:
        run, how, machine = (
            dice.of(self.alive()),
            dice.of(("clean",) * 4 + ("reply lost", "in flight")),
            self.world.machine,
        )
        state, cleanly = {
            OPEN: ("BeginJob", machine.begin),
            WORKING: ("PublishResult", machine.publish),
            PUBLISHED: ("JobDone", machine.succeed),
        }[run.state]
        self.tell(f"{state} of {run.arn}: {how}")
        if how == "clean" or run.state == PUBLISHED:
            cleanly(run)
        elif how == "in flight":
            machine.send(state, run)
        else:  # written, and the task is tried again
            self.figures["gate replies lost"] += 1
            machine.write(state, run)

    def run(self, dice: Dice) -> None:
        """Without mishap to the end, or up to where it works."""
        run, steps, machine = dice.of(self.alive()), dice.of((3, 3, 1, 2)), self.world.machine
        self.tell(f"{run.arn} goes on by {steps}")
        for step in (machine.begin, machine.publish, machine.succeed)[:steps]:
            step(run)

    def fail(self, dice: Dice) -> None:
        run, end = dice.of(self.alive()), dice.of((*ENDS, "interrupted", "hangs"))
        self.tell(f"{run.arn}: {end}")
        self.figures[end] += 1
        if end == "hangs":
            run.hangs = True
        else:
            self.world.machine.fail(run, ENDS[end])

    def land(self, dice: Dice) -> None:
        """What was given up long ago comes into effect."""
        self.tell("what was given up lands")
        if self.world.ghosts:
            self.figures["ghost starts"] += 1
            self.world.land_ghost(dice.below(9))
        else:
            self.figures["gates in flight"] += 1
            self.world.machine.land(dice.below(9))

    def report(self, dice: Dice) -> None:
        run = dice.of(self.runs())
        self.tell(f"worker of {run.arn} reports")
        self.world.report(run, dice.of((0.1, 0.5, 1.0)))

    # ------------------------------------------------------------------ the surroundings

    def tick(self, dice: Dice) -> None:
        ms = dice.of((1000, 60_000, 61_000, 300_000))
        self.tell(f"{ms} ms pass")
        self.world.tick(ms)

    def weather(self, dice: Dice) -> None:
        what = dice.of(("lag", "catch up", "refuse", "accept", "limit", "limit", "bus full", "bus free"))
        most, reserved = dice.of((0, *self.setting.most)), dice.of(self.setting.reserved)
        self.tell(f"{what} {most} {reserved}")
        self.figures[what] += 1
        if what == "limit":
            self.world.limit(most, reserved)
        elif what in ("refuse", "accept"):
            self.world.machine.refuses = what == "refuse"
        elif what in ("bus full", "bus free"):
            self.world.bus.is_full = what == "bus full"
        else:
            self.world.dynamo.lags = what == "lag"
            if what == "catch up":
                self.world.catch_up()

    # ------------------------------------------------------------------ what there is

    def jobs(self, *, final: bool = False) -> list[JobKey]:
        rows = self.world.watch.rows.values()
        return [row.key for row in rows if row.key.session_id != QUARANTINE and (row.status.is_final or not final)]

    def runs(self) -> list[Run]:
        return list(self.world.machine.runs.values())

    def alive(self) -> list[Run]:
        return [run for run in self.runs() if run.state != CLOSED]

    def freeze(self, dice: Dice) -> Freeze | None:
        kind = dice.below(5)
        if kind < 2 or len(self.world.stage.frozen) >= FROZEN_AT_ONCE:
            return None
        if kind < 4:
            return Freeze(1 + dice.below(5), after=dice.below(3) == 1, telling=True)
        return Freeze(1 + dice.below(14), after=dice.below(3) == 1)


FIGURE = {
    "thaw": "thaws",
    "thaw again": "thaws",
    "kill": "kills",
    "error": "throttles",
    "ghost": "ghosts",
    "conflict": "conflicts",
}


def stale_by(dice: Dice) -> int:
    return dice.of((0, 0, 0, 1, 2))


def _fate(fate: str, call: str, after: bool, options: dict) -> BaseException | None:
    if fate == "kill":
        return Killed()
    if fate == "conflict":
        return conflict(len(options["TransactItems"]))
    if fate == "ghost" or (fate == "error" and after):
        return lost_reply()
    return busy(call) if fate == "error" else None
