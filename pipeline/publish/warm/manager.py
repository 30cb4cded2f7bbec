"""A kernel manager whose kernels are warm whatever kernel specifications this machine has installed."""

from __future__ import annotations

import sys
import uuid
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Dict, Unicode

from pipeline.publish.warm.client import can_fork
from pipeline.publish.warm.key import socket_folder
from pipeline.publish.warm.prompt import PromptClient
from pipeline.publish.warm.settings import DEFAULT_PRELOAD, WarmSettings

PROVISIONER_NAME = "quarterdeck-warm"
_LOOK_EVERY_SECONDS = 0.01


class WarmKernelSpecManager(KernelSpecManager):
    """Answers every name with this interpreter's ipykernel behind the warm provisioner."""

    provisioner_name = Unicode(PROVISIONER_NAME)
    provisioner_config = Dict(help="Traits of the provisioner: preload, idle_seconds, folder, fall_back.")

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        """The specification that all notebooks of a run share."""
        config = dict(self.provisioner_config)
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
            metadata={
                "kernel_provisioner": {"provisioner_name": self.provisioner_name, "config": config},
                "supported_encryption": "curve",
            },
        )


class WarmKernelManager(AsyncKernelManager):
    """For nbclient and papermill: `kernel_manager_class=WarmKernelManager`.

    The channels are Unix sockets in a private folder (no ports, nothing to eavesdrop on); where there are
    none, local ports with signed and, with this version of jupyter_client, encrypted messages.
    """

    preloaded = DEFAULT_PRELOAD

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("client_factory", PromptClient)
        config = {"preload": list(self.preloaded)}
        kwargs.setdefault("kernel_spec_manager", WarmKernelSpecManager(provisioner_config=config))
        super().__init__(**kwargs)
        if can_fork():
            self.transport = "ipc"
            self.connection_file = str(socket_folder(WarmSettings()) / f"k{uuid.uuid4().hex[:12]}.json")
            self.ip = self.connection_file.removesuffix(".json")
        elif zmq.has("curve") and self.has_trait("transport_encryption"):
            self.transport_encryption = "auto"

    async def _async_interrupt_kernel(self) -> None:
        """Its cells are done when it is shut down: an interrupt then only makes it complain."""
        if not self.shutting_down:
            await super()._async_interrupt_kernel()

    async def _async_finish_shutdown(
        self,
        waittime: float | None = None,
        pollinterval: float = _LOOK_EVERY_SECONDS,
        restart: bool = False,
    ) -> None:
        """The parent looks every 0.1 s, which is longer than a kernel takes to end."""
        await super()._async_finish_shutdown(waittime, pollinterval, restart)


class OrdinaryKernelManager(WarmKernelManager):
    """The same without forking: for comparisons, and for machines where forking is switched off."""

    def __init__(self, **kwargs: Any) -> None:
        specifications = WarmKernelSpecManager(provisioner_name="local-provisioner")
        super().__init__(kernel_spec_manager=specifications, **kwargs)
