"""The process that hooks start and nobody waits for: it leaves behind what the next hook reads."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from router.base.clock import Clock, system_clock
from router.base.failures import PolicyError, RouterError, StoreError
from router.base.places import Places, find_places
from router.base.problems import Problem
from router.engine.hook_refresh import Refreshed, keep_refreshed
from router.engine.load import Wanted, load_policy
from router.record.money import micros
from router.record.spool import Spool
from router.record.where import spool_folder

MOST_S = 60
"""How long it may take, in seconds, and how much of a processor."""

_MOST_BYTES = 2 * 1024**3
_OURS = "llm-router"


def main() -> None:
    """Refreshes the folder that is named on the command line, within bounds of time and memory; ends with 0."""
    _bounded()
    cwd = Path(sys.argv[1] if len(sys.argv) > 1 else os.getcwd())  # noqa: PTH109 as elsewhere
    refresh(find_places(os.environ, cwd), os.environ, system_clock)


def refresh(places: Places, environ: Mapping[str, str], clock: Clock) -> None:
    """Compiles the policy, lists the providers that can be called, drains the spool; says in the spool what failed."""
    begun, failed = micros(clock()), ""
    for step in (_compile, _serve):
        try:
            step(places, environ, clock)
        except PolicyError:
            break
        except (RouterError, OSError, ValueError, MemoryError, RecursionError) as cause:
            failed = failed or type(cause).__name__
    hook = {
        "at": begun, "host": _OURS, "event": "refresh", "ok": not failed, "error": failed or None,
        "ms": (micros(clock()) - begun) / 1000,
    }  # fmt: skip
    with suppress(StoreError):
        Spool(spool_folder(places)).append("hook", hook)


def _compile(places: Places, environ: Mapping[str, str], clock: Clock) -> None:
    """Leaves a table, or word of the errors that keep one from being made; raises `PolicyError` for those."""
    now = clock()
    loaded = load_policy(Wanted(places), environ, now.date(), now.timestamp())
    if loaded.built is not None or loaded.table is None:
        keep_refreshed(places, _found(loaded.problems))
    if loaded.table is None:
        raise PolicyError(loaded.problems, loaded.built.texts if loaded.built else {})


def _found(problems: tuple[Problem, ...]) -> Refreshed:
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = [problem for problem in problems if problem.severity == "warning"]
    first = next(iter(errors or warnings), None)
    place = "" if first is None or first.span is None else f"{first.span.file}:{first.span.line}"
    return Refreshed(len(errors), len(warnings), place)


def _serve(places: Places, environ: Mapping[str, str], clock: Clock) -> None:
    """Opening the service lists the providers and makes the audit log's keys; shortened outputs are counted, and what
    waits in the spool enters."""
    from router.engine.outputs import settle_outputs
    from router.engine.serving import open_service

    # While the whole outputs are there, and transcripts with them: a report may be asked for long after.
    settle_outputs(places, clock())
    service = open_service(places.cwd, environ, clock=clock)
    try:
        if service.records.spool.waiting():
            service.records.drain()
            service.records.catch_up()
        service.snapshots.refresh()
    finally:
        service.records.store.close()


def _bounded() -> None:
    """A repository is cloned from anywhere: what its policy costs here has an end."""
    if hasattr(signal, "alarm"):
        signal.alarm(MOST_S)
    with suppress(ImportError, OSError, ValueError):
        import resource

        _limit(resource.setrlimit, resource.RLIMIT_CPU, MOST_S)
        _limit(resource.setrlimit, resource.RLIMIT_AS, _MOST_BYTES)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(10)


def _limit(setrlimit: Callable[[int, tuple[int, int]], None], what: int, most: int) -> None:
    with suppress(OSError, ValueError):
        setrlimit(what, (most, most))
