"""Finding events: filters on every field, the newest or the oldest first, as a stream."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from router.record.audit.chain import microseconds, storable
from router.record.audit.verify import any_text
from router.record.tables import AUDIT_EVENTS

_C = AUDIT_EVENTS.c
_BATCH = 500
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, ">=": ge, "<=": le, ">": gt, "<": lt}
SIGNS = ("!=", ">=", "<=", "=", ">", "<")
"""The comparisons of a filter, the longer ones first."""

_COPIES = {
    name: _C[name]
    for name in ("kind", "decision_id", "session", "user", "host", "repo", "task", "complexity", "model", "verdict", "id")
}
_PLACES = ("chain", "seq", "hash")
_SHORT = {
    **{name: ("asker", name) for name in ("source", "user", "host", "session", "repo", "agent")},
    **{name: ("decision", name) for name in ("tier", "mode", "profile", "tags")},
}
"""Fields that are asked by a shorter name than their path; `task` and the other copies have columns."""


class Filter(NamedTuple):
    """One condition: a field (a column's name or a path in the body, joined by dots), a comparison, a value as text."""

    field: str
    sign: str
    value: str


class Wanted(NamedTuple):
    """Which events are asked for; `before` and `since` bound their moment, `limit` their number."""

    filters: tuple[Filter, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    newest_first: bool = True


class Found(NamedTuple):
    """One event with its place; `body` is its own word, None when it cannot be read."""

    chain: str
    seq: int
    hash: str
    body: Mapping[str, Any] | None


def find(connection: Connection, wanted: Wanted) -> Iterator[Found]:
    """The events that pass every filter, read as they are taken.

    Equality on a copied column and the bounds in time are answered by the database; everything else is asked of
    the bodies, which are the truth.
    """
    by_column = [found for one in wanted.filters if (found := _by_column(one)) is not None]
    others = [one for one in wanted.filters if _by_column(one) is None]
    by_column += [found for one in others if (found := _holds_text(connection, one)) is not None]
    if wanted.since is not None:
        by_column.append(_C.at >= microseconds(wanted.since))
    if wanted.until is not None:
        by_column.append(_C.at < microseconds(wanted.until))
    order = [_C.at.desc(), _C.chain, _C.seq.desc()] if wanted.newest_first else [_C.at, _C.chain, _C.seq]
    query = select(_C.chain, _C.seq, _C.hash, _C.body).where(*by_column).order_by(*order)
    if not others and wanted.limit is not None:
        query = query.limit(wanted.limit)
    left = -1 if wanted.limit is None else wanted.limit
    with any_text(connection):
        rows = connection.execution_options(stream_results=True, yield_per=_BATCH).execute(query)
        for row in rows:
            if left == 0:
                return
            event = Found(row.chain, row.seq, row.hash, _body(row.body))
            if all(holds(one, event) for one in others):
                left -= 1
                yield event


def of_decision(connection: Connection, key: str) -> list[Found]:
    """All events of a decision, the oldest first; `key` is the id, or the beginning of one, of a decision or an event.

    Empty when nothing fits; events of several decisions when a beginning is not enough to tell them apart.
    """
    fits = or_(*(and_(column >= key, column < f"{key}g") for column in (_C.decision_id, _C.id)))
    ids = {row.decision_id or row.id for row in connection.execute(select(_C.decision_id, _C.id).where(fits).limit(50))}
    query = select(_C.chain, _C.seq, _C.hash, _C.body).where(or_(_C.decision_id.in_(ids), _C.id.in_(ids)))
    with any_text(connection):
        rows = connection.execute(query.order_by(_C.at, _C.chain, _C.seq)).all()
    return [Found(row.chain, row.seq, row.hash, _body(row.body)) for row in rows]


def holds(one: Filter, found: Found) -> bool:
    """Whether an event passes a filter; of a field with several values one must, and an absent field is only unequal."""
    values = _values(one.field, found)
    if one.sign == "!=":
        return not any(_compared("=", value, one.value) for value in values)
    return any(_compared(one.sign, value, one.value) for value in values)


def value_of(field: str, found: Found) -> Any:
    """What an event has in a field, None when it has none; a list when it has several."""
    if field in _PLACES:
        return getattr(found, field)
    body = found.body or {}
    for path in _paths(field, body):
        value = _at(body, path)
        if value is not None:
            return value
    return None


def _values(field: str, found: Found) -> list[Any]:
    value = value_of(field, found)
    return value if isinstance(value, list) else [value]


def _paths(field: str, body: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    if field == "verdict":
        yield ("decision", "outcome") if body.get("kind") == "decision" else ("outcome",)
        return
    if field == "model" and body.get("kind") == "decision":
        chain = _at(body, ("decision", "chain"))
        yield ("decision", "chain", "0") if chain else ()
        return
    if field in ("task", "complexity") and body.get("kind") == "decision":
        yield ("decision", field)
        return
    yield _SHORT.get(field, tuple(field.split(".")))
    yield (field,)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    """What lies at a path; the keys of facts hold dots and blanks, so the rest of a path may be one key."""
    if not path:
        return None
    for place, key in enumerate(path):
        rest = ".".join(path[place:])
        if isinstance(value, Mapping) and rest in value:
            return value[rest]
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _compared(sign: Literal["=", "!=", ">=", "<=", ">", "<"] | str, value: Any, wanted: str) -> bool:
    if value is None or wanted == "null":
        return sign == "=" and value is None and wanted == "null"
    if isinstance(value, bool):
        return sign == "=" and wanted == str(value).lower()
    if isinstance(value, int | float):
        number = _number(wanted)
        return number is not None and _COMPARE[sign](value, number)
    if isinstance(value, str):
        return _COMPARE[sign](value, wanted)
    return sign == "=" and json.dumps(value, sort_keys=True) == wanted


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _by_column(one: Filter) -> ColumnElement[bool] | None:
    """The condition on the copied column, when equality with a value is asked; None for all else."""
    column = _COPIES.get(one.field)
    if column is None or one.sign != "=":
        return None
    return column.is_(None) if one.value == "null" else column == storable(one.value)


def _holds_text(connection: Connection, one: Filter) -> ColumnElement[bool] | None:
    """A condition that every event which passes fulfils too, so that most others need not be read: its body holds the
    value's spelling. None when the value may stand for something that is spelled otherwise."""
    plain = one.value not in ("null", "true", "false") and not one.value.startswith(("[", "{"))
    if one.sign != "=" or one.field in _PLACES or not plain or _number(one.value) is not None:
        return None
    inside = func.instr if connection.dialect.name == "sqlite" else func.strpos
    return inside(_C.body, json.dumps(one.value)) > 0


def _body(text: str) -> Mapping[str, Any] | None:
    try:
        body = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
