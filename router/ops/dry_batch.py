"""The batch form of the dry run: JSON lines in, JSON lines out, in the same order."""

import json
from collections.abc import Mapping
from typing import Any

from router.base.failures import RouterError, UsageError
from router.engine.router import Router
from router.ops.decided import decision_record
from router.ops.facts_from import request_fields
from router.ops.operation import Result, Surroundings

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
    "last_route",
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
    try:
        fields = request_fields({**values, **_line_values(record, number)}, router.clock)
        request = router.request(record["prompt"], **fields)
    except UsageError as fault:
        # A line has names where the command line has options.
        raise LineError(f"line {number} of standard input: {fault}".replace("`--", "`")) from None
    decision = router.decide_fully(request)[0]
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
            items = value if isinstance(value, list) else [value]
            found[name] = tuple(_scalar(name, item, number) for item in items)
    for name in _MEASURED:
        value = record.get(name)
        if value is not None:
            found[name] = _measured(name, value, number)
    return found


def _measured(name: str, value: Any, number: int) -> tuple[str, ...]:
    """`{"anthropic": 0.9}` as the command line writes it."""
    if not isinstance(value, dict) or not all(
        isinstance(amount, (int, float, str)) and not isinstance(amount, bool) for amount in value.values()
    ):
        raise LineError(f"line {number} of standard input: `{name}` takes an object of amounts")
    return tuple(f"{key}={amount}" for key, amount in value.items())


def _scalar(name: str, value: Any, number: int) -> Any:
    wanted: tuple[type, ...] = (int,) if name == "turn" else (str,)
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise LineError(f"line {number} of standard input: `{name}` has the wrong type")
    return value
