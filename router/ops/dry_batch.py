"""The batch form of the dry run: JSON lines in, JSON lines out, in the same order."""

import json
from collections.abc import Mapping
from typing import Any

from router.base.failures import RouterError
from router.engine.router import Router
from router.ops.decided import decision_record
from router.ops.dry_prompt import reported
from router.ops.facts_from import request_fields, route_of
from router.ops.operation import Result, Surroundings

LONGEST_LINE = 32 * 1024 * 1024
_ONE = (
    "branch",
    "host",
    "agent",
    "tool",
    "language",
    "user",
    "repo",
    "session",
    "turn",
    "at",
    "task",
    "complexity",
)
_MANY = ("path", "group", "earlier", "configured", "needs")
_MEASURED = ("pressure", "spend", "quota")


class LineError(RouterError):
    """A line of the batch is not what was asked for."""


def run_batch(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Decide each line of standard input and write each decision as soon as it is made."""
    router = Router.load(around.cwd, environ=around.environ, clock=around.clock, policy_dir=values["policy"])
    lines = around.read_input().split(b"\n")
    count = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            around.out.write(_decide_line(router, line, number, values) + "\n")
            count += 1
            if count % 1000 == 0:
                around.progress(f"{count} prompts decided")
    return Result(None, lambda colour: "", streamed=True)


def _decide_line(router: Router, line: bytes, number: int, values: Mapping[str, Any]) -> str:
    try:
        record = json.loads(line.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as cause:
        raise LineError(f"line {number} of standard input is not JSON: {cause}") from None
    if not isinstance(record, dict) or not isinstance(record.get("prompt"), str):
        raise LineError(
            f'line {number} of standard input needs a text `prompt`, as in {{"id": 1, "prompt": "..."}}'
        )
    fields = request_fields({**values, **_line_values(record, number)}, router.clock)
    if isinstance(record.get("last_route"), str):
        fields["last_route"] = route_of(record["last_route"])
    request = router.request(record["prompt"], **fields)
    decision = reported(router, router.decide_request(request)[0], request)
    # Lone surrogates can be in the input; escaped as ASCII they come out as they went in.
    return json.dumps({"id": record.get("id"), **decision_record(decision)}, ensure_ascii=True)


def _line_values(record: Mapping[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _ONE:
        value = record.get(name)
        if value is not None:
            found[name] = _scalar(name, value, number)
    for name in _MANY:
        value = record.get(name)
        if value is not None:
            found[name] = (
                (value,) if isinstance(value, str) else tuple(_scalar(name, item, number) for item in value)
            )
    for name in _MEASURED:
        value = record.get(name)
        if isinstance(value, Mapping):
            found[name] = tuple(f"{key}={amount}" for key, amount in value.items())
    return found


def _scalar(name: str, value: Any, number: int) -> Any:
    wanted: tuple[type, ...] = (int,) if name == "turn" else (str,)
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise LineError(f"line {number} of standard input: `{name}` has the wrong type")
    return value
