"""What the audit commands share: the log of the working folder's store, filters, and how an event is shown."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from router.base.failures import PolicyError, StoreError, UsageError
from router.base.places import Places, find_places
from router.base.shipped import shipped
from router.engine.records import open_records
from router.engine.router import Router
from router.model.settings import Settings
from router.ops.operation import Parameter, Surroundings
from router.record.audit.query import SIGNS, Filter, Found, Wanted
from router.record.spool import Spool
from router.record.store import Store
from router.record.where import audit_folder, spool_folder, store_address

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_PLACES = ("chain", "seq", "hash", "verdict", "model", "task", "complexity", "outcome")

FILTERS = (
    Parameter(
        "where",
        "only events for which this holds, such as model=openai/gpt-5.6, cost_usd>0.5, facts.branch!=main; repeatable",
        many=True,
        metavar="FIELD=VALUE",
    ),
    Parameter("since", "only from then on: 30m, 12h, 7d, 2w ago, or a date such as 2026-11-25", metavar="WHEN"),
    Parameter("until", "only before then, in the same forms", metavar="WHEN"),
)


class Log(NamedTuple):
    """Where the log lies, and what the policy says of it."""

    address: str | Path
    folder: Path
    settings: Settings

    @property
    def place(self) -> str:
        return str(self.address)


def log_of(around: Surroundings) -> Log:
    """The log that a call from the working folder would be written to; what waits in the spool has entered it."""
    places = find_places(around.environ, around.cwd)
    try:
        settings = Router.load(around.cwd, environ=around.environ, clock=around.clock).settings
    except PolicyError:
        around.warn("the policy has errors, so it cannot say where records are kept: this is the user's own store")
        settings = Settings()
    _drain(around, places, settings)
    return Log(store_address(around.environ, places, settings.team_store), audit_folder(places), settings)


def _drain(around: Surroundings, places: Places, settings: Settings) -> None:
    """What hooks left in the spool enters; where it cannot, the log is read as it is."""
    if not Spool(spool_folder(places)).waiting():
        return
    records = open_records(places, around.environ, settings, around.clock, around.warn)
    try:
        records.drain()
        records.catch_up()
    except StoreError as failure:
        around.warn(f"{failure}; what waits in the spool is not in what follows")
    finally:
        records.store.close()


@contextmanager
def reading(log: Log) -> Iterator[Connection | None]:
    """The store for reading alone, so that a read-only folder will do; None when nothing was ever recorded."""
    if isinstance(log.address, Path) and not log.address.exists():
        yield None
        return
    store = Store(log.address, read_only=True)
    try:
        with store.read() as connection:
            yield connection
    finally:
        store.close()


def wanted_of(values: Mapping[str, Any], now: datetime, **more: Any) -> Wanted:
    """What `FILTERS` ask for; `UsageError` for a field, comparison or moment that is none."""
    return Wanted(
        filters=tuple(_filter(text) for text in values["where"]),
        since=moment_of(values["since"], now, "since"),
        until=moment_of(values["until"], now, "until"),
        **more,
    )


def moment_of(text: str | None, now: datetime, option: str) -> datetime | None:
    """A moment from `7d` (that long ago) or ISO 8601; without a zone it is local time."""
    if text is None:
        return None
    number, unit = text[:-1], _UNITS.get(text[-1:])
    if unit is not None and number.isdecimal() and number.isascii() and len(number) < 6:
        return now - int(number) * unit
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"`--{option}` takes 30m, 12h, 7d, 2w or a date such as 2026-11-25T09:00, found `{text}`"
        ) from None


def _filter(text: str) -> Filter:
    signs = [(text.find(sign), sign) for sign in SIGNS if sign in text]
    if not signs:
        raise UsageError(f"`--where` takes FIELD=VALUE or one of != > >= < <=, found `{text}`")
    at, sign = min(signs, key=lambda found: (found[0], -len(found[1])))
    field, value = text[:at].strip(), text[at + len(sign) :].strip()
    if field not in fields() and not field.startswith(("facts.", "detail.")):
        near = get_close_matches(field, fields(), 1, 0.6)
        hint = f"did you mean `{near[0]}`?" if near else "`llm-router audit show last --json` shows what there is"
        raise UsageError(f"`--where`: an event has no field `{field}`; {hint}")
    return Filter(field, sign, value)


@cache
def fields() -> tuple[str, ...]:
    """Every field that an event can have, as the schema says them, and the shorter names of some."""
    schema = json.loads(shipped("schemas/audit_event.schema.json").read_text(encoding="utf-8"))
    definitions = schema["$defs"]
    found: dict[str, None] = dict.fromkeys((*_PLACES, "user", "host", "session", "repo", "agent", "source"))
    found.update(dict.fromkeys(("tier", "mode", "profile", "tags")))
    for kind in ("decision", "outcome", "admin"):
        _walk(definitions[kind], definitions, "", found)
    return tuple(found)


def _walk(part: Mapping[str, Any], definitions: Mapping[str, Any], path: str, found: dict[str, None]) -> None:
    for name, inner in part.get("properties", {}).items():
        found[f"{path}{name}"] = None
        for form in (inner, *inner.get("anyOf", ())):
            target = definitions[form["$ref"].rpartition("/")[2]] if "$ref" in form else form
            _walk(target, definitions, f"{path}{name}.", found)


def plain(event: Found) -> dict[str, Any]:
    """An event with its place, as JSON can hold it."""
    return {"chain": event.chain, "seq": event.seq, "hash": event.hash, **(event.body or {"unreadable": True})}


def money(amount: float | None) -> str:
    """US dollars with as many digits as small prices need."""
    return "?" if amount is None else "$0" if amount == 0 else f"${amount:.4f}" if amount < 1 else f"${amount:,.2f}"


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text with aligned columns."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))] if rows else []
    return "\n".join("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
