"""A kernel's standard streams, which don't wait when there is nothing to wait for."""

from ipykernel.iostream import OutStream


class QuietStream(OutStream):
    """ipykernel's stream, but that flushing it costs nothing while nothing was written.

    A kernel flushes both streams at the beginning and end of every cell and before every exhibit, each time
    by way of another thread and back.
    """

    def flush(self) -> None:
        """Send what was written, if anything was."""
        if self._flush_pending or not self._is_master_process():  # type: ignore[no-untyped-call]
            super().flush()  # type: ignore[no-untyped-call]
