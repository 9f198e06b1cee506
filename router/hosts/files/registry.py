"""Every host that can be installed for, in the order they are shown."""

from router.base.failures import UsageError
from router.hosts.files import (
    claude_code,
    claude_desktop,
    claw_code,
    codex,
    copilot_cli,
    copilot_vscode,
    cursor,
    factory_droid,
    gemini_cli,
    openclaw,
    opencode,
    trae,
    vscode,
    windsurf,
    zed,
)
from router.hosts.files.host_files import HostFiles
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine

HOSTS: tuple[HostFiles, ...] = (
    claude_code.HOST,
    codex.HOST,
    opencode.HOST,
    gemini_cli.HOST,
    copilot_cli.HOST,
    openclaw.HOST,
    trae.HOST,
    factory_droid.HOST,
    vscode.HOST,
    copilot_vscode.HOST,
    cursor.HOST,
    windsurf.HOST,
    zed.HOST,
    claude_desktop.HOST,
    claw_code.HOST,
)


def choose(machine: Machine, name: str | None, *, headless: bool = False) -> tuple[HostFiles, ...]:
    """The host of that name, all hosts for `all`, those that are on the machine for None; raises `UsageError`."""
    possible = tuple(host for host in HOSTS if not (headless and host.window))
    if name == "all":
        return possible
    if name is None:
        return tuple(host for host in possible if host.is_here(machine))
    found = tuple(host for host in HOSTS if host.name == name)
    if not found:
        raise UsageError(f"unknown host `{name}`; one of {', '.join(host.name for host in HOSTS)} or all")
    return found


def wanted(machine: Machine, hosts: tuple[HostFiles, ...]) -> dict[str, tuple[Edit, ...]]:
    """Each host's edits, under its name."""
    return {host.name: host.edits(machine) for host in hosts}
