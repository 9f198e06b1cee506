"""`llm_setup`: what is set up, what could be, and how; keys never pass through a conversation."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings

_ACTIONS = ("status", "guide", "discover")


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Providers as they stand; `guide` adds how a person gives a key; `discover` asks local servers again."""
    from router.ops.reused import same_as

    listed = same_as("providers", refresh=values["action"] == "discover")({}, around).plain["providers"]
    wanted = values["provider"]
    rows = [row for row in listed if wanted in (None, row["provider"])]
    if not rows:
        raise UsageError(f"no provider is called `{str(wanted)[:60]}`")
    rows = rows if wanted or values["action"] != "status" else [row for row in rows if row["configured"]]
    plain = {
        "action": values["action"],
        "providers": [
            {name: row[name] for name in ("provider", "configured", "key_from", "key_variables", "key_page", "free_tier")}
            for row in rows
        ],
    }
    return Result(plain, lambda _: _text(values["action"], rows))


def _text(action: str, rows: list[dict[str, Any]]) -> str:
    if action != "guide":
        lines = [f"{'+' if row['configured'] else '-'} {row['provider']}" for row in rows]
        return "\n".join(lines) or "no provider is configured; `guide` says how"
    lines = ["A person puts a key into the environment, or into ~/.llm-router/.env, as NAME=KEY. Never paste a key here."]
    for row in rows:
        if row["key_variables"] and not row["configured"]:
            free = ", has a free tier" if row["free_tier"] else ""
            page = f" (keys: {row['key_page']}{free})" if row["key_page"] else ""
            lines.append(f"{row['provider']}: {row['key_variables'][0]}{page}")
    return "\n".join(lines)


OPERATION = Operation(
    name="llm_setup",
    summary="what is set up, and how to add a provider",
    description="Providers set up; `guide`: how a person adds one; `discover`: look for local servers. Never takes keys.",
    parameters=(Parameter("action", "", default="status", choices=_ACTIONS), Parameter("provider", "Only this one")),
    run=run,
    hints=Hints(open_world=True),
    output={"providers": {"type": "array"}},
    example="llm-router llm_setup --action guide",
)
