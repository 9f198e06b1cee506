"""`share`: a card of what routing saved, to paste where one likes; nothing is sent anywhere."""

from collections.abc import Mapping
from typing import Any

from router.base.render import printable
from router.engine.reading import open_reader
from router.ops.money_words import dollars, percent
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.ops.periods import PERIODS, since
from router.ops.savings_words import left_out, savings_in, savings_record
from router.record.sums import sums

_WIDTH = 58


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The card on standard output; exit code 1 when there is nothing to tell."""
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    start = since(values["period"], around.clock())
    savings = savings_in(reader, start)
    if reader.store is None or savings is None or not savings.calls or not savings.priced:
        return Result({"card": None, "savings": None}, lambda _: "there are no savings to share yet", 1)
    models = sorted(sums(reader.store, ("model",), since=start), key=lambda each: -each.answered)
    about = "about " if savings.estimated else ""
    rows = [
        "llm-router",
        f"{about}{dollars(savings.saved_usd)} saved ({percent(savings.share)}) on {savings.calls} calls, {values['period']}",
        f"against always {savings.baseline}",
        f"{savings.free_calls} calls were free; most went to {models[0].by['model']}",
        *left_out(savings),
    ]
    card = "\n".join(printable(line) for line in _box(rows))
    return Result({"card": card, "savings": savings_record(savings)}, lambda _: card)


def _box(rows: list[str]) -> list[str]:
    width = max(_WIDTH, *map(len, rows))
    return [f"╭{'─' * (width + 2)}╮", *(f"│ {row:<{width}} │" for row in rows), f"╰{'─' * (width + 2)}╯"]


OPERATION = Operation(
    name="share",
    summary="a card of what routing saved, to paste where one likes",
    description="Prints a card with the saving, its baseline and what it leaves out. Nothing is sent, opened or copied anywhere.",
    parameters=(Parameter("period", "today, week (seven days), month or all", choices=PERIODS, default="all"),),
    run=run,
    example="llm-router share --period month",
)
