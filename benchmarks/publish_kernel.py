"""A kernel ready with its libraries imported: warm against ordinary, CPU seconds and wall.

python benchmarks/publish_kernel.py [--starts 5]
"""

import argparse
import asyncio
import os
import time

import psutil

from pipeline.publish.warm.manager import OrdinaryKernelManager, WarmKernelManager

CODE = """
import numpy, pandas, matplotlib.pyplot, seaborn, duckdb, ibis
import sklearn.cluster, sklearn.ensemble, statsmodels.api
import os
times = os.times()
print(times.user + times.system)
"""


async def start_once(manager_class):
    """Wall seconds until the libraries are imported, and the kernel's own CPU seconds until then."""
    began = time.perf_counter()
    manager = manager_class()
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=300)
    said = []
    await client.execute_interactive(
        CODE, output_hook=lambda message: said.append(message["content"].get("text"))
    )
    wall = time.perf_counter() - began
    client.stop_channels()
    await manager.shutdown_kernel()
    return wall, float("".join(text for text in said if text))


def measure(name, manager_class, starts):
    found = [asyncio.run(start_once(manager_class)) for _ in range(starts)]
    wall, cpu = (sorted(column)[len(found) // 2] for column in zip(*found, strict=True))
    print(f"{name:9} median of {starts}: {wall:6.2f} s wall, {cpu:6.2f} s CPU in the kernel")
    return wall, cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    starts = parser.parse_args().starts
    before = psutil.cpu_times()
    began = time.perf_counter()
    asyncio.run(start_once(WarmKernelManager))
    print(f"first warm kernel, with the fork server's own start: {time.perf_counter() - began:.1f} s wall")
    warm = measure("warm", WarmKernelManager, starts)
    ordinary = measure("ordinary", OrdinaryKernelManager, starts)
    cpu, wall = ordinary[1] / warm[1], ordinary[0] / warm[0]
    print(f"ordinary / warm: {cpu:.1f} times the CPU, {wall:.1f} times the wall")
    busy = psutil.cpu_times()
    used = busy.user - before.user + busy.system - before.system
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}, all used {used:.0f} CPU s meanwhile")


if __name__ == "__main__":
    main()
