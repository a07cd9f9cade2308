"""`roughcut doctor`: what this machine lacks."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from workbench.commands.asking import door_options
from workbench.commands.options import json_option, print_json
from workbench.diagnosis import Finding, diagnose
from workbench.problem import Problem
from workbench.stack_diagnosis import check_stack


@click.command()
@click.option("--stack", metavar="NAME", help="Check this deployed stack too, with AWS credentials.")
@door_options
@json_option
def doctor(stack: str | None, endpoint: str, function: str | None, as_json: bool) -> None:
    """Check this machine: Python, ffmpeg, fonts, disk, credentials, endpoint, ports. Exit 1 if anything fails."""
    findings = list(all_findings(stack, endpoint, function))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        click.echo("\n".join(map(as_line, findings)))
    failed = [finding.name for finding in findings if finding.state == "fail"]
    if failed:
        raise Problem(f"{len(failed)} of {len(findings)} checks failed: {', '.join(failed)}.")


def all_findings(stack: str | None, endpoint: str, function: str | None) -> Iterator[Finding]:
    yield from diagnose(endpoint, function, Path.cwd())
    if stack is not None:
        yield check_stack(stack)


def as_line(finding: Finding) -> str:
    advice = f" -> {finding.advice}" if finding.advice else ""
    return f"{finding.state:4}  {finding.name:11}  {finding.found}{advice}"
