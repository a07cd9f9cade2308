"""`roughcut run`: one film from the files of this machine, on an embedded AWS that lives for this one job."""

import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.commands.options import (
    json_option,
    print_json,
    priority_option,
    priority_value,
    resolution_option,
    type_option,
)
from workbench.delivery import deliver, film_of, require_folder
from workbench.diagnosis import require_ffmpeg
from workbench.display import display
from workbench.edit_file import read_edit
from workbench.edit_request import edit_payload, edit_sources, require_whole_film
from workbench.film_request import FilmRequest, film_request, read_json, require_acceptable
from workbench.following import follow_to_the_end, require_completed
from workbench.local import local_stack, print_log
from workbench.operations import by_invocation

if TYPE_CHECKING:
    from workbench.embedded.running import Stack

POLL_SECONDS = 0.2  # one invocation in this machine, a few milliseconds


@click.command()
@click.argument("clips", metavar="CLIP...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--slide", "slides", metavar="TEXT_OR_IMAGE", multiple=True, help="A slide; repeat, in order.")
@click.option("--timeline", metavar="FILE", type=click.Path(path_type=Path), help="JSON list of what comes when.")
@click.option("--edit", metavar="FILE", type=click.Path(path_type=Path), help="The film of this edit.json instead.")
@resolution_option
@type_option
@click.option("--session", metavar="ID", help="Session id.  [default: a new one]")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("roughcut-out"),
    show_default=True,
    help="Where the folder of the job goes.",
)
@priority_option
@click.option("--verbose", is_flag=True, help="Show the functions' logs on stderr.")
@json_option
def run(clips: tuple[Path, ...], slides: tuple[str, ...], out: Path, verbose: bool, as_json: bool, **film: Any) -> None:
    """Make a film from CLIPs and slides on this machine.

    The files end up in DIR/<job_id>: renditions, HLS, thumbnail, and job.json with all facts. The path of the film is
    printed on stdout, progress on stderr.

    A --slide that names a png, jpg, jpeg or webp file is that image. Any other is a text: the first slide is a title,
    the last of three or more an end slide, those between are sections. Slide n has the id slide-n.

    Without --timeline slides and clips alternate, and an end slide comes last. With it, FILE lists them:
    [{"slide": "slide-1"}, {"video": "clip.mp4"}, ...]. Two clips of the same name are clip.mp4 and clip-2.mp4.

    --edit FILE makes the film that FILE describes, as it was or as you changed it. Its clips are those of its names
    among CLIPs, or else lie beside FILE; its slides lie in slides/ beside FILE, as in the folder of a job.
    """
    wanted = wanted_film(clips, slides, **film)
    require_acceptable(wanted.request)
    require_folder(out)
    require_ffmpeg()
    with local_stack(on_log=print_log if verbose else None) as stack:
        job = make(stack, wanted)
        folder = deliver(stack.client("s3"), stack.outputs["MediaBucketName"], job, out) if succeeded(job) else None
    if as_json:
        print_json(job)
    require_completed(job)
    if folder and not as_json:
        click.echo(film_of(job, folder))


def wanted_film(
    clips: tuple[Path, ...],
    slides: tuple[str, ...],
    *,
    timeline: Path | None,
    edit: Path | None,
    resolutions: tuple[str, ...],
    job_type: str,
    session: str | None,
    priority: str,
) -> FilmRequest:
    payload: dict[str, Any] = {"resolutions": list(resolutions)} if resolutions else {}
    fields = {
        "operation": "submit",
        "session_id": session or f"run-{secrets.token_hex(4)}",
        "job_type": job_type,
        "priority": priority_value(priority),
    }
    if edit:
        require_whole_film(slides, timeline, job_type)
        decided = read_edit(edit)
        sources = edit_sources(decided, edit.parent, clips)
        return FilmRequest({**fields, "payload": {**edit_payload(decided, sources), **payload}}, sources)
    if timeline:
        payload["timeline"] = read_json(timeline, "--timeline", list)
    return film_request(clips, slides, fields, payload)


def make(stack: "Stack", wanted: FilmRequest) -> dict[str, Any]:
    """Upload, submit, watch: the job's last status answer."""
    s3, bucket, session_id = stack.client("s3"), stack.outputs["MediaBucketName"], wanted.request["session_id"]
    ask = by_invocation(stack.invoke)
    with display() as show:
        for source in wanted.sources:
            s3.upload_file(str(source.path), bucket, source.key(session_id))
        stack.warm()
        return follow_to_the_end(ask, ask(wanted.request), pause, show)


def pause() -> None:
    threading.Event().wait(POLL_SECONDS)


def succeeded(job: dict[str, Any]) -> bool:
    return bool(job["status"] == "completed")
