"""`replay`: what was decided in one session, in order, with reasons, cost and savings."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.base.render import printable
from router.engine.reading import Reader, open_reader
from router.ops.money_words import dollars, percent
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.ops.savings_words import left_out, saved_words, savings_in, savings_record
from router.ops.turn_words import paid, route_words, turn_record
from router.record.money import moment
from router.record.turns import Turn, last_session, recent_turns

_RULER = "═" * 59
_LINE = "─" * 59


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The decisions of a session, oldest first; without `--session` of the latest one."""
    if not 1 <= values["limit"] <= 10_000:
        raise UsageError(f"`--limit` is a number from 1 to 10000, found {values['limit']}")
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    session = values["session"] or (last_session(reader.store) if reader.store else None)
    turns: list[Turn] = []
    if reader.store is not None and session is not None:
        turns = recent_turns(reader.store, values["limit"], session=session)[::-1]
    savings = savings_in(reader, None, session=session) if turns else None
    plain = {
        "session": session,
        "decisions": [turn_record(turn) for turn in turns],
        "savings": savings_record(savings),
    }
    return Result(plain, lambda _: _text(turns, session, reader, values["session"]), 1 if values["session"] and not turns else 0)


def _text(turns: list[Turn], session: str | None, reader: Reader, asked: str | None) -> str:
    if not turns:
        return printable(f"no decision of session `{asked}` is recorded" if asked else "no session is recorded yet")
    zone = reader.clock().tzinfo
    first, last = (moment(turn.at).astimezone(zone) for turn in (turns[0], turns[-1]))
    until = last.strftime("%H:%M" if first.date() == last.date() else "%Y-%m-%d %H:%M")
    lines = [_RULER, f"  SESSION REPLAY — {first:%Y-%m-%d %H:%M}–{until}", f"  session {session}", _RULER, ""]
    for turn in turns:
        lines += _entry(turn, zone)
    savings = savings_in(reader, None, session=session)
    lines += [_LINE, "SUMMARY", _LINE, f"  Total routed: {sum(turn.model is not None for turn in turns)} of {len(turns)} prompts"]
    lines += [f"  Cost: {dollars(sum(turn.cost_usd for turn in turns))}", f"  Whole session: {saved_words(savings)}"]
    lines += [f"  Not counted: {line}" for line in left_out(savings)]
    return "\n".join(printable(line) for line in lines)


def _entry(turn: Turn, zone: Any) -> list[str]:
    lines = [f"{moment(turn.at).astimezone(zone):%H:%M} → {route_words(turn)}"]
    if turn.confidence is not None:
        stars = round(turn.confidence * 10)
        lines.append(f"    ★ Confidence: {'★' * stars}{'☆' * (10 - stars)} {percent(turn.confidence)} ({turn.judged_by})")
    if turn.rules:
        lines.append("    Because: " + ", ".join(f"{effect} by {rule}" for effect, rule in turn.rules[:6]))
    cost = paid(turn)
    lines.append(f"    Cost: {cost}" + (f", after {turn.failures} failed attempt(s)" if turn.failures else ""))
    if turn.score is not None:
        lines.append(f"    Quality: {percent(turn.score)}")
    if turn.good is not None:
        lines.append(f"    Rated: {'good' if turn.good else 'bad'}")
    return [*lines, ""]


OPERATION = Operation(
    name="replay",
    summary="what was decided in a session, in order, with reasons, cost and savings",
    description="Shows the decisions of one session, oldest first: model, confidence, the rules in force, cost, quality; then the sum.",
    parameters=(
        Parameter("session", "the session; left out: the latest"),
        Parameter("limit", "at most this many decisions, the latest ones", kind="whole", default=100),
    ),
    run=run,
    example="llm-router replay --session my-session",
)
