"""`last`: which model handled the latest prompts."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.base.render import printable
from router.engine.reading import Reader, open_reader
from router.ops.money_words import dollars
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.ops.turn_words import ago, paid, route_words, turn_record
from router.record.money import micros
from router.record.turns import Turn, recent_turns

_RULER = "═" * 58


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The latest decisions, newest first."""
    count = values["count"]
    if not 1 <= count <= 10_000:
        raise UsageError(f"`--count` is a number from 1 to 10000, found {count}")
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    turns = [] if reader.store is None else recent_turns(reader.store, count, session=values["session"])
    return Result(
        {"decisions": [turn_record(turn) for turn in turns]},
        lambda _: _text(turns, reader),
    )


def _text(turns: list[Turn], reader: Reader) -> str:
    if not turns:
        return 'nothing was routed yet: `llm-router ask "PROMPT"` routes a prompt, `llm-router demo` shows how it looks'
    title = "The most recent routing decision" if len(turns) == 1 else f"{len(turns)} Most Recent Routing Decisions"
    now = micros(reader.clock())
    whens = [ago(turn.at, now) for turn in turns]
    width = max(map(len, whens))
    rows = [
        f"{when:<{width}}  → {route_words(turn)} - {paid(turn)}" for when, turn in zip(whens, turns, strict=True)
    ]
    total = sum(turn.cost_usd for turn in turns)
    lines = [_RULER, f"  {title}", _RULER, "", *rows, "", f"total {dollars(total)}"]
    return "\n".join(printable(line) for line in lines)


OPERATION = Operation(
    name="last",
    summary="which model handled the latest prompts",
    description="Shows the latest decisions, newest first: when, which model answered, for what, and what it cost.",
    parameters=(
        Parameter("count", "how many", kind="whole", default=5, short="n"),
        Parameter("session", "only this session's"),
    ),
    run=run,
    example="llm-router last --count 10",
)
