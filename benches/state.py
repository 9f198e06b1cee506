"""The machine's state, printed with every figure."""

import os
import platform


def machine() -> str:
    """Interpreter, system, cores and load, on one line."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load:.2f}"
    )
