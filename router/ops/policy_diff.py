"""`policy diff`: what changes in meaning between two policies, with a request for each change."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from router.analyse.diff import Differences, diff_policies
from router.base.failures import PolicyError, UsageError
from router.base.places import find_places
from router.base.render import printable
from router.engine.build import build
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.table.table import Table


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Compare two folders' policies under the same other layers; exit code 1 when they differ and `--exit-code` is given."""
    old, new = (_table(values[name], around) for name in ("old", "new"))
    found = diff_policies(old, new)
    plain = {
        "differences": [difference.to_plain() for difference in found.found],
        "requests_tried": found.tried,
        "exhausted": found.exhausted,
    }
    return Result(plain, lambda colour: _text(found), 1 if found.found and values["exit_code"] else 0)


def _table(folder: Path, around: Surroundings) -> Table:
    if not folder.is_dir():
        raise UsageError(f"`{folder}` is not a folder with a policy")
    places = find_places(around.environ, around.cwd)
    built = build(places, around.environ, around.clock().date(), policy_dir=folder.resolve(), outcomes=False)
    if built.data is None:
        raise PolicyError(built.problems, built.texts)
    return Table.load(built.data)


def _text(found: Differences) -> str:
    lines = [printable(line) for difference in found.found for line in difference.text().split("\n")]
    said = (
        f"{len(found.found)} difference{'s' if len(found.found) != 1 else ''} in {found.tried} requests tried"
    )
    if found.exhausted:
        said += "; the search stopped at its budget, there may be more"
    return "\n".join([*lines, said if found.tried else "no rule differs in meaning"])


OPERATION = Operation(
    name="policy diff",
    summary="what changes in meaning between two policies, with witnesses",
    description="Compares the policies of two folders and prints, for each change, a smallest request found that shows it.",
    parameters=(
        Parameter("old", "the folder with the policy as it was", kind="path", positional=True, required=True),
        Parameter(
            "new", "the folder with the policy as it is to be", kind="path", positional=True, required=True
        ),
        Parameter("exit_code", "exit code 1 when there are differences", kind="flag"),
    ),
    run=run,
    example="llm-router policy diff /tmp/main-checkout .",
)
