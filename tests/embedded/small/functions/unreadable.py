"""A handler's module whose import raises an error of its own."""

raise LookupError("no setting of that name")
