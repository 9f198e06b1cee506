"""A host's hook event, from the bytes on standard input to what is printed; the fast half and files, nothing else."""

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from router.base.failures import RouterError
from router.base.places import Places, find_places
from router.hosts.host import Event, Host, Kind, Verdict
from router.hosts.registry import detect, host_named
from router.record.money import micros
from router.record.spool import Spool
from router.record.where import spool_folder

MOST_BYTES = 4 * 1024 * 1024
"""More than any event that a verdict could be about."""

TOGETHER_S = 3.0
"""Within so many seconds the same event again is one that a host told to two hooks of ours."""

_FOLDER = "hooks"


class HookError(RouterError):
    """A hook cannot do its work; `reason` is one word that `llm-router verify` shows."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_FAILURES = (
    RouterError, OSError, ValueError, LookupError, ImportError, TypeError, ArithmeticError, RecursionError, AttributeError, AssertionError,
)  # fmt: skip
"""What may come of an event that is not what it seems: it is recorded, and the host goes on."""


class Hooking(NamedTuple):
    """One event with all that carrying it out needs. `lines` gathers what shall be recorded."""

    host: Host
    event: Event
    places: Places
    environ: Mapping[str, str]
    now: datetime
    lines: list[tuple[str, dict[str, Any]]]

    @property
    def sessions(self) -> Path:
        """Where sessions are remembered."""
        return self.places.user / _FOLDER / "sessions"

    @property
    def days(self) -> Path:
        """Where days are counted."""
        return self.places.user / _FOLDER / "days"

    @property
    def quotas(self) -> Path:
        """What a host last said of its plan."""
        from router.engine.hook_quota import FILE

        return self.places.user / FILE

    def act(self, action: str, decision: str | None, **detail: str | None) -> None:
        """Something done to what the host wanted: `hold` for a tool call, `stop` for a prompt, goes into the audit log."""
        asker = {"source": "hook", "host": self.host.name, "session": self.event.session}
        body = {"at": micros(self.now), "action": action, "decision_id": decision, "asker": asker, "detail": detail}
        self.lines.append(("act", body))

    def note(self, word: str) -> None:
        """A word that goes into the hook's line in the records, such as `stale`."""
        self.lines.append(("note", {"note": word}))


def hooked(
    kind: Kind, data: bytes, said: str | None, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> str:
    """What is printed for an event; "" when nothing is said.

    `said` is the host's name where its own file says it. What happened is recorded before anything is answered, and
    what went wrong is recorded too: then nothing is answered, and the host goes on as if there were no hook.
    """
    begun = time.perf_counter()
    places = find_places(environ, Path(os.getcwd()))  # noqa: PTH109 the same, without a need for `cwd` in our stand-in
    home = places.user if places.user.is_dir() else places.user.parent
    if not home.is_dir():
        return ""
    host_name, error, text, lines = said or "unknown", None, "", []
    try:
        if os.stat(home).st_uid != os.geteuid():  # noqa: PTH116 dear for a hook
            raise HookError("owner")
        payload = _payload(data)
        host_name = said or detect(payload, environ) or "unknown"
        hooking = _hooking(kind, payload, host_name, places, environ, clock())
        if _is_answered(hooking):
            return ""
        verdict = _STEPS()[hooking.event.kind](hooking)
        if verdict is None:
            return ""
        lines = hooking.lines
        text = hooking.host.write(hooking.event, verdict)
    except _FAILURES as cause:
        error = cause.reason if isinstance(cause, HookError) else type(cause).__name__
    notes = [body["note"] for line, body in lines if line == "note"]
    hook = {
        "at": micros(clock()), "host": host_name, "event": kind, "ok": error is None,
        "error": error or (notes[0] if notes else None), "ms": round((time.perf_counter() - begun) * 1000, 3),
    }  # fmt: skip
    Spool(spool_folder(places)).append_all([*(line for line in lines if line[0] != "note"), ("hook", hook)])
    return text if error is None else ""


def _is_answered(hooking: Hooking) -> bool:
    """Whether another of our hooks, from another of the files that the host reads, answers this event already."""
    event = hooking.event
    if event.once is None and not hooking.host.reads_others:
        return False
    from router.record.session_state import is_first, session_key

    key, now_s = session_key(hooking.host.name, event.session or ""), hooking.now.timestamp()
    if event.once is not None:
        return not is_first(hooking.sessions, key, f"{event.kind}\0{event.once}", now_s)
    call = event.call or json.dumps(event.tool_input, sort_keys=True)
    same = f"{event.kind}\0{event.prompt}\0{event.tool}\0{call}"
    return not is_first(hooking.sessions, key, same, now_s, TOGETHER_S)


def late(kind: str, said: str | None, environ: Mapping[str, str], clock: Callable[[], datetime]) -> None:
    """Records that an event was given up because its time was over."""
    places = find_places(environ, Path(os.getcwd()))  # noqa: PTH109 as above
    if places.user.is_dir():
        hook = {"at": micros(clock()), "host": said or "unknown", "event": kind, "ok": False, "error": "late", "ms": None}
        Spool(spool_folder(places)).append("hook", hook)


def _payload(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise HookError("too large")
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError) as cause:
        raise HookError("malformed") from cause
    if not isinstance(payload, dict):
        raise HookError("malformed")
    return payload


def _hooking(
    kind: Kind, payload: dict[str, Any], name: str, places: Places, environ: Mapping[str, str], now: datetime
) -> Hooking:
    host = host_named(name)
    if host is None:
        raise HookError("unknown host")
    event = host.read(kind, payload)
    if event.name and event.kind != "status_line":
        known = host.kind_of(event.name)
        if known is None:
            raise HookError("unknown event")
        event = event._replace(kind=known)
    if event.cwd is not None:
        places = find_places(environ, Path(event.cwd))
    return Hooking(host, event, places, environ, now, [])


def _STEPS() -> Mapping[str, Callable[[Hooking], Verdict | None]]:
    """What is done by kind of event; each is imported when it happens, for the others there is no time."""
    return {
        "prompt": _step("hook_prompt", "prompt"),
        "before_model": _step("hook_prompt", "before_model"),
        "before_tool": _step("hook_tools", "before_tool"),
        "after_tool": _step("hook_tools", "after_tool"),
        "session_start": _step("hook_session", "session_start"),
        "session_end": _step("hook_session", "session_end"),
        "status_line": _step("hook_session", "status_line"),
    }


def _step(module: str, name: str) -> Callable[[Hooking], Verdict | None]:
    def step(hooking: Hooking) -> Verdict | None:
        done: Verdict | None = getattr(__import__(f"router.engine.{module}", fromlist=[name]), name)(hooking)
        return done

    return step
