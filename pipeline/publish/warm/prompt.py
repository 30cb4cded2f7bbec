"""A kernel client that is ready as soon as the kernel is: no fixed waits, no slow reconnecting."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient

_ANSWER_SECONDS = 1.0
_STATUS_SECONDS = 0.05
_RECONNECT_MILLISECONDS = 10
"""The kernel opens its sockets a moment after the client looks for them; ZeroMQ looks again after 100."""


class PromptClient(AsyncKernelClient):  # type: ignore[misc, unused-ignore]
    """Knows by the kernel's `idle` that nothing more is to come, where its parent waits 0.2 s for silence."""

    def start_channels(self, *arguments: Any, **options: Any) -> None:
        """Open the channels."""
        self.context.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MILLISECONDS)
        super().start_channels(*arguments, **options)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and all that it published about it has arrived.

        Raises:
            RuntimeError: the kernel died, or did not answer in `timeout` seconds.
        """
        limit = time.monotonic() + timeout if timeout is not None else float("inf")
        while True:
            asked = self.kernel_info()
            try:
                reply = await self._async_recv_reply(asked, timeout=_ANSWER_SECONDS)
            except TimeoutError:
                reply = None
            if reply is not None and await self._heard_idle(asked):
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > limit:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    async def _heard_idle(self, asked: str) -> bool:
        """False when the publishing channel is not connected yet: the question is asked again."""
        while True:
            try:
                message = await self.get_iopub_msg(timeout=_STATUS_SECONDS)
            except Empty:
                return False
            about = message["parent_header"].get("msg_id")
            if about == asked and message["content"].get("execution_state") == "idle":
                return True
