"""`uninstall`: what `install` wrote, taken out again; what people wrote stays."""

import shutil
from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.base.places import find_places
from router.hosts.files.registry import HOSTS
from router.hosts.install.apply import plan_out, uninstall
from router.hosts.install.plan import Step, preview
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings
from router.ops.steps import plain_step, step_lines


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """What was taken out, file by file; exit code 1 when a file was refused, and then nothing is purged."""
    host = values["host"]
    if host not in (None, "all", *(one.name for one in HOSTS)):
        raise UsageError(f"unknown host `{host}`; one of {', '.join(one.name for one in HOSTS)} or all")
    places = find_places(around.environ, around.cwd)
    user, hosts = places.user, None if host in (None, "all") else (host,)
    within = (places.repo or around.cwd) if values["project"] else None
    if values["purge"] and (hosts is not None or within is not None):
        raise UsageError("`--purge` removes everything, so it does not go with `--host` or `--project`")
    dry = values["dry_run"]
    steps = (plan_out if dry else uninstall)(user, hosts, within)
    refused = any(step.refused for step in steps)
    purged = bool(values["purge"]) and not dry and not refused and user.is_dir()
    if purged:
        shutil.rmtree(user)
    plain = {"dry_run": dry, "files": [plain_step(step) for step in steps], "purged": purged}
    return Result(plain, lambda _: _text(steps, dry, str(user) if purged else None), 1 if refused else 0)


def _text(steps: tuple[Step, ...], dry: bool, purged: str | None) -> str:
    if dry:
        lines = [preview(step) for step in steps if step.changes]
        lines += [f"refused  {step.file}: {step.refused}" for step in steps if step.refused]
    else:
        lines = step_lines(steps)
    if purged is not None:
        lines.append(f"removed   {purged}")
    return "\n".join(lines) or "nothing is installed"


OPERATION = Operation(
    name="uninstall",
    summary="take the router out of the coding agents again",
    description="Every file is as it was before `install`, with what you changed since; files that `install` made are gone.",
    parameters=(
        Parameter("host", "one host, or `all` (the default)", metavar="HOST"),
        Parameter("project", "only out of this repository's files", kind="flag"),
        Parameter("purge", "remove the router's own folder too: settings, keys, records", kind="flag"),
        Parameter("dry_run", "show the changes and write nothing", kind="flag"),
    ),
    run=run,
    example="llm-router uninstall --host codex",
    hints=Hints(read_only=False, destructive=True),
)
