"""Starts the workers, lets them begin together, and reads what they say; standard library only, since workers use it too."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Worker = subprocess.Popen[bytes]


def start(work: str, *args: object) -> Worker:
    """A worker that has yet to be told to begin."""
    module = "tests.record.spool_writer" if work == "write_spool" else "tests.record.workers"
    command = [sys.executable, "-m", module, work, *map(str, args)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)


def begin(workers: Iterable[Worker]) -> None:
    """Waits until all are ready, then lets them go at once."""
    all_of_them = tuple(workers)
    for worker in all_of_them:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
    for worker in all_of_them:
        assert worker.stdin is not None
        worker.stdin.write(b"\n")


def said(worker: Worker) -> list[str]:
    """Every whole line it said, until its end."""
    out, _ = worker.communicate(timeout=120)
    return [line for line in out.decode().split("\n")[:-1] if line]


def say(line: str) -> None:
    """In a worker: one unbuffered line, so that what was said stands even when it is killed right after."""
    os.write(1, f"{line}\n".encode())


def ready() -> None:
    """In a worker: says so, then waits for the word to begin."""
    say("ready")
    while os.read(0, 1) != b"\n":
        pass
