"""Where Roughcut's own template is: in the clone, or in what a wheel brought (setup.py)."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_IN_THE_WHEEL, _IN_THE_CLONE = _HERE / "stack" / "template.yaml", _HERE.parent / "template.yaml"

TEMPLATE = _IN_THE_WHEEL if _IN_THE_WHEEL.exists() else _IN_THE_CLONE
