"""Rooms import downward only; each technology has one room (docs/architecture.md)."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.tree import FUNCTIONS, ROOT, imports, modules, parse

# A room may import itself and rooms on a lower level; jobs and media also each other's value types.
LEVELS = {
    "jobs": 0,
    "media": 0,
    "contracts": 1,
    "metrics": 1,
    "ports": 1,
    "settings": 1,
    "door": 2,
    "aws": 3,
    "engine": 3,
    "telemetry": 3,
    "dispatch": 4,
    "transitions": 4,
    "stages": 4,
    "wiring": 5,
    "stage_wiring": 6,
}
APP_LEVEL = 7

# What only one place may import.
OWNERS = {
    "boto3": {"aws"},
    "botocore": {"aws"},
    "subprocess": {"engine"},
    "typst": {"engine"},
    "imageio_ffmpeg": {"engine"},
    "fontpkg_inter": {"engine"},
    "manimgx_fonts": {"engine"},
    "manimgx_fonts_cjk": {"engine"},
    "jsonschema": {"contracts"},
    "referencing": {"contracts"},
}

DEPLOYED = modules("functions")


def room(module: Path) -> str | None:
    """ "jobs" for functions/roughcut/jobs/..., None for a function's own folder."""
    return module.with_suffix("").parts[2] if module.parts[1] == "roughcut" else None


def level(name: str | None) -> int:
    return APP_LEVEL if name is None else LEVELS[name]


def domain_rooms(module: Path) -> set[str]:
    """The rooms a module imports from; what the package itself holds (`roughcut.VERSION`) is no room."""
    names = {name.split(".")[1] for name in imports(module) if name.startswith("roughcut.")}
    package = FUNCTIONS / "roughcut"
    return {name for name in names if (package / name).is_dir() or (package / f"{name}.py").exists()}


def named(path: Path) -> str:
    return path.as_posix()


def test_every_room_has_its_level():
    found = {room(module) for module in DEPLOYED} - {None, "__init__"}
    assert found <= set(LEVELS), "give the new room its level"


@pytest.mark.parametrize("module", [m for m in DEPLOYED if room(m) != "__init__"], ids=named)
def test_a_module_imports_only_rooms_below_its_own(module):
    own = room(module)
    value_types = {"jobs", "media"} if level(own) == 0 else set()
    allowed = {own} | value_types | {name for name, height in LEVELS.items() if height < level(own)}
    assert domain_rooms(module) <= allowed


@pytest.mark.parametrize("module", [m for m in DEPLOYED if room(m) in ("jobs", "media")], ids=named)
def test_the_core_imports_the_standard_library_alone(module):
    roots = {name.split(".")[0] for name in imports(module)}
    assert roots <= set(sys.stdlib_module_names) | {"roughcut"}


@pytest.mark.parametrize("module", DEPLOYED, ids=named)
def test_a_technology_stays_in_its_room(module):
    roots = {name.split(".")[0] for name in imports(module)}
    strangers = {root for root in roots & set(OWNERS) if room(module) not in OWNERS[root]}
    assert not strangers


@pytest.mark.parametrize("module", [m for m in DEPLOYED if room(m) is None], ids=named)
def test_a_handler_meets_adapters_only_through_wiring(module):
    assert not domain_rooms(module) & {"aws", "engine"}


def test_the_job_manager_imports_nothing_of_how_films_are_made():
    """It starts for the request that waits for it."""
    listed = "import sys, job_manager.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", listed], check=True, capture_output=True, text=True).stdout.split()
    assert not [name for name in loaded if name.startswith(("roughcut.engine", "roughcut.stages", "roughcut.stage_w"))]


@pytest.mark.parametrize("module", DEPLOYED, ids=named)
def test_only_settings_reads_the_environment(module):
    reads = [node.attr for node in ast.walk(parse(module)) if isinstance(node, ast.Attribute)]
    taken = {name for name in imports(module) if name in ("os.environ", "os.getenv", "os.environb")}
    environment = {"environ", "getenv", "environb"} & set(reads)
    assert room(module) == "settings" or not (environment | taken)


@pytest.mark.parametrize("module", DEPLOYED, ids=named)
def test_no_function_imports_another_nor_anything_that_is_not_deployed(module):
    folders = {path.name for path in FUNCTIONS.iterdir() if (path / "app.py").exists()} - {module.parts[1]}
    roots = {name.split(".")[0] for name in imports(module)}
    assert not roots & (folders | {"workbench", "tests", "run"})


def test_run_py_needs_nothing_but_python():
    assert {name.split(".")[0] for name in imports(Path("run.py"))} <= set(sys.stdlib_module_names)


def test_run_py_parses_on_a_python_that_it_must_refuse():
    text = (ROOT / "run.py").read_text()
    assert ast.parse(text, feature_version=(3, 6)).body
    # Before anything that an older Python would trip over.
    assert text.index("sys.exit(") < text.index("def ")
