"""What the command line says when something cannot be done."""

import click


class Problem(click.ClickException):
    """One sentence for a person, on stderr; the command ends with exit code 1."""


class RequestRefused(Problem):
    """The job manager answered with an error."""

    def __init__(self, error: dict[str, str]) -> None:
        where = f" (field {error['field']})" if error.get("field") and error["field"] not in error["message"] else ""
        super().__init__(f"{error['message']}{where}")
        self.code = error["code"]
