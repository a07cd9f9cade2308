"""Is every correction of moto still needed? `python -m tests.conformance.needed [NAME...]`; not part of `.ci/run`.

Leaves out one correction at a time, in a process of its own, and runs its tests up to the first failure; two at a time.
Prints which test failed without it, and exits 1 when a correction was not missed.
"""

import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from os import environ

from tests.conformance.corrections import Correction, corrections

AT_ONCE = 2
# pytest's exit codes: a test failed or its fixture did. Anything else (no tests, wrong usage) is no proof.
FAILED = 1


def broken_without(correction: Correction) -> str:
    """The name of the test that fails without it; empty when none does."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", str(correction.test)]
    ran = subprocess.run(
        command, env={**environ, "WITHOUT_CORRECTION": correction.name}, capture_output=True, text=True, check=False
    )
    found = re.search(r"^(?:FAILED|ERROR) \S+::(\S+)", ran.stdout, re.MULTILINE)
    return found.group(1) if found and ran.returncode == FAILED else ""


def main(names: Iterable[str]) -> int:
    """The number of corrections that nothing misses, of those named or of all."""
    wanted = set(names)
    chosen = [correction for correction in corrections() if not wanted or correction.name in wanted]
    if wanted - {correction.name for correction in chosen}:
        sys.exit(f"There is no correction {', '.join(sorted(wanted - {each.name for each in chosen}))}.")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tests = list(pool.map(broken_without, chosen))
    for correction, test in zip(chosen, tests, strict=True):
        sys.stdout.write(f"{correction.name}: {test or 'NOT MISSED by any of its tests'}\n")
    return tests.count("")


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
