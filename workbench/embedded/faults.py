"""What can go wrong between a template and a running stack, each as one sentence for people."""


class StackError(Exception):
    """Base of everything the embedded AWS raises on purpose; the message is a sentence."""


class PortTaken(StackError):
    """Another program listens on the port that was asked for."""


class TemplateRefused(StackError):
    """The template, or a file it names, cannot become a running stack."""


class DataRefused(StackError):
    """The directory of kept data cannot be used: it is no directory, not writable, in use, or of a newer format."""


class FunctionFailed(StackError):
    """A function that was invoked directly ended with an error; `error_type` is the class name its handler raised."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(f"{error_type}: {message}" if message else error_type)
        self.error_type, self.message = error_type, message
