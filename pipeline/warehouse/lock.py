"""One writer at a time, by a lock that the operating system lets go of when the writer dies."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline.errors import WarehouseError
from pipeline.locks import Busy, holding


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the lock of whoever writes to `path`.

    Raises:
        WarehouseError: somebody else holds it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(holding(path.with_name(path.name + ".lock"), wait_seconds=0.0))
        except Busy:
            raise WarehouseError(
                f"{path} is being written by another program.", "Wait until it has finished and try again."
            ) from None
        yield
