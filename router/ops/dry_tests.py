"""The policy's own tests."""

from collections.abc import Mapping, Sequence
from typing import Any

from router.analyse.coverage import Coverage, coverage
from router.analyse.junit import to_junit
from router.analyse.testing import JudgeText, TestResult
from router.analyse.testing import run_tests as run_blocks
from router.base.failures import PolicyError
from router.base.files import write_atomically
from router.base.places import find_places
from router.base.render import printable
from router.decide.decide import Classify, Decider
from router.engine.build import build
from router.engine.judge import judge_by
from router.model.request import Request
from router.ops.operation import Result, Surroundings
from router.policy.nodes import Layer
from router.table.table import Table

OWN_LAYERS = ("repo", "user", "learned", "org")
_SIGNS = {"passed": "ok", "failed": "FAILED", "todo": "todo", "todo passes": "todo passes"}


class PromptJudge(JudgeText):
    """Judges a test's prompt by the classifier in force."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._user = find_places(around.environ, around.cwd).user

    def classify(self, prompt: str) -> Classify:
        return judge_by(Request(prompt=prompt, now=self._around.clock()), self._user)


def tested(
    values: Mapping[str, Any], around: Surroundings
) -> tuple[Decider, tuple[Layer, ...], tuple[TestResult, ...]]:
    """Build the policy and run its tests; raises `PolicyError` when it has errors."""
    places = find_places(around.environ, around.cwd)
    built = build(places, around.environ, around.clock().date(), policy_dir=values["policy"], outcomes=False)
    if built.data is None:
        raise PolicyError(built.problems, built.texts)
    decider = Decider(Table.load(built.data))
    wanted = tuple(layer for layer in built.layers if values.get("all_layers") or layer.name in OWN_LAYERS)
    return decider, wanted, run_blocks(wanted, decider, PromptJudge(around), values.get("run"))


def run_tests(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Run the tests of every layer but the built-in; exit code 1 when one fails, a `todo` passes, or none fits `--run`."""
    decider, layers, results = tested(values, around)
    if values["junit"]:
        write_atomically(values["junit"], to_junit(results).encode("utf-8"), mode=0o644)
    covered = coverage(decider, results, [layer.name for layer in layers]) if values["coverage"] else None
    bad = any(result.outcome in ("failed", "todo passes") for result in results)
    plain: dict[str, Any] = {"tests": [result.to_plain() for result in results]}
    if covered:
        plain["coverage"] = covered.to_plain()
    missed = not results and values["run"] is not None
    text = f"no test's name contains `{printable(values['run'])}`" if missed else _text(results, covered)
    return Result(plain, lambda colour: text, 1 if bad or missed else 0)


def _text(results: Sequence[TestResult], covered: Coverage | None) -> str:
    if not results:
        return 'no tests: add `test "..."` blocks to a rule file, or give a prompt to decide'
    lines: list[str] = []
    for result in results:
        lines.append(
            f"{_SIGNS[result.outcome]:<11} {printable(result.name)}  {printable(result.file)}:{result.line}"
        )
        for unmet in result.unmet if result.outcome == "failed" else ():
            lines.append(
                printable(f"            line {unmet.line}: expected {unmet.expected}, came {unmet.came}")
            )
            if unmet.won:
                lines.append(printable(f"            decided by {unmet.won}"))
            if unmet.reason:
                lines.append(printable(f"            {unmet.wanted} did not: {unmet.reason}"))
    counts = {outcome: sum(result.outcome == outcome for result in results) for outcome in _SIGNS}
    lines.append(", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count))
    if covered:
        lines += ["", covered.text()]
    return "\n".join(lines)
