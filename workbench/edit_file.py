"""An Edit, the decided film of a job, as it lies in a file."""

from pathlib import Path

from roughcut.contracts import ContractBroken, check
from roughcut.media.edit import Edit
from workbench.film_request import read_json
from workbench.problem import Problem


def read_edit(file: Path) -> Edit:
    """Raises `Problem` for a file that holds none."""
    try:
        edit = Edit.from_dict(check(read_json(file, "the Edit", dict), "edit"))
    except ContractBroken as problem:
        raise Problem(f"{file} is no Edit: {problem.message}") from problem
    strange = next((part.source for part in edit.parts if part.source >= len(edit.sources)), None)
    if strange is not None:
        raise Problem(f"{file} is no Edit: a part shows source {strange}, of {len(edit.sources)}.")
    return edit
