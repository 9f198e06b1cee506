"""`compress answer`: an answer without the sentences that say nothing."""

from collections.abc import Mapping
from typing import Any

from router.compress.text.answer import compress_answer
from router.compress.text.wanted import target_of, wanted_target
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.ops.text_piped import NO_RAW, REPORT, piped


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The answer on standard input, shortened; raises `UsageError` for a target that is no share."""
    given = values["target"]
    target = wanted_target(around.environ) if given is None else target_of(given, "`--target`")
    return piped(
        around,
        lambda text, keep: compress_answer(text, target=target, keep=keep),
        label="answer",
        store=not values["no_raw"],
        report=values["report"],
    )


OPERATION = Operation(
    name="compress answer",
    summary="shorten a model's answer by whole sentences that say nothing",
    description=(
        "Reads a model's answer on standard input and prints it without greetings, announcements and closing offers.\n"
        "Code, tables, numbers, paths, quotations, negations and conditions stay; when a check finds one missing, the\n"
        "answer comes back as it was. The original can be read again with `llm-router raw ID`."
    ),
    parameters=(
        Parameter("target", "the share to save, such as 0.2 or 20%: told as reached or not", metavar="SHARE"),
        REPORT,
        NO_RAW,
    ),
    run=run,
    example="llm-router compress answer --report < answer.md",
)
