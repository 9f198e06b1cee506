"""`llm_health`: which providers can be called and how their calls went lately; the state of records and hooks."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Operation, Result, Surroundings

_DAY_US = 86_400_000_000


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Providers with their calls of the last 24 hours, calls by source, hooks with their errors, and what is wrong."""
    from router.engine.reading import open_reader
    from router.ops.reused import same_as
    from router.record.hook_health import hook_health
    from router.record.money import micros
    from router.record.sums import sums

    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    since = micros(around.clock()) - _DAY_US
    groups = [] if reader.store is None else sums(reader.store, ("provider",), since=since)
    calls = {g.by["provider"]: g for g in groups}
    listed = same_as("providers")({}, around).plain["providers"]
    rows = []
    for row in listed:
        found = calls.get(row["provider"])
        if row["configured"] or found:
            rows.append({
                "provider": row["provider"], "configured": row["configured"], "problem": row["problem"],
                "calls": found.attempts if found else 0, "failed": found.failed if found else 0,
                "latency_ms": round(found.latency_ms) if found and found.answered else None,
            })  # fmt: skip
    sources = [] if reader.store is None else sums(reader.store, ("source",), since=since)
    hooks = () if reader.store is None else hook_health(reader.store, since)
    plain = {
        "providers": rows, "sources": {str(g.by["source"]): g.attempts for g in sources},
        "hooks": [one._asdict() for one in hooks],
        "spool_waiting": reader.records.spool.waiting(), "audit": reader.records.auditor is not None,
        "store": reader.records.store.shown,
    }  # fmt: skip
    return Result(plain, lambda _: _text(plain))


def _text(plain: Mapping[str, Any]) -> str:
    lines = []
    for row in plain["providers"]:
        state = row["problem"] or ("ready" if row["configured"] else "not configured")
        speed = f", {row['latency_ms']} ms" if row["latency_ms"] is not None else ""
        lines.append(f"{row['provider']:<14} {state}; 24 h: {row['calls']} calls, {row['failed']} failed{speed}")
    lines += [] if lines else ["no provider can be called: `llm_setup` says how to add one"]
    for one in plain["hooks"]:
        error = f", latest error: {one['last_error']}" if one["last_error"] else ""
        lines.append(f"hook {one['host']} {one['event']}; 24 h: {one['ran']} ran, {one['failed']} failed{error}")
    lines.append(f"records: {plain['store']}" + (", some wait in the spool" if plain["spool_waiting"] else ""))
    lines.append(f"audit log: {'on' if plain['audit'] else 'off, its keys cannot be read'}")
    return "\n".join(lines)


OPERATION = Operation(
    name="llm_health",
    summary="which providers can be called, and how it went lately",
    description="Providers, hooks, records: what is ready, what failed and why, over the last 24 hours.",
    parameters=(),
    run=run,
    output={"providers": {"type": "array"}, "hooks": {"type": "array"}},
    example="llm-router llm_health",
)
