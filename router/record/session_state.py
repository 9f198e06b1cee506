"""What one session's hooks must remember from event to event: a small file each; standard library only.

The file is named by a digest, since a host's session id is a text from outside. It holds no prompt.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from router.base.files import write_atomically

_ENDING = ".json"
_HELD = ".held"
_ONCE = ".once"


class SessionState(NamedTuple):
    """A session as its last event left it; the route and all that follows are of its last prompt.

    `tool` is the tool that the model was told to call and has not called yet. `host_model` is what the running turn
    shall use, in the host's words. `agents` maps running calls of sub-agents to (decision id, model). Costs are
    estimates in US dollars: of the first model of the chain, and of the baseline for the same work.
    """

    task: str | None = None
    complexity: str | None = None
    decision: str | None = None
    mode: str | None = None
    tool: str | None = None
    told: str | None = None
    rule: str | None = None
    model: str | None = None
    host_model: str | None = None
    cost_usd: float | None = None
    baseline_usd: float | None = None
    turn: int = 0
    routed: int = 0
    saved_usd: float = 0.0
    agents: Mapping[str, list[str]] = {}
    compress: Sequence[str] = []
    """What the last prompt's decision has compressed, as `output` or `pages`."""


def session_key(host: str, session: str) -> str:
    """What a session's files are named by."""
    return blake2b(f"{host}\0{session}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def read_state(folder: Path, key: str) -> SessionState | None:
    """The session's state; None when there is none or the file is not one of ours."""
    try:
        plain: dict[str, Any] = json.loads((folder / f"{key}{_ENDING}").read_bytes())
        state = SessionState(**plain)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return state if _fits(state) else None


def write_state(folder: Path, key: str, state: SessionState) -> None:
    """Puts the state in place of the last one; raises `OSError`."""
    data = json.dumps(state._asdict(), separators=(",", ":")).encode("ascii")
    write_atomically(folder / f"{key}{_ENDING}", data, durably=False)


def hold_once(folder: Path, key: str, decision: str) -> bool:
    """Whether this is the first time that something is held back for a decision, among all processes that ask."""
    try:
        name = folder / f"{key}.{blake2b(decision.encode(), digest_size=8).hexdigest()}{_HELD}"
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return False
    return True


def is_first(folder: Path, key: str, event: str, now_s: float, within_s: float | None = None) -> bool:
    """Whether no other process has begun to answer an event of a session; where that cannot be told, it counts as first.

    With `within_s` only one so lately counts: what comes later is another event, though it looks the same.
    """
    name = folder / f"{key}.{blake2b(event.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}{_ONCE}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if within_s is None or 0 <= now_s - os.stat(name).st_mtime < within_s:  # noqa: PTH116 dear for a hook
            return False
    except OSError:
        return True
    with suppress(OSError):
        os.utime(name, (now_s, now_s))
    return True


def forget_session(folder: Path, key: str) -> None:
    """Removes what is kept of a session."""
    with suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208 read by hooks, for which it is dear
            if name.startswith(key):
                (folder / name).unlink(missing_ok=True)


def prune_sessions(folder: Path, before_s: float) -> int:
    """Removes files of sessions last heard of before a time in seconds since 1970; how many. For longer-lived processes."""
    removed = 0
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                if path.stat().st_mtime < before_s:
                    path.unlink()
                    removed += 1
    return removed


def _fits(state: SessionState) -> bool:
    texts = (
        state.task, state.complexity, state.decision, state.mode, state.tool, state.told, state.rule, state.model,
        state.host_model,
    )  # fmt: skip
    numbers = (state.cost_usd or 0.0, state.baseline_usd or 0.0, state.saved_usd)
    return (
        all(text is None or isinstance(text, str) for text in texts)
        and all(isinstance(number, int | float) for number in numbers)
        and isinstance(state.turn, int)
        and isinstance(state.routed, int)
        and isinstance(state.agents, dict)
        and isinstance(state.compress, list)
    )
