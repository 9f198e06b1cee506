"""`gain`: what compression and routing gained, side by side."""

from collections.abc import Mapping
from typing import Any

from router.base.places import find_places
from router.base.render import printable
from router.engine.outputs import settle_outputs
from router.engine.reading import open_reader
from router.ops.money_words import dollars, percent
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.ops.periods import PERIODS, since
from router.ops.savings_words import left_out, saved_words, savings_in, savings_record
from router.record.gains import Gain, gains
from router.record.spool import SpoolError

_TITLES = {"output": "command output", "answers": "answers", "pages": "pages"}


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The gain of each layer of compression, net of what was fetched again, beside what routing saved."""
    _settle(around)
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    start = since(values["period"], around.clock())
    found = [] if reader.store is None else gains(reader.store, reader.catalogue, start)
    savings = savings_in(reader, start)
    plain = {
        "period": values["period"],
        "layers": [{**gain._asdict(), "saved": gain.saved, "share": gain.share} for gain in found],
        "routing": savings_record(savings),
    }

    def text(_: bool) -> str:
        if not any(gain.outputs or gain.holdout or gain.unconfirmed for gain in found) and savings is None:
            return "nothing was compressed or answered yet"
        width = max(map(len, (*_TITLES.values(), "routing")))
        lines = []
        for gain in found:
            lines.append(f"{_TITLES[gain.layer]:<{width}}  {_words(gain)}")
            lines += [f"{'':<{width}}  {note}" for note in _notes(gain)]
        lines.append(f"{'routing':<{width}}  {saved_words(savings)}")
        lines += [f"{'':<{width}}  not counted: {line}" for line in left_out(savings)]
        return "\n".join(printable(line) for line in lines)

    return Result(plain, text)


def _settle(around: Surroundings) -> None:
    """What was learnt of shortened outputs since the last look enters the records with what else waits."""
    try:
        settle_outputs(find_places(around.environ, around.cwd), around.clock())
    except SpoolError as failure:
        around.warn(f"{failure}; outputs shortened lately are not confirmed in this report")


def _words(gain: Gain) -> str:
    if not gain.outputs:
        return "none that a host confirmed"
    worth = "" if gain.saved_usd is None else f", worth {dollars(gain.saved_usd)} as input of the models they went to"
    fetched = f", {gain.fetched:,} fetched again" if gain.fetched else ""
    return (
        f"{gain.saved:,} of {gain.raw:,} tokens ({percent(gain.share)}) on {gain.outputs} outputs{fetched}{worth}"
    )


def _notes(gain: Gain) -> list[str]:
    notes = []
    if gain.estimated:
        notes.append(f"the tokens of {gain.estimated} are estimates: no tokenizer saw the whole output while it was kept")
    if gain.unpriced and gain.saved_usd is not None:
        notes.append(f"{gain.unpriced} went to models whose price is not known: not in the dollars")
    if gain.holdout_share is not None and gain.holdout_low is not None and gain.holdout_high is not None:
        notes.append(
            f"against {gain.holdout} left whole: {percent(gain.holdout_share)} "
            f"(95 % between {percent(gain.holdout_low)} and {percent(gain.holdout_high)})"
        )
    elif gain.holdout:
        notes.append(f"{gain.holdout} left whole: too few to measure by")
    if gain.unconfirmed:
        notes.append(f"{gain.unconfirmed} of which the host does not say whether it took them: not counted")
    if gain.refused:
        notes.append(f"{gain.refused} that the host did not take: not counted")
    return notes


OPERATION = Operation(
    name="gain",
    summary="what compression and routing gained, side by side",
    description=(
        "Command output, answers and pages: tokens saved where the host took the shorter text, less what was fetched again, with the "
        "interval of the outputs that were left whole on purpose. Beside it what routing saved. Tokens of outputs and pages are counted with "
        "a tokenizer while the whole output is kept, a week; of answers, and of what was not counted by then, they are estimates, "
        "and the report says of how many."
    ),
    parameters=(Parameter("period", "today, week (seven days), month or all", choices=PERIODS, default="week"),),
    run=run,
    example="llm-router gain --period month",
)
