"""`onboard`: how much the router may do, said once in the user's layer, then everything `quickstart` does."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from router.base.failures import UsageError
from router.base.files import read_policy_text, write_atomically
from router.base.places import find_places
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings
from router.ops.reused import same_as

_MODES = {
    "shadow": "only records what it would have done",
    "suggest": "tells the agent which tool to call",
    "enforce": "holds back what the policy calls a violation",
}
_LINE = re.compile(r"^enforce[ \t]*:[^\n]*", re.MULTILINE)


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The mode that was written, and what `quickstart` gives."""
    mode = values["mode"] or _ask(around)
    file = find_places(around.environ, around.cwd).user / "routing.yaml"
    _write(file, mode)
    started = same_as("quickstart", headless=values["headless"])({}, around)
    plain = {"mode": mode, "file": str(file), **started.plain}
    head = f"mode {mode}: {_MODES[mode]} ({file})\n\n"
    return Result(plain, lambda colour: head + started.text(colour), started.exit_code)


def _ask(around: Surroundings) -> str:
    if not sys.stdin.isatty():
        raise UsageError(f"say `--mode` {', '.join(_MODES)}: there is no terminal to ask at")
    for name, what in _MODES.items():
        around.aside(f"{name:<8} {what}")
    said = input("mode [suggest]: ").strip() or "suggest"
    if said not in _MODES:
        raise UsageError(f"`{said}` is no mode; one of {', '.join(_MODES)}")
    return said


def _write(file: Path, mode: str) -> None:
    """The mode in its line of the user's layer, which keeps everything else."""
    old = ""
    if file.exists():
        text, problem = read_policy_text(file)
        if text is None:
            raise UsageError(problem.message if problem else f"`{file}` cannot be read")
        old = text
    line = f"enforce: {mode}"
    gap = "" if not old or old.endswith("\n") else "\n"
    new = _LINE.sub(line, old, count=1) if _LINE.search(old) else f"{old}{gap}{line}\n"
    if new != old:
        write_atomically(file, new.encode(), mode=0o600)


OPERATION = Operation(
    name="onboard",
    summary="choose how much the router may do, then install",
    description="Asks for the mode (or takes --mode), writes it into routing.yaml in the router's folder, then does `quickstart`.",
    parameters=(
        Parameter("mode", "shadow, suggest or enforce", choices=tuple(_MODES)),
        Parameter("headless", "leave out programs with windows", kind="flag"),
    ),
    run=run,
    example="llm-router onboard --mode shadow",
    hints=Hints(read_only=False),
)
