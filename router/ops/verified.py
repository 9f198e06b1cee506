"""`verify`, also `doctor`: what is installed is tried as its hosts would run it, and how hooks went lately."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import StoreError
from router.base.places import find_places
from router.engine.installed import Finding, look
from router.hosts.files.registry import choose
from router.hosts.install.machine import this_machine
from router.ops.operation import Operation, Parameter, Result, Surroundings

_WEEK_US = 7 * 86_400_000_000


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Findings by host and the health of hooks in the last seven days; exit code 1 when something is broken."""
    machine = this_machine(around.environ)
    hosts = choose(machine, values["host"] or "all")
    user = find_places(around.environ, around.cwd).user
    findings = look(hosts, user, machine, around.cwd)
    health = _health(around)
    installed = any(finding.host != "policy" for finding in findings)
    plain = {
        "findings": [finding._asdict() for finding in findings],
        "hooks": health,
        "installed": installed,
    }
    broken = any(finding.state == "broken" for finding in findings)
    return Result(plain, lambda _: _text(findings, health, installed), 1 if broken else 0)


def _health(around: Surroundings) -> list[dict[str, Any]]:
    from router.engine.reading import open_reader
    from router.record.hook_health import hook_health
    from router.record.money import micros

    try:
        reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
        found = () if reader.store is None else hook_health(reader.store, micros(around.clock()) - _WEEK_US)
    except StoreError as fault:
        around.warn(str(fault))
        return []
    return [one._asdict() for one in found]


_SIGNS = {"ok": "ok    ", "note": "note  ", "broken": "BROKEN"}


def _text(findings: tuple[Finding, ...], health: list[dict[str, Any]], installed: bool) -> str:
    lines = [_line(finding) for finding in findings]
    if not installed:
        lines.append("nothing is installed: `llm-router install` does it")
    if health:
        lines += ["", "hooks in the last seven days"]
        lines += [
            f"  {one['host']:<14} {one['event']:<14} {one['ran']} ran, {one['failed']} failed"
            + (f", latest error: {one['last_error']}" if one["last_error"] else "")
            for one in health
        ]
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    took = "" if finding.ms is None else f" ({finding.ms:.0f} ms)"
    detail = finding.detail if len(finding.detail) <= 160 else finding.detail[:159] + "…"
    return f"{_SIGNS[finding.state]} {finding.host:<14} {finding.what}{took}: {detail}"


def operation(name: str) -> Operation:
    """The operation under one of its two names."""
    return Operation(
        name=name,
        summary="try what is installed as the hosts would run it",
        description=(
            "Looks for our entries in the hosts' files, runs each installed hook with what its host sends, calls the server,\n"
            "and shows how hooks went in the last seven days. Nothing of it gets into the records. `verify` and `doctor` are the same."
        ),
        parameters=(Parameter("host", "only this host", metavar="HOST"),),
        run=run,
        example=f"llm-router {name} --host codex",
    )
