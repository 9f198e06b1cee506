"""`init-claude-memory`: what can be called here, as a block in Claude Code's memory; names only, never keys."""

from collections.abc import Mapping
from typing import Any

from router.base.places import find_places
from router.hosts.install.apply import install
from router.hosts.install.edit import Edit
from router.hosts.install.machine import this_machine
from router.ops.operation import Hints, Operation, Result, Surroundings
from router.ops.reused import same_as
from router.ops.steps import plain_step, step_lines


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The file and what became of it; exit code 1 when it was refused."""
    rows = same_as("providers")({}, around).plain["providers"]
    machine = this_machine(around.environ)
    file = machine.folder("CLAUDE_CONFIG_DIR", machine.home / ".claude") / "CLAUDE.md"
    edit = Edit(file, "text", ("memory",), _memory(rows))
    steps = install(find_places(around.environ, around.cwd).user, {"claude-memory": (edit,)})
    plain = {"files": [plain_step(step) for step in steps]}
    return Result(plain, lambda _: "\n".join(step_lines(steps)), 1 if any(s.refused for s in steps) else 0)


def _memory(rows: list[dict[str, Any]]) -> str:
    """Providers that can be called with how many models each has in the catalogue."""
    ready = [f"- {row['name']}: {len(row['models'])} models" for row in rows if row["configured"]]
    return "\n".join([
        "# llm-router on this machine", "",
        "Providers that its tools (`llm_query`, `llm_code`, `llm_analyze`, `llm_generate`, `llm_research`) can call:", "",
        *(ready or ["- none yet: the person runs `llm-router setup`"]), "",
        "`llm-router last` shows what was decided, `llm-router savings` what it saved.", "",
    ])  # fmt: skip


OPERATION = Operation(
    name="init-claude-memory",
    summary="tell Claude Code's memory what the router can call",
    description="A marked block in CLAUDE.md with the providers that can be called, never with keys. `uninstall` takes it out.",
    parameters=(),
    run=run,
    example="llm-router init-claude-memory",
    hints=Hints(read_only=False),
)
