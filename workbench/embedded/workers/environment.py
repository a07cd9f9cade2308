"""What a worker finds in its environment: what Lambda gives, what the template declares, and what a laptop needs."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from workbench.embedded.workers.function import Function

# Where ffmpeg and Python are; everything else of the caller's environment, secrets included, stays outside.
_FROM_THE_MACHINE = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def of_lambda(function: Function, runtime_api: str, scratch: Path, log_stream: str) -> dict[str, str]:
    """Lambda's own variables. `scratch` is the worker's temporary folder, and its home."""
    return {
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(function.folder),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "TMPDIR": str(scratch),
        "HOME": str(scratch),
        "PYTHONUNBUFFERED": "1",
    }


def of_machine() -> dict[str, str]:
    """The few variables of this process that programs cannot start without."""
    return {name: os.environ[name] for name in _FROM_THE_MACHINE if name in os.environ}


def of_stack(aws_url: str, region: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """How a worker reaches the embedded endpoint, and nothing else."""
    return {
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        **credentials,
    }


def overridden(declared: Mapping[str, str], overrides: Mapping[str, str]) -> dict[str, str]:
    """The template's values, each replaced by the override of its name, and our own ROUGHCUT_ settings added.

    Other overrides are left out: a caller may pass its whole environment.
    """
    own = {name: value for name, value in overrides.items() if name.startswith("ROUGHCUT_")}
    return {**{name: overrides.get(name, value) for name, value in declared.items()}, **own}
