"""More mutated files than a test run has time for.

    python -m tests.media.hostile.fuzz COUNT

Each is a whole job on one worker, and a good clip follows each that came as far as an encoder. Prints what became of
them; ends with 1 if a job failed without a name, took more than 1.5 GiB or harmed the next one.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.media.hostile.broken import flipped
from tests.media.hostile.corpus import Hostile
from tests.media.hostile.references import samples
from tests.media.hostile.worker import Outcome, Worker

FIRST = 1000  # seeds below are the test's


def main() -> None:
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        good = samples(Path(folder))
        worker = Worker(Path(folder))
        for name, body in flipped(good, range(FIRST, FIRST + int(sys.argv[1]))):
            outcomes.append(worker.take(Hostile("fuzzed", name, body)))
    wrong = [outcome for outcome in outcomes if not is_well(outcome)]
    peak, slowest = max(outcome.peak_mib for outcome in outcomes), max(outcome.seconds for outcome in outcomes)
    found = Counter(outcome.code for outcome in outcomes)
    sys.stdout.write(f"{len(outcomes)} files, {dict(found)}, at most {peak} MiB and {slowest} s\n")
    sys.stdout.write("".join(f"{outcome}\n" for outcome in wrong))
    sys.exit(bool(wrong))


def is_well(outcome: Outcome) -> bool:
    return outcome.code != "Internal" and outcome.peak_mib <= 1536 and outcome.is_next_well


if __name__ == "__main__":
    main()
