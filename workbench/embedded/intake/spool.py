"""A body that has come in: in memory up to 5 MB, beyond that in a file without a name."""

import tempfile
from typing import Any

from moto.settings import get_s3_default_key_buffer_size

from workbench.embedded.intake.sums import Sums
from workbench.embedded.refusals import Refused

# Up to here a file of its own would cost more than the bytes.
_SMALL = 64 * 1024


class Spool:
    """Write all of it, then `check`; `sums` counts along."""

    def __init__(self, sums: Sums, expected: int | None) -> None:
        most = get_s3_default_key_buffer_size()
        self.file: Any = tempfile.SpooledTemporaryFile(most)  # noqa: SIM115 - the object closes it when it goes
        if (expected or 0) > most:
            self.file.rollover()
        self.sums, self.size = sums, 0

    def write(self, piece: bytes) -> None:
        """Raises `Refused` on a full disk."""
        try:
            self.file.write(piece)
        except OSError as problem:
            message = f"The object cannot be taken in: {problem.strerror or problem}."
            raise Refused("InsufficientStorage", message, 507) from problem
        self.sums.update(piece)
        self.size += len(piece)

    def __len__(self) -> int:
        return self.size

    @property
    def etag(self) -> str:
        """Without quotes."""
        return self.sums.md5.hexdigest()

    def take(self) -> Any:
        """The file, which is the taker's to close."""
        file, self.file = self.file, None
        return file

    def close(self) -> None:
        """Away with it, unless somebody has taken it."""
        if self.file is not None:
            self.file.close()

    def body(self) -> Any:
        """What moto gets for it: the bytes of a small one, else this."""
        if self.size > _SMALL:
            return self
        self.file.seek(0)
        return self.file.read()
