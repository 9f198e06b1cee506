"""Installation steps as plain data and as lines for people."""

from typing import Any

from router.hosts.install.plan import Step


def what(step: Step) -> str:
    """What became of the file: created, changed, removed, unchanged or refused."""
    if step.refused is not None:
        return "refused"
    if not step.changes:
        return "unchanged"
    return "created" if step.before is None else "removed" if step.after is None else "changed"


def plain_step(step: Step) -> dict[str, Any]:
    """A step for `--json`."""
    return {"file": str(step.file), "what": what(step), "reason": step.refused}


def step_lines(steps: tuple[Step, ...]) -> list[str]:
    """A line a file."""
    return [f"{what(step):<9} {step.file}" + (f": {step.refused}" if step.refused else "") for step in steps]
