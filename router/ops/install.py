"""`install`: our server, hooks and instructions in the files of the hosts on this machine."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import PolicyError
from router.base.places import find_places
from router.hosts.files.registry import choose, wanted
from router.hosts.install.apply import install, plan_in
from router.hosts.install.machine import this_machine
from router.hosts.install.plan import Step, preview
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings
from router.ops.steps import plain_step, step_lines


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """What was written, file by file; exit code 1 when a file was refused."""
    places = find_places(around.environ, around.cwd)
    project = (places.repo or around.cwd) if values["project"] else None
    machine = this_machine(around.environ, project)
    hosts = choose(machine, values["host"], headless=values["headless"])
    edits = wanted(machine, hosts)
    dry = values["dry_run"]
    steps = (plan_in if dry else install)(places.user, edits, project)
    if not dry and hosts:
        _compile(around)
    notes = [f"{host.label}: {note}" for host in hosts for note in host.after]
    plain = {
        "hosts": [host.name for host in hosts],
        "dry_run": dry,
        "files": [plain_step(step) for step in steps],
        "notes": notes,
    }
    code = 1 if any(step.refused for step in steps) else 0
    return Result(plain, lambda _: _text(steps, notes, dry, bool(hosts)), code)


def _compile(around: Surroundings) -> None:
    """The policy of this folder is made ready, and who can be called: hooks only read what is there."""
    from router.engine.router import Router
    from router.engine.serving import keys_for

    try:
        router = Router.load(around.cwd, environ=around.environ, clock=around.clock)
        keys_for(router, around.environ, around.warn)
    except PolicyError as fault:
        around.warn(f"{fault}: `llm-router check` shows them; hooks decide nothing until they are mended")


def _text(steps: tuple[Step, ...], notes: list[str], dry: bool, any_host: bool) -> str:
    if not any_host:
        return "no host was found on this machine; `--host NAME` installs for one all the same"
    if dry:
        lines = [preview(step) for step in steps if step.changes]
        lines += [f"refused  {step.file}: {step.refused}" for step in steps if step.refused]
        return "\n".join(lines) or "nothing to change"
    return "\n".join([*step_lines(steps), *notes])


OPERATION = Operation(
    name="install",
    summary="put the router into the coding agents on this machine",
    description="Writes our MCP server, hooks and instructions into the files of the hosts that are found, each with a backup.\n"
    "A file that cannot be read is left as it is. `llm-router uninstall` takes everything out again.",
    parameters=(
        Parameter("host", "one host, or `all`; without it every host that is found", metavar="HOST"),
        Parameter("project", "into the repository's files instead of your own", kind="flag"),
        Parameter("dry_run", "show the changes and write nothing", kind="flag"),
        Parameter("headless", "leave out programs with windows", kind="flag"),
    ),
    run=run,
    example="llm-router install --host codex --dry-run",
    hints=Hints(read_only=False),
)
