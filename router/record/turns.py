"""What was decided and what came of it, read back: the latest turns, and the last one of a session."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, literal_column, or_, select

from router.record.direct import Direct
from router.record.money import usd
from router.record.store import Store
from router.record.tables import CALLS, DECISIONS, FEEDBACK

_D, _C = DECISIONS.c, CALLS.c
_MOST_AT_ONCE = 500
_ANSWERS = ("answer", "media", "cache")
"""Calls that gave the answer itself; others of a decision helped it along."""


class Turn(NamedTuple):
    """One decision with its call; moments in UTC microseconds, money in US dollars.

    `model` is the one that answered, None when none did or none was called. `cost_usd` sums every attempt whose
    price is known, `unpriced` counts those without; `attempts` counts all. `chain` is what the policy allowed.
    """

    id: str
    at: int
    source: str
    user: str | None
    host: str | None
    session: str | None
    repo: str | None
    task: str | None
    complexity: str | None
    asked_complexity: str | None
    confidence: float | None
    judged_by: str | None
    mode: str
    profile: str
    verdict: str
    chain: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    estimate_usd: float | None
    prompt_chars: int | None
    model: str | None
    cost_usd: float
    attempts: int
    failures: int
    unpriced: int
    estimated: bool
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    latency_ms: float | None
    score: float | None
    good: bool | None


def recent_turns(
    store: Store, limit: int, *, session: str | None = None, since: int | None = None, until: int | None = None
) -> list[Turn]:
    """The latest decisions, newest first."""
    wanted = select(DECISIONS).order_by(_D.at.desc(), _D.id.desc()).limit(limit)
    if session is not None:
        wanted = wanted.where(_D.session == session)
    if since is not None:
        wanted = wanted.where(_D.at >= since)
    if until is not None:
        wanted = wanted.where(_D.at < until)
    with store.read() as connection:
        decisions = connection.execute(wanted).all()
        ids = [row.id for row in decisions]
        calls = _by_decision(_in_parts(connection, select(CALLS).order_by(_C.at, _C.attempt), _C.decision_id, ids))
        opinions = _by_decision(
            _in_parts(connection, select(FEEDBACK).order_by(FEEDBACK.c.at), FEEDBACK.c.decision_id, ids)
        )
    return [_turn(row, calls.get(row.id, []), opinions.get(row.id, [])) for row in decisions]


class LastTurn(NamedTuple):
    """What a session's next call asks of its last one: the route, the model that answered, the tokens it had cached."""

    task: str | None
    complexity: str | None
    model: str | None
    cached_tokens: int


NO_TURN = LastTurn(None, None, None, 0)


def last_turn(store: Store, session: str) -> LastTurn:
    """The session's last decision; `NO_TURN` when there is none."""
    with store.read() as connection:
        return last_turn_in(connection, session)


def last_turn_in(connection: Connection, session: str) -> LastTurn:
    """As `last_turn`, within a transaction that reads."""
    row = _LAST(connection, {"of_session": session}).first()
    if row is None:
        return NO_TURN
    call = _ANSWERED(connection, {"of_decision": row.id, "as_outcome": "answered"}).first()
    model, cached = (call.model, call.cached_tokens) if call else (None, 0)
    return LastTurn(row.task, row.complexity, model, cached)


_LAST = Direct(
    select(_D.id, _D.task, _D.complexity)
    .where(_D.session == bindparam("of_session"))
    .order_by(_D.at.desc())
    .suffix_with("LIMIT 1")
)
_ANSWERED = Direct(
    select(_C.model, _C.cached_tokens)
    .where(_C.decision_id == bindparam("of_decision"), _C.outcome == bindparam("as_outcome"))
    .where(or_(*(_C.kind == literal_column(f"'{kind}'") for kind in _ANSWERS)))
    .order_by(_C.attempt.desc())
    .suffix_with("LIMIT 1")
)


def last_session(store: Store) -> str | None:
    """The session of the latest decision that had one."""
    wanted = select(_D.session).where(_D.session.is_not(None)).order_by(_D.at.desc()).limit(1)
    with store.read() as connection:
        return connection.execute(wanted).scalar_one_or_none()


def find_decision(store: Store, start: str) -> str | None:
    """The id of the one decision whose id begins so; None when there is none or more than one."""
    with store.read() as connection:
        found = connection.execute(select(_D.id).where(_D.id.startswith(start, autoescape=True)).limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def _in_parts(connection: Connection, wanted: Any, column: Any, ids: list[str]) -> Iterable[Row[Any]]:
    for start in range(0, len(ids), _MOST_AT_ONCE):
        yield from connection.execute(wanted.where(column.in_(ids[start : start + _MOST_AT_ONCE])))


def _by_decision(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.decision_id, []).append(row)
    return found


def _turn(row: Row[Any], calls: list[Row[Any]], opinions: list[Row[Any]]) -> Turn:
    answers = [call for call in calls if call.outcome == "answered" and call.kind in _ANSWERS]
    answer = answers[-1] if answers else None
    scores = [opinion.score for opinion in opinions if opinion.score is not None]
    ratings = [opinion.good for opinion in opinions if opinion.good is not None]
    return Turn(
        id=row.id, at=row.at, source=row.source, user=row.user, host=row.host, session=row.session, repo=row.repo,
        task=row.task, complexity=row.complexity, asked_complexity=row.asked_complexity, confidence=row.confidence,
        judged_by=row.judged_by, mode=row.mode, profile=row.profile, verdict=row.verdict,
        chain=tuple(json.loads(row.chain)), rules=tuple((kind, name) for kind, name in json.loads(row.rules)),
        estimate_usd=None if row.estimate_nano is None else usd(row.estimate_nano), prompt_chars=row.prompt_chars,
        model=answer.model if answer else None,
        cost_usd=usd(sum(call.cost_nano or 0 for call in calls)),
        attempts=len(calls), failures=sum(call.outcome != "answered" for call in calls),
        unpriced=sum(call.cost_nano is None for call in calls),
        estimated=any(call.estimated for call in calls),
        input_tokens=sum(call.input_tokens for call in calls), output_tokens=sum(call.output_tokens for call in calls),
        cached_tokens=sum(call.cached_tokens for call in calls),
        latency_ms=answer.latency_ms if answer else None,
        score=sum(scores) / len(scores) if scores else None, good=ratings[-1] if ratings else None,
    )  # fmt: skip
