"""A tool's output in fewer words before the host's model reads it: where the policy asks for it and the host lets us."""

import json
import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from router.base.failures import UsageError
from router.record.ids import new_id
from router.record.money import micros

if TYPE_CHECKING:
    from router.compress.raw_store import RawStore
    from router.engine.hooked import Hooking
    from router.record.session_state import SessionState

SWITCH = "LLM_ROUTER_COMPRESS_OUTPUT"
HOLDOUT = 0.05
"""The share of outputs that stay whole, so that what compression gains can be measured against them."""
AGAIN_S = 120
"""The same command in the same session within so many seconds counts as a look at what was shortened."""

KEPT_MS = 7 * 86_400_000
"""How long it is noted which row stands for which output: as long as the whole output is kept."""

_FOLDER = "outputs"
_KEY = b"llm-router holdout"
_SWITCHES = {
    "": None, "1": "on", "true": "on", "yes": "on", "on": "on", "failing": "failing",
    "0": "off", "false": "off", "no": "off", "off": "off",
}  # fmt: skip
_ACTING = ("suggest", "enforce")
_OURS = "llm-router raw"
"""In a command it reads a whole output; in an output it says that it was shortened already."""


class Shortened(NamedTuple):
    """A tool's output, what would stand in its place, both in estimated tokens, and where the whole of it is kept."""

    layer: str
    family: str | None
    text: str
    raw_tokens: int
    kept_tokens: int
    handle: str


def shortened_output(hooking: "Hooking", state: "SessionState | None") -> str | None:
    """What stands in place of the tool's output; None leaves it as it is.

    Failed commands stay whole, as does one output in twenty, chosen by a digest of session and call. What was done
    is added to what shall be recorded; whether the host took it is not known here.
    """
    event, host = hooking.event, hooking.host
    if host.output is None or event.session is None or event.tool is None:
        return None
    asked = asked_layers(hooking.environ, state)
    layer = "output" if event.tool in host.shells else "pages"
    if layer not in asked or (event.failed is not False and "failing" not in asked):
        return None
    from router.compress.gate import MIN_CHARS

    text = host.output(event)
    command = str((event.tool_input or {}).get("command") or "") if layer == "output" else event.tool
    if text is None or len(text) < MIN_CHARS or _OURS in command or _OURS in text:
        return None
    done = _shortened(hooking, layer, command, text)
    held = is_held_out(event.session, event.call or json.dumps(dict(event.raw)))
    _ran_again(hooking, command, text if done is None or held else done.text)
    if done is None:
        return None
    _recorded(hooking, command, done, held)
    return None if held else done.text


def asked_layers(environ: Mapping[str, str], state: "SessionState | None") -> frozenset[str]:
    """`output`, `pages` and `failing` where the environment or, in a mode that acts, the last prompt's decision asks for them.

    Raises `UsageError` for a value of the switch that cannot be meant.
    """
    said = environ.get(SWITCH, "").strip().lower()
    if said not in _SWITCHES:
        raise UsageError(f"`{SWITCH}` takes on, off or failing, found `{said[:40]}`")
    switch = _SWITCHES[said]
    if switch == "off":
        return frozenset()
    if switch is not None:
        return frozenset({"output", "pages", switch})
    return frozenset(state.compress) if state is not None and state.mode in _ACTING else frozenset()


def is_held_out(session: str, call: str) -> bool:
    """Whether an output belongs to the share that stays whole; the same call always gives the same answer."""
    digest = blake2b(f"{session}\0{call}".encode("utf-8", "surrogatepass"), digest_size=8, key=_KEY).digest()
    return int.from_bytes(digest, "big") < HOLDOUT * 2**64


def notes_folder(user: Path) -> Path:
    """Where it is noted which row of the records stands for which output."""
    return user / "hooks" / _FOLDER


def _shortened(hooking: "Hooking", layer: str, command: str, text: str) -> Shortened | None:
    from router.compress.raw_store import RawStore, raw_folder

    store = RawStore(raw_folder(hooking.places), clock=lambda: hooking.now)
    return _page(command, text, store) if layer == "pages" else _output(hooking, command, text, store)


def _output(hooking: "Hooking", command: str, text: str, store: "RawStore") -> Shortened | None:
    from router.base.lean import reach_packages
    from router.compress.command import compress
    from router.compress.filters import compiled

    filters = compiled(hooking.places)
    if filters is None:
        hooking.note("filters")
        return None
    reach_packages()
    code = 1 if hooking.event.failed else 0 if hooking.event.failed is False else None
    done = compress(command, text, code, filters=filters, raw=store)
    report = done.report
    if report.untouched is not None or report.handle is None:
        return None
    return Shortened(
        "output", (report.filters or (None,))[0], done.text, report.tokens_before, report.tokens_after, report.handle
    )


def _page(tool: str, text: str, store: "RawStore") -> Shortened | None:
    from router.compress.text.page import compress_page
    from router.compress.weight import weight

    done = compress_page(text, keep=lambda whole: store.put(tool, whole, None))
    handle = done.report.handle
    if done.report.reason or handle is None:
        return None
    return Shortened("pages", "snapshot", done.text, weight(text), weight(done.text), handle)


def _recorded(hooking: "Hooking", command: str, done: Shortened, held: bool) -> None:
    """One row for the output, and a note by which a longer-lived process counts its tokens and asks the host's transcript."""
    from router.base.files import write_atomically
    from router.base.git import name_of

    event, at = hooking.event, micros(hooking.now)
    id, repo = new_id(at), hooking.places.repo
    row = {
        "id": id, "at": at, "session": event.session, "host": hooking.host.name, "repo": name_of(repo) if repo else None,
        "layer": done.layer, "family": done.family, "raw_tokens": done.raw_tokens, "kept_tokens": done.kept_tokens,
        "accepted": None, "holdout": held, "fetched_tokens": 0, "model": event.model,
    }  # fmt: skip
    note = {
        "id": id, "handle": done.handle, "kept": done.text, "holdout": held,
        "call": event.call, "transcript": event.raw.get("transcript_path"),
    }  # fmt: skip
    hooking.lines.append(("compression", row))
    name = f"{_key(hooking, command)}.{id}.{done.handle}.json"
    data = json.dumps(note, separators=(",", ":")).encode("ascii")
    write_atomically(notes_folder(hooking.places.user) / name, data, durably=False)


def _ran_again(hooking: "Hooking", command: str, seen: str) -> None:
    """Charges what the model sees of a command that ran again soon to the row of its last shortened output."""
    folder, now_ms = notes_folder(hooking.places.user), micros(hooking.now) // 1000
    try:
        names = os.listdir(folder)  # noqa: PTH208 dear for a hook
    except OSError:
        return
    key, ids = _key(hooking, command), [""]
    for name in names:
        start, _, rest = name.partition(".")
        at_ms = _at_ms(rest)
        if at_ms is not None and at_ms < now_ms - KEPT_MS:
            (folder / name).unlink(missing_ok=True)
        elif at_ms is not None and start == key and at_ms >= now_ms - AGAIN_S * 1000:
            ids.append(rest.partition(".")[0])
    if last := max(ids):
        from router.compress.weight import weight

        hooking.lines.append(("fetched", {"of": last, "tokens": weight(seen)}))


def _at_ms(id: str) -> int | None:
    """When a row was made, in milliseconds since 1970; None for what is no row's id."""
    try:
        return int(id[:12], 16)
    except ValueError:
        return None


def _key(hooking: "Hooking", command: str) -> str:
    text = f"{hooking.host.name}\0{hooking.event.session}\0{command}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
