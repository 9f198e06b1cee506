"""What hooks leave to a process of its own: compiling, looking for keys, draining; nobody waits for it.

It is started when a folder's policy has no table or an old one, and when the list of providers gets old; for one folder
at most once in a while, so that a policy with errors, which never gets a table, costs next to nothing.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from router.base.places import Places
from router.base.shipped import shipped

SCRIPT = "hooks/refresh.py"
SWITCH = "LLM_ROUTER_REFRESH"
"""The variable that turns it off."""

AGAIN_S = 30.0
"""For one folder there is at most one such process in so many seconds."""

_FOLDER = "refresh"


class Refreshed(NamedTuple):
    """What came of the last such process for a folder: errors and warnings of its policy, and where the first stands."""

    errors: int = 0
    warnings: int = 0
    first: str = ""


def refresh_soon(places: Places, environ: Mapping[str, str], now_s: float) -> bool:
    """Starts the process unless one was started lately; whether it did. Never raises `OSError`, and waits for nothing."""
    if environ.get(SWITCH) == "off":
        return False
    with suppress(OSError, NotImplementedError, ValueError):
        if _claimed(_path(places, "claim"), now_s):
            _start([sys.executable, "-I", str(shipped(SCRIPT)), str(places.cwd)], environ)
            return True
    return False


def last_refreshed(places: Places) -> Refreshed | None:
    """What the last such process found; None when there was none."""
    try:
        plain: dict[str, Any] = json.loads(_path(places, "json").read_bytes())
        found = Refreshed(int(plain["errors"]), int(plain["warnings"]), str(plain["first"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return found


def keep_refreshed(places: Places, found: Refreshed) -> None:
    """Leaves word of what was found; raises `OSError`."""
    from router.base.files import write_atomically

    write_atomically(_path(places, "json"), json.dumps(found._asdict()).encode("ascii"), durably=False)


def _path(places: Places, ending: str) -> Path:
    folder = str(places.repo or places.cwd).encode("utf-8", "surrogatepass")
    return places.cache / _FOLDER / f"{blake2b(folder, digest_size=16).hexdigest()}.{ending}"


def _claimed(path: Path, now_s: float) -> bool:
    """Whether this process may start one, of all that find one due."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        age = now_s - os.stat(path).st_mtime  # noqa: PTH116 dear for a hook
        if 0 <= age < AGAIN_S:
            return False
    os.utime(path, (now_s, now_s))
    return True


def _start(command: list[str], environ: Mapping[str, str]) -> None:
    """Starts a program that holds none of our streams, for which the host would wait, and outlives us."""
    if not hasattr(os, "posix_spawn"):
        from subprocess import DEVNULL, Popen

        Popen(command, env=dict(environ), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, creationflags=0x208)
        return
    nothing = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in range(3)]
    os.posix_spawn(command[0], command, dict(environ), file_actions=nothing, setsid=True)
