"""The kernel provisioner: a fork where it is safe, an ordinary kernel elsewhere, with the reason logged."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from typing import IO, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, Float, List, Unicode

from pipeline.publish.warm.client import ForkedProcess, WarmUnavailable, can_fork, fork_module, why_unsafe
from pipeline.publish.warm.settings import DEFAULT_IDLE_SECONDS, DEFAULT_PRELOAD, WarmSettings

_LAUNCHER = ["-m", "ipykernel_launcher"]
_UNDERSTOOD = {"env", "cwd", "stdin", "stdout", "stderr", "kernel_id", "extra_arguments", "independent"}


class WarmKernelProvisioner(LocalProvisioner):
    """Forks kernels from a process that has imported the heavy libraries already.

    The traits can be set in a kernel specification, under `metadata.kernel_provisioner.config`.
    """

    preload = List(
        Unicode(), default_value=list(DEFAULT_PRELOAD), config=True, help="Modules to import once."
    )
    idle_seconds = Float(
        DEFAULT_IDLE_SECONDS, config=True, help="The fork server ends after so long without kernels."
    )
    folder = Unicode("", config=True, help="Folder of the sockets; empty for a private one of this user.")
    fall_back = Bool(True, config=True, help="Start an ordinary kernel where no fork can be had.")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel for this command, or launch it as an ordinary process."""
        try:
            await self._fork(cmd, kwargs)
        except WarmUnavailable as reason:
            level = logging.WARNING if can_fork() else logging.INFO  # nothing is amiss where none can
            self.log.log(level, "An ordinary kernel starts instead of a warm one: %s", reason)
            if not self.fall_back:
                raise
            return await super().launch_kernel(cmd, **kwargs)
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel's process group."""
        process: object = self.process
        if isinstance(process, ForkedProcess):
            process.send_signal(signum)
        else:
            await super().send_signal(signum)

    async def _fork(self, cmd: list[str], kwargs: dict[str, Any]) -> None:
        reason = _why_not(cmd, kwargs)
        if reason:
            raise WarmUnavailable(reason)
        settings = WarmSettings(tuple(self.preload), self.idle_seconds, self.folder)
        folder = os.path.abspath(kwargs.get("cwd") or os.getcwd())
        environment = {name: value for name, value in kwargs["env"].items() if name != "JPY_PARENT_PID"}
        with open(os.devnull, "r+b") as nothing:
            streams = (
                _descriptor(kwargs.get("stdin"), nothing.fileno(), nothing),
                _descriptor(kwargs.get("stdout"), 1, nothing),
                _descriptor(kwargs.get("stderr"), 2, nothing),
            )
            # In a thread: the first kernel of a key waits for the imports; JupyterLab must not stand still.
            process = await asyncio.to_thread(
                fork_module,
                settings,
                "ipykernel_launcher",
                cmd[3:],
                environment=environment,
                working_folder=folder,
                streams=streams,
            )
        self.process = process  # type: ignore[assignment]  # it has the face of a Popen
        self.pid = self.pgid = process.pid
        self.cwd = folder


def _why_not(cmd: list[str], kwargs: dict[str, Any]) -> str:
    """The first reason against a fork, or an empty string."""
    environment = kwargs.get("env") or {}
    streams = [kwargs.get(name) for name in ("stdin", "stdout", "stderr")]
    folder = kwargs.get("cwd") or os.getcwd()
    reasons = {
        f"the command is not this interpreter's ipykernel: {' '.join(cmd)}": not _is_our_launcher(cmd),
        f"options that only a new process can have: {sorted(set(kwargs) - _UNDERSTOOD)}": bool(
            set(kwargs) - _UNDERSTOOD
        ),
        "the kernel is to outlive its owner": bool(kwargs.get("independent")),
        "a pipe to the kernel's streams is asked for": subprocess.PIPE in streams
        or subprocess.STDOUT in streams,
        f"{folder} has a matplotlibrc of its own": os.path.exists(os.path.join(folder, "matplotlibrc")),
    }
    return next((reason for reason, holds in reasons.items() if holds), "") or why_unsafe(environment)


def _is_our_launcher(cmd: list[str]) -> bool:
    return os.path.abspath(cmd[0]) == os.path.abspath(sys.executable) and cmd[1:3] == _LAUNCHER


def _descriptor(stream: int | IO[Any] | None, inherited: int, nothing: IO[Any]) -> int:
    if stream == subprocess.DEVNULL:
        return nothing.fileno()
    if stream is None:
        return inherited if _is_open(inherited) else nothing.fileno()
    return stream if isinstance(stream, int) else stream.fileno()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
