"""A template of tiny functions, its machine and its handlers, so that these tests need nothing of the product's."""

from pathlib import Path

TEMPLATE = Path(__file__).parent / "template.yaml"
FUNCTIONS = Path(__file__).parent / "functions"
