"""Whether what is installed works: files, commands, hooks, servers, each tried as its host would."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from router.hosts.files.host_files import HostFiles, hooks_of, words
from router.hosts.install.apply import plan_in
from router.hosts.install.edit import Change
from router.hosts.install.machine import NAME, Machine
from router.hosts.install.plan import is_as_recorded
from router.hosts.install.probe import call_server, commands_in, missing_from, run_hook
from router.hosts.install.record import Record, Records
from router.hosts.install.samples import CLIENTS, sample
from router.hosts.registry import host_named

State = Literal["ok", "note", "broken"]
_LEFT_OUT = (
    "usage.db",
    "spool",
    "audit",
    "installed",
    "backups",
    "cache",
    "hooks",
    "spend.json",
    "install.lock",
)
_PER_EVENT_S = 5


class Finding(NamedTuple):
    """What was found about one thing of one host; `ms` is the time it took, None where nothing was timed."""

    host: str
    what: str
    state: State
    detail: str
    ms: float | None = None


Later = Callable[[], Finding]


def look(hosts: tuple[HostFiles, ...], user: Path, machine: Machine, cwd: Path) -> tuple[Finding, ...]:
    """Everything found about the hosts that are installed, a host after the other."""
    records = tuple(Records(user).all())
    here = [host for host in hosts if any(one.host == host.name for record in records for one in record.done)]
    # Servers get a folder of their own: they would take the spool away in which hooks tell what went wrong.
    with (
        _apart(user, machine.environ) as environ,
        _apart(user, machine.environ) as servers,
    ):
        findings: list[Finding | Later] = [*_compile(cwd, environ)]
        for host in here:
            trial = _Trial(host, environ, servers, cwd)
            findings += _of_host(trial, records, machine)
            findings += _left_out(host, records, user, machine)
        # After the hooks, whose times they would lengthen.
        with ThreadPoolExecutor(2) as pool:
            return tuple(pool.map(lambda one: one if isinstance(one, Finding) else one(), findings))


def _left_out(
    host: HostFiles, records: tuple[Record, ...], user: Path, machine: Machine
) -> Iterator[Finding]:
    """Files of the person's own that should hold entries of ours, beside others of the host that do, and hold none."""
    edits = host.edits(machine)
    wanted = dict.fromkeys(edit.file for edit in edits if edit.how != "offer")
    held = {record.file for record in records if any(one.host == host.name for one in record.done)}
    if not held & wanted.keys():
        return
    for file in wanted:
        if file not in held:
            (step,) = plan_in(user, {host.name: tuple(edit for edit in edits if edit.file == file)})
            why = step.refused or f"holds none of our entries; `{NAME} install --host {host.name}` writes them"
            yield Finding(host.name, str(file), "broken", why)


class _Trial(NamedTuple):
    """One host, the environments its hooks and its server are tried in, and where."""

    host: HostFiles
    environ: Mapping[str, str]
    servers: Mapping[str, str]
    cwd: Path


def _of_host(trial: _Trial, records: tuple[Record, ...], machine: Machine) -> Iterator["Finding | Later"]:
    host = trial.host
    for record in records:
        changes = [one.change for one in record.done if one.host == host.name]
        if changes:
            yield _file(host, record, changes)
        for change in changes:
            yield from _entry(trial, change)
        if changes and host.name == "codex" and record.file.name == "hooks.json":
            yield _trusted(record, changes)
    if host.name == "opencode":
        for entry, script, said in hooks_of(host.name, machine):
            yield _hook(trial, entry.event, words(machine, script, said))
    yield from (Finding(host.name, "for you", "note", text) for text in host.after if host.name != "codex")


def _file(host: HostFiles, record: Record, changes: list[Change]) -> Finding:
    what = str(record.file)
    fault = is_as_recorded(record, changes)
    again = f"`{NAME} install --host {host.name}` puts it right"
    return (
        Finding(host.name, what, "ok", "holds our entries")
        if fault is None
        else Finding(host.name, what, "broken", f"{fault}; {again}")
    )


def _entry(trial: _Trial, change: Change) -> Iterator["Finding | Later"]:
    """What the command of one entry does: of a server under our name, or of a hook."""
    host, what = trial.host.name, change.path[-1] if change.path else ""
    value = {"command": change.value} if isinstance(change.value, str) and change.mark else change.value
    for command in commands_in(value):
        gone = missing_from(command)
        if gone is not None:
            yield Finding(host, what, "broken", f"`{gone}` is gone; `{NAME} install` writes it anew")
        elif what == NAME:
            yield partial(_server, trial, command)
        elif what != "statusLine":
            yield _hook(trial, what, command)


def _server(trial: _Trial, command: list[str]) -> Finding:
    host = trial.host.name
    served = call_server(command, CLIENTS.get(host, host), trial.servers, trial.cwd)
    if served.fault is None and served.tools:
        return Finding(host, "MCP server", "ok", f"{served.tools} tools", served.ms)
    return Finding(host, "MCP server", "broken", served.fault or "it offers no tools", served.ms)


def _hook(trial: _Trial, event: str, command: list[str]) -> Finding:
    """One hook run with what its host sends; what it kept of a fault is read from the spool it wrote to."""
    host = trial.host.name
    known = host_named("copilot-cli" if host == "copilot-vscode" else host)
    kind = known.kind_of(event) if known is not None else None
    limits = [entry.timeout_s for entry in known.entries if entry.event == event] if known is not None else []
    spool = Path(trial.environ["LLM_ROUTER_HOME"]) / "spool"
    shutil.rmtree(spool, ignore_errors=True)
    payload = sample(host, event, kind or "", str(trial.cwd))
    ran = run_hook(command, payload, trial.environ, trial.cwd, min(limits, default=_PER_EVENT_S))
    fault = ran.fault or _kept_fault(spool)
    if fault is not None:
        return Finding(host, event, "broken", fault, ran.ms)
    return Finding(host, event, "ok", ran.answer or "no verdict", ran.ms)


def _kept_fault(spool: Path) -> str | None:
    """The fault in the hook's line; a line that does not come means that it could not even begin."""
    lines = []
    for path in spool.glob("*.jsonl"):
        lines += [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]
    hooks = [line["body"] for line in lines if line["kind"] == "hook"]
    if not hooks:
        return "it kept no line in the spool"
    return None if hooks[-1]["ok"] else f"it failed: {hooks[-1]['error']}"


def _trusted(record: Record, changes: list[Change]) -> Finding:
    """Whether Codex was told to trust our hooks: it keeps a table for each, by file, event and place in the file."""
    import tomllib

    state: Any = {}
    groups: Any = {}
    with suppress(OSError, ValueError):
        config = tomllib.loads((record.file.parent / "config.toml").read_bytes().decode())
        state = config.get("hooks", {}).get("state", {})
        groups = json.loads(record.file.read_bytes()).get("hooks", {})
    asked = [
        change.path[-1]
        for change in changes
        if change.how == "add" and not any(key in state for key in _keys(record.file, change, groups))
    ]
    if not asked:
        return Finding("codex", "trust", "ok", "Codex was told to trust the hooks")
    return Finding(
        "codex", "trust", "note", f"Codex skips {', '.join(asked)} until you accept them in `/hooks`"
    )


def _keys(file: Path, change: Change, groups: Mapping[str, Any]) -> Iterator[str]:
    """The names under which Codex knows our handlers of that event."""
    event = change.path[-1]
    for at, group in enumerate(groups.get(event, ())):
        for number, command in enumerate(commands_in(group)):
            if change.mark in command:
                for path in {file, file.resolve()}:
                    yield f"{path}:{_snake(event)}:{at}:{number}"


def _snake(event: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in event).strip("_")


@contextmanager
def _apart(user: Path, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """An environment in which trying things leaves no trace in the records: the policy is the person's own."""
    with tempfile.TemporaryDirectory(prefix=f"{NAME}-") as folder:
        for item in user.iterdir() if user.is_dir() else ():
            if not item.name.startswith(_LEFT_OUT):
                (Path(folder) / item.name).symlink_to(item)
        kept = {key: value for key, value in environ.items() if key != "XDG_CACHE_HOME"}
        yield {**kept, "LLM_ROUTER_HOME": folder, "HOME": environ.get("HOME", str(Path.home()))}


def _compile(cwd: Path, environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """The policy as the hooks will find it, and what is wrong with it."""
    from router.base.failures import PolicyError
    from router.engine.router import Router
    from router.engine.serving import keys_for

    try:
        keys_for(Router.load(cwd, environ=environ), environ, lambda _: None)
    except PolicyError as fault:
        first = fault.problems[0]
        return (
            Finding(
                "policy",
                "policy",
                "broken",
                f"{fault}: {first.code} {first.message}; `{NAME} check` shows all",
            ),
        )
    return (Finding("policy", "policy", "ok", "no errors"),)
