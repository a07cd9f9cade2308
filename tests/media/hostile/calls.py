"""What strace saw of the encoders: the files they opened, the sockets they asked for, the programs they started."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from roughcut.engine import allowance

STRACE = (
    *("strace", "-f", "--seccomp-bpf", "-q", "-s", "400", "-e", "signal=none"),
    *("-e", "trace=%network,open,openat,openat2,creat,execve,clone,clone3,fork,vfork"),
)
_CALL = re.compile(r"(\d+) +(\w+)\((.*?)(?:\) += (-?\d+|\?).*| <unfinished \.\.\.>)$")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>.*\) += (-?\d+|\?).*$")
_ENDED = re.compile(r"(\d+) +\+\+\+ ")
_BIRTHS = {"clone", "clone3", "fork", "vfork"}


_WITHOUT_FILTER = (
    "import sys; sys.path[:0] = [sys.argv.pop(1)]; from roughcut.engine import launch; "
    "launch.refuse_sockets = lambda: None; launch.main()"
)


def let_sockets_be_seen() -> None:
    """What the filter refuses never reaches strace: encoders of this process are launched without it from now on."""
    allowance._BOOT = _WITHOUT_FILTER


@dataclass
class Calls:
    """Of encoders alone: `opened` by path and success, `others` all but threads and opened files."""

    opened: dict[str, bool] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    encoders: int = 0


def calls_of_encoders(log: Path) -> Calls:
    seen, launchers, encoders = Calls(), set[str](), set[str]()
    begun: dict[str, tuple[str, str]] = {}
    for line in log.read_text(errors="replace").splitlines():
        if ended := _ENDED.match(line):  # its number will be another's
            encoders.discard(ended[1])
            launchers.discard(ended[1])
        call = _whole(line, begun)
        if call is None:
            continue
        task, name, arguments, answer = call
        if task in encoders:
            _note(seen, encoders, task, name, arguments, int(answer))
        elif name == "execve" and answer == "0":
            if "from roughcut.engine" in arguments:
                launchers.add(task)
            elif task in launchers:
                encoders.add(task)
                seen.encoders += 1
    return seen


def _whole(line: str, begun: dict[str, tuple[str, str]]) -> tuple[str, str, str, str] | None:
    """A call once it is over: (task, name, arguments, answer)."""
    if found := _CALL.match(line):
        if found[4] is not None:
            return found[1], found[2], found[3], found[4]
        begun[found[1]] = (found[2], found[3])
    elif (found := _RESUMED.match(line)) and found[1] in begun:
        name, arguments = begun.pop(found[1])
        return found[1], name, arguments, found[3]
    return None


def _note(seen: Calls, encoders: set[str], task: str, name: str, arguments: str, answer: int) -> None:
    path = re.search(r'"((?:[^"\\]|\\.)*)"', arguments)
    if name.startswith(("open", "creat")) and path:
        seen.opened[path[1]] = seen.opened.get(path[1], False) or answer >= 0
    elif name in _BIRTHS and "CLONE_THREAD" in arguments:
        encoders.add(str(answer))
    elif name != "clone3":
        seen.others.append(f"{name}({arguments}) = {answer}")
