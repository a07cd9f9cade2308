"""The log lines of one job, out of CloudWatch Logs: the embedded AWS's, or a deployed stack's."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from workbench.problem import Problem

# CloudWatch Logs searches so many streams by name in one call.
_STREAMS_AT_ONCE = 100
# A function runs 15 minutes at most: its START may be so much older than the line that names the job.
_LONGEST_RUN_MS = 900_000
_START = re.compile(r"START RequestId: (\S+)")
_STREAM = re.compile(r"\d{4}/\d\d/\d\d/(?P<function>[^\[]*)\[")
# The fields that the readable line has elsewhere, or that only machines want.
_SHOWN_OTHERWISE = frozenset({"timestamp", "level", "message", "service", "location", "session_id", "job_id"})


@dataclass(frozen=True, slots=True)
class Line:
    """`at_ms`: milliseconds since 1970. `stream`: of one worker. `text`: as the function printed it."""

    at_ms: int
    stream: str
    text: str

    @property
    def fields(self) -> dict[str, Any]:
        """Of a line that is a JSON document; of others none."""
        try:
            fields = json.loads(self.text)
        except ValueError:
            return {}
        return fields if isinstance(fields, dict) else {}

    def is_of(self, job_id: str, session_id: str | None) -> bool:
        """Whether the line itself names the job."""
        fields = self.fields
        return fields.get("job_id") == job_id and session_id in (None, fields.get("session_id"))


def group_of(cloudformation: Any, stack: str) -> str:
    """The log group of a stack's functions. Raises `Problem`."""
    try:
        answer = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId="FunctionLogs")
    except (BotoCoreError, ClientError) as problem:
        raise Problem(f"The log group of the stack {stack!r} cannot be found: {problem}") from problem
    return str(answer["StackResourceDetail"]["PhysicalResourceId"])


def lines_of(logs: Any, group: str, job_id: str, session_id: str | None, since_ms: int) -> list[Line]:
    """Every line that names the job, and what else its invocations wrote that names no other, in order of time.

    Raises `Problem` where AWS refuses.
    """
    try:
        named = _events(logs, group, startTime=since_ms, filterPattern=f'"{job_id}"')
        ours = [line for line in named if line.is_of(job_id, session_id)]
        return list(_with_their_invocations(logs, group, ours, job_id, session_id)) if ours else []
    except (BotoCoreError, ClientError) as problem:
        raise Problem(f"The log {group} cannot be read: {problem}") from problem


def _with_their_invocations(
    logs: Any, group: str, ours: list[Line], job_id: str, session_id: str | None
) -> Iterable[Line]:
    streams = sorted({line.stream for line in ours})
    begin, end = ours[0].at_ms - _LONGEST_RUN_MS, ours[-1].at_ms + _LONGEST_RUN_MS
    found: list[Line] = []
    for first in range(0, len(streams), _STREAMS_AT_ONCE):
        names = streams[first : first + _STREAMS_AT_ONCE]
        events = _events(logs, group, startTime=begin, endTime=end, logStreamNames=names)
        for invocation in _invocations(events):
            mine = [line for line in invocation if line.is_of(job_id, session_id)]
            found.extend(line for line in invocation if mine and (line in mine or not line.fields))
    return sorted(found, key=lambda line: line.at_ms)


def _events(logs: Any, group: str, **wanted: Any) -> list[Line]:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, **wanted)
    events = [event for page in pages for event in page.get("events", [])]
    lines = [Line(event["timestamp"], event["logStreamName"], event["message"].rstrip("\n")) for event in events]
    return sorted(lines, key=lambda line: line.at_ms)


def _invocations(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """A worker runs one invocation after the other, so one begins where another's START stands in its stream."""
    open_ones: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if _START.match(line.text) and open_ones[line.stream]:
            yield open_ones.pop(line.stream)
        open_ones[line.stream].append(line)
    yield from open_ones.values()


def readable(line: Line) -> str | None:
    """One line for people, with the time in UTC; None for what only machines want: figures, and where a run begins."""
    fields = line.fields
    if "_aws" in fields or line.text.startswith(("START ", "END ")):
        return None
    when = f"{datetime.fromtimestamp(line.at_ms / 1000, UTC):%H:%M:%S.%f}"[:-3]
    place = _STREAM.match(line.stream)
    function = place["function"] if place else line.stream
    if not fields:
        return f"{when} {function}: {line.text}"
    more = " ".join(f"{name}={value}" for name, value in fields.items() if name not in _SHOWN_OTHERWISE)
    return f"{when} {function}: {fields.get('level', '')} {fields.get('message', '')}  {more}".rstrip()
