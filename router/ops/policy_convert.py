"""`policy convert`: a YAML layer as rules, or rules as a YAML layer, without loss."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from router.base.files import read_policy_text, write_atomically
from router.base.problems import Problem, has_errors
from router.base.render import render_json, render_text
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.policy.convert import rules_to_yaml, yaml_to_rules


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Print the converted text, or write it to `--out`; what the other form cannot say is a problem, exit code 1."""
    path: Path = values["file"]
    shown = str(path)
    text, problem = read_policy_text(path, shown)
    converted: str | None = None
    problems: tuple[Problem, ...] = (problem,) if problem else ()
    if text is not None:
        convert = rules_to_yaml if path.suffix == ".rules" else yaml_to_rules
        converted, problems = convert(text, shown)
    failed = converted is None or has_errors(problems)
    if not failed and values["out"] is not None:
        write_atomically(values["out"], (converted or "").encode("utf-8"), mode=0o644)

    def text_of(colour: bool) -> str:
        if failed:
            return render_text(problems, {shown: text or ""}, colour=colour)
        return f"wrote {values['out']}" if values["out"] is not None else (converted or "").rstrip("\n")

    return Result(
        {"text": None if failed else converted, "problems": render_json(problems)},
        text_of,
        1 if failed else 0,
    )


OPERATION = Operation(
    name="policy convert",
    summary="turn a YAML layer into rules, or rules into YAML",
    description=(
        "Converts a .rules file into YAML and any other file into rules. What the other form cannot say is a problem\n"
        "that names the rule or key, and nothing is written."
    ),
    parameters=(
        Parameter("file", "the file to convert", kind="path", positional=True, required=True),
        Parameter("out", "write to this file instead of printing", kind="path", metavar="FILE"),
    ),
    run=run,
    example="llm-router policy convert .llm-router.yml --out .llm-router/settings.rules",
)
