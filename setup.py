"""What pyproject.toml cannot say: a wheel carries the stack that it runs, beside its modules.

The template names folders next to itself, so functions/ is there twice: as what `workbench` imports, and as the code of
the Lambda functions. An editable installation finds all of it in the clone (workbench/own_template.py).
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

STACK = ("template.yaml", "statemachines", "functions", "layers")
NOT_CODE = shutil.ignore_patterns("__pycache__", "*.egg-info")


class WithTheStack(build_py):
    """Modules and their data, then the stack."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            self._add_the_stack(Path(self.build_lib, "workbench", "stack"))

    def _add_the_stack(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)  # what an earlier build left there
        folder.mkdir(parents=True)
        for name in STACK:
            if Path(name).is_dir():
                shutil.copytree(name, folder / name, ignore=NOT_CODE)
            else:
                shutil.copy(name, folder)


setup(cmdclass={"build_py": WithTheStack})
