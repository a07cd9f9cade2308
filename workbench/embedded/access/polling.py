"""Event sources: Lambda polls in the name of the function's role, and refuses a source that this may not read."""

from workbench.embedded.access.guard import Guard
from workbench.embedded.access.needs import Need
from workbench.embedded.deployment import Deployment
from workbench.embedded.faults import TemplateRefused
from workbench.embedded.refusals import Refused

_ACTIONS = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def require_polling(deployment: Deployment, guard: Guard) -> None:
    """Raises `TemplateRefused` for a source that AWS would not create."""
    functions = {function.name: function for function in deployment.functions}
    for source in deployment.sources:
        function = functions[source.function.partition(":")[0]]
        for action in _ACTIONS:
            try:
                guard.require(function.role, function.name, Need(f"sqs:{action}", source.queue_arn))
            except Refused as refused:
                raise TemplateRefused(
                    f"The role of {function.name} does not let Lambda poll {source.queue_arn}: {refused.message}"
                ) from refused
