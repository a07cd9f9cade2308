"""A careless command, to see that the watch sees and that the protection holds: no whitelist, any demuxer.

python -m tests.media.hostile.careless INPUT
"""

import sys

from roughcut.engine.workroom import workroom
from roughcut.jobs.errors import EncodeFailed
from tests.media.film import now_ms
from tests.media.hostile.calls import let_sockets_be_seen


def main() -> None:
    if "unfiltered" in sys.argv:
        let_sockets_be_seen()
    with workroom(None, deadline_ms=now_ms() + 60_000, remaining_ms=60_000, memory_mib=1769, clock=now_ms) as (
        folder,
        encoder,
    ):
        try:
            encoder.run(["-v", "error", "-i", sys.argv[1], "-frames:v", "1", "-f", "null", "-"], folder)
        except EncodeFailed as refused:
            sys.stdout.write(refused.problem)


if __name__ == "__main__":
    main()
