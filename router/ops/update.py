"""`update`: the entries of hosts that are installed, written anew for the program as it is now."""

from collections.abc import Mapping
from typing import Any

from router import __version__
from router.base.places import find_places
from router.hosts.files.registry import HOSTS, wanted
from router.hosts.install.apply import install
from router.hosts.install.machine import NAME, this_machine
from router.hosts.install.record import Records
from router.ops.operation import Hints, Operation, Result, Surroundings
from router.ops.steps import plain_step, step_lines


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """What changed, file by file; exit code 1 when a file was refused."""
    user = find_places(around.environ, around.cwd).user
    machine = this_machine(around.environ)
    done = {(one.host, record.file) for record in Records(user).all() for one in record.done}
    edits = {
        name: of_host
        for name, of_host in wanted(machine, HOSTS).items()
        if any((name, edit.file) in done for edit in of_host)
    }
    steps = install(user, edits) if edits else ()
    plain = {"version": __version__, "hosts": list(edits), "files": [plain_step(step) for step in steps]}
    way = _upgrade(machine.python)
    lines = [
        *step_lines(steps),
        f"this is {NAME} {__version__}; `{way}` gets a newer one, then run this again",
    ]
    return Result(
        plain | {"upgrade": way}, lambda _: "\n".join(lines), 1 if any(s.refused for s in steps) else 0
    )


def _upgrade(python: str) -> str:
    """The command that upgrades the program where it lies."""
    where = python.replace("\\", "/")
    if "/uv/tools/" in where:
        return f"uv tool upgrade {NAME}"
    if "/pipx/venvs/" in where:
        return f"pipx upgrade {NAME}"
    return f'"{python}" -m pip install --upgrade {NAME}'


OPERATION = Operation(
    name="update",
    summary="write the entries in the coding agents anew for this version",
    description="After the program was upgraded or moved: every host that is installed gets its entries as they are now.",
    parameters=(),
    run=run,
    example="llm-router update",
    hints=Hints(read_only=False),
)
