"""`roughcut doctor`: what this machine lacks."""

from dataclasses import asdict
from pathlib import Path

import click

from workbench.commands.options import endpoint_option, json_option, print_json
from workbench.diagnosis import Finding, diagnose
from workbench.problem import Problem


@click.command()
@endpoint_option
@json_option
def doctor(endpoint: str, as_json: bool) -> None:
    """Check this machine: Python, ffmpeg, fonts, disk, credentials, endpoint, ports. Exit 1 if anything fails."""
    findings = list(diagnose(endpoint, Path.cwd()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        click.echo("\n".join(map(as_line, findings)))
    failed = [finding.name for finding in findings if finding.state == "fail"]
    if failed:
        raise Problem(f"{len(failed)} of {len(findings)} checks failed: {', '.join(failed)}.")


def as_line(finding: Finding) -> str:
    advice = f" -> {finding.advice}" if finding.advice else ""
    return f"{finding.state:4}  {finding.name:11}  {finding.found}{advice}"
