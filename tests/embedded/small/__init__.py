"""A template of tiny functions, its machine and its handlers, so that these tests need nothing of the product's."""

from pathlib import Path

TEMPLATE = Path(__file__).parent / "template.yaml"
FUNCTIONS = Path(__file__).parent / "functions"


def edited(folder: Path, old: str, new: str) -> Path:
    """The template with one piece of text replaced, in `folder` with what it names beside it."""
    (folder / "machine.asl.json").write_text((TEMPLATE.parent / "machine.asl.json").read_text())
    (folder / "functions").mkdir(exist_ok=True)
    text = TEMPLATE.read_text()
    assert old in text
    template = folder / "template.yaml"
    template.write_text(text.replace(old, new))
    return template
