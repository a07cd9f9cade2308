"""`roughcut upload` and `roughcut links`: files into a session, and what a job made out of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from workbench.commands.asking import Answers, operation
from workbench.delivery import require_folder
from workbench.display import Display, display
from workbench.operations import Ask
from workbench.progress import View
from workbench.receiving import receive_all
from workbench.rendering import links_lines
from workbench.sending import send
from workbench.sources import IMAGE_SUFFIXES, Source, name_sources


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--session", "session_id", metavar="ID", required=True, help="The session to upload to.")
@click.option(
    "--kind",
    type=click.Choice(("video", "slide")),
    help="What they are.  [default: png, jpg, jpeg and webp are slides]",
)
@operation
def upload(ask: Ask, files: Sequence[Path], session_id: str, kind: str | None) -> Answers:
    """Upload FILEs to a session: clips, and images for slides.

    Each keeps its name; another file of the same name becomes name-2. Above 5 GiB a file is sent in parts.
    """
    sources = sorted_out(files, kind)
    with display() as show:
        sent = [send_one(ask, session_id, source, show) for source in sources]
    yield {"session_id": session_id, "files": sent}, [each["key"] for each in sent]


def sorted_out(files: Sequence[Path], kind: str | None) -> list[Source]:
    """Which file is what, and its name. Raises `Problem` for one that cannot be uploaded."""
    slides = [path for path in files if is_slide(path, kind)]
    clips = [path for path in files if not is_slide(path, kind)]
    return [*name_sources(clips, "videos"), *name_sources(slides, "slides")]


def is_slide(path: Path, kind: str | None) -> bool:
    return kind == "slide" if kind else path.suffix.lower() in IMAGE_SUFFIXES


def send_one(ask: Ask, session_id: str, source: Source, show: Display) -> dict[str, Any]:
    size = source.path.stat().st_size
    asked = {"name": source.name, "kind": source.kind.removesuffix("s"), "size_bytes": size}
    label = f"uploading {source.name}"

    def told(sent: int) -> None:
        show.show(View(label, 100 * sent / size))

    answer = send(ask, {"operation": "upload", "session_id": session_id, **asked}, source.path, told)
    return {**asked, "key": answer["key"]}


@click.command()
@click.argument("session_id")
@click.argument("job_id")
@click.option(
    "--expires", "seconds", metavar="SECONDS", type=click.IntRange(1, 604_800), default=3600, show_default=True,
    help="How long the links are good; seven days at most.",
)  # fmt: skip
@click.option("--download", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Fetch the files into DIR.")
@operation
def links(ask: Ask, session_id: str, job_id: str, seconds: int, folder: Path | None) -> Answers:
    """Print links to all that the completed job JOB_ID made; whoever has one needs no credentials.

    With --download, the films, the thumbnail and the slides are fetched, and their paths printed.
    """
    if folder is not None:
        require_folder(folder)
    answer = ask({"operation": "links", "session_id": session_id, "job_id": job_id, "expires_seconds": seconds})
    if folder is None:
        yield answer, links_lines(answer)
        return
    with display() as show:
        paths = receive_all(answer, folder, lambda name, done: show.show(View(f"downloading {name}", done)))
    yield {**answer, "files": [str(path) for path in paths]}, [str(path) for path in paths]
