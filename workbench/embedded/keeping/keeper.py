"""The kept data of one stack, from the start of its process to the end."""

import datetime
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from workbench.embedded.bodies import Bodies
from workbench.embedded.keeping import executions, objects, queues, recorder, tables
from workbench.embedded.keeping.directory import Directory
from workbench.embedded.keeping.gate import Gate, State
from workbench.embedded.keeping.journal import Journal

# Below this, jobs that run have what is left: 256 MiB, or a twentieth of a small disk.
_RESERVE_BYTES, _RESERVE_SHARE = 256 * 1024 * 1024, 20

_KINDS = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::StepFunctions::StateMachine")

_watched: list[str] = []


def watch() -> None:
    """Before the corrections are made, so that these hooks are inside of their locks. Once in a process."""
    if not _watched:
        for room in (tables, queues, objects, executions):
            room.watch()
            _watched.append(room.__name__)


class Keeper:
    """`gate` goes around the endpoint, `restore` comes when the template is deployed, `close` before anything ends."""

    def __init__(self, path: Path) -> None:
        """Raises `DataRefused`."""
        self._directory = Directory(path).hold()
        try:
            self._journal = Journal(self._directory.database)
        except BaseException:
            self._directory.release()
            raise
        self._bodies = Bodies(self._directory.bodies)
        self._gate: Gate | None = None
        self._is_closed = False
        self.mark = f"roughcut-{secrets.token_hex(8)}"

    def gate(self, application: WSGIApplication) -> WSGIApplication:
        """`application`, to us alone until `restore`."""
        self._gate = Gate(application, self._journal, self.mark, self.shortage)
        return self._gate

    def restore(self, resources: Mapping[str, Any], names: Mapping[str, str]) -> None:
        """What is kept, into the resources of the template: logical ids to definitions, and to physical names."""
        now = datetime.datetime.now(tz=datetime.UTC)
        by_type = {
            kind: {
                names[logical].rpartition("/")[2]: logical for logical, it in resources.items() if it["Type"] == kind
            }
            for kind in (
                "AWS::DynamoDB::Table",
                "AWS::SQS::Queue",
                "AWS::S3::Bucket",
                "AWS::StepFunctions::StateMachine",
            )
        }
        kept_tables, kept_queues, kept_buckets, kept_machines = by_type.values()
        tables.restore(self._journal, kept_tables)
        queues.restore(self._journal, kept_queues)
        objects.restore(self._journal, self._bodies, kept_buckets, now)
        executions.restore(self._journal, kept_machines, now)
        recorder.start(
            recorder.Recorder(self._journal, self._bodies, kept_tables, kept_queues, kept_buckets, kept_machines)
        )
        if self._gate is not None:
            self._gate.state = State.OPEN

    def shortage(self) -> str:
        """Why nothing new can be taken, in one sentence; nothing if there is room."""
        if self._journal.problem:
            return f"The data in {self._directory.path} cannot be written: {self._journal.problem}."
        disk = shutil.disk_usage(self._directory.path)
        if disk.free >= min(_RESERVE_BYTES, disk.total // _RESERVE_SHARE):
            return ""
        left = f"{disk.free // 2**20} MiB free"
        return f"The disk of {self._directory.path} is nearly full ({left}); make room for new jobs."

    def close(self) -> None:
        """Answer nobody any more, and leave what is kept as it is now. Repeatable."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._gate is not None:
            self._gate.state = State.CLOSED
        executions.note_running()
        recorder.stop()
        self._journal.close()
        self._directory.release()
