"""The decision that an opinion is about: the one named, else the session's latest."""

from typing import TYPE_CHECKING

from router.base.failures import UsageError
from router.ops.operation import Surroundings

if TYPE_CHECKING:
    from router.engine.reading import Reader
    from router.record.turns import Turn


def latest_turn(decision: str | None, around: Surroundings) -> "tuple[Reader, Turn]":
    """The decision and the records it stands in; raises `UsageError` when there is none."""
    from router.engine.reading import open_reader
    from router.record.turns import find_decision, recent_turns

    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    if reader.store is None:
        raise UsageError("nothing was routed yet")
    if decision is None:
        turns = recent_turns(reader.store, 1, session=around.session)
    else:
        full = find_decision(reader.store, decision)
        turns = [turn for turn in recent_turns(reader.store, 10_000) if turn.id == full] if full else []
    if not turns:
        raise UsageError(
            f"no decision begins with `{decision[:40]}`" if decision else "nothing was routed in this session yet"
        )
    return reader, turns[0]
