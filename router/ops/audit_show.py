"""`audit show`: everything that is recorded of one decision: why, the chain tried, the cost before and after."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from router.base.failures import RouterError
from router.base.render import printable
from router.ops.audit_log import log_of, money, plain, reading
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.audit.query import Filter, Found, Wanted, find, of_decision


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The events of the decision that an id, or its beginning, names."""
    key = values["id"]
    with reading(log_of(around)) as connection:
        found = [] if connection is None else _found(connection, key)
    if not found:
        raise RouterError(f"no event `{key}` is recorded; `llm-router audit list` shows what there is")
    decisions = {event.body.get("decision_id") or event.body["id"] for event in found if event.body}
    if len(decisions) > 1:
        shown = ", ".join(sorted(decisions)[:5])
        raise RouterError(f"`{key}` begins more than one id ({shown}); write more of it")
    return Result({"events": [plain(event) for event in found]}, lambda colour: printable_lines(found))


def _found(connection: Connection, key: str) -> list[Found]:
    if key == "last":
        newest = list(find(connection, Wanted((Filter("kind", "=", "decision"),), limit=1)))
        key = str(newest[0].body["decision_id"]) if newest and newest[0].body else ""
    return of_decision(connection, key) if key else []


def printable_lines(found: Sequence[Found]) -> str:
    """The events as text for a terminal."""
    return "\n".join(printable(line) for event in found for line in _lines(event))


def _lines(event: Found) -> list[str]:
    body = event.body
    if body is None:
        return [f"event {event.seq}: unreadable"]
    asker = body["asker"]
    where = ", ".join(f"{name} {asker[name]}" for name in ("user", "host", "session", "repo", "agent") if asker[name])
    head = [f"{body['at']}  {body['kind']}  event {event.seq} of chain {event.chain[:8]}", f"  by {asker['source']}: {where or 'nobody named'}"]
    return head + {"decision": _decision, "outcome": _outcome, "admin": _admin}[body["kind"]](body)


def _decision(body: Mapping[str, Any]) -> list[str]:
    made, prompt = body["decision"], body["prompt"]
    facts = ", ".join(f"{key} {_short(value)}" for key, value in sorted(body["facts"].items()) if _telling(key, value))
    return [
        f"  decision {body['decision_id']}: {made['outcome']}, {made['task'] or '?'}/{made['complexity'] or '?'}, mode {made['mode']}, profile {made['profile']}",
        f"  chain    {' then '.join(made['chain']) or 'nothing may answer'}",
        f"  cost     {money(made['estimated_cost_usd'])} estimated for the first",
        *(f"  put last {model}: judges gave it {score:.2f}" for model, score in body.get("demoted", {}).items()),
        *([f"  switch   {_switch(body['switch'])}"] if "switch" in body else []),
        f"  prompt   {prompt['chars']} characters, kept as {prompt['kept']}"
        + (f", held: {', '.join(prompt['predicates']['true'])}" if prompt["predicates"]["true"] else ""),
        *([f"           {prompt['text']}"] if "text" in prompt else []),
        f"  facts    {facts}",
        *([f"  unknown  {', '.join(body['unknown'])}"] if body["unknown"] else []),
        *([f"  pending  {', '.join(body['pending'])}"] if body["pending"] else []),
        *(f"  rule     {_rule(rule)}" for rule in body["rules"]),
        *(f"  lost     {_rule(rule)}" for rule in body["losers"] or ()),
        *([] if body["losers"] is not None else ["  lost     not worked out when this was recorded"]),
        *(f"  dropped  {drop['model']}: {drop['reason']}" + (f" by {drop['rule']}" if drop["rule"] else "") for drop in made["dropped"] or ()),
        f"  policy   {body['policy']}",
    ]


def _switch(said: Mapping[str, Any]) -> str:
    done = "kept, not" if said["kept"] else "left for"
    why = ", for a tool's result waits for it" if said["in_tool_loop"] else ""
    return (
        f"the session's {said['last']} {done} {said['other']}{why}: "
        f"leaving saves {money(said['saving_usd'])} and loses {money(said['lost_usd'])} of prompt cache"
    )


def _rule(rule: Mapping[str, Any]) -> str:
    said = f"{rule['rule']} ({rule['layer']}, {rule['file']}:{rule['line']}): {'; '.join(rule['effects'])}: {rule['outcome']}"
    return f"{said} [unknown: {', '.join(rule['unknown'])}]" if rule["unknown"] else said


def _outcome(body: Mapping[str, Any]) -> list[str]:
    why = f" ({body['failure']}: {body['error'] or 'no word'})" if body["failure"] else ""
    tokens = f"{body['input_tokens']:,} in, {body['output_tokens']:,} out, {body['cached_tokens']:,} cached"
    return [
        f"  attempt {body['attempt']} of {body['call_kind']}: {body['model']} {body['outcome']}{why}",
        f"  cost     {money(body['cost_usd'])} of {money(body['estimate_usd'])} estimated; {tokens}; {body['latency_ms']:,.0f} ms",
        *(["  corrects an attempt that had been given up as expired"] if body["corrects"] else []),
    ]


def _admin(body: Mapping[str, Any]) -> list[str]:
    return [f"  {body['action']}: {', '.join(f'{key} {_short(value)}' for key, value in body['detail'].items())}"]


def _telling(key: str, value: Any) -> bool:
    """Whether a fact says something: the many sums that are still nothing do not."""
    return value != 0 or not key.startswith(("spend(", "pressure("))


def _short(value: Any) -> str:
    if isinstance(value, list):
        return (", ".join(map(str, value[:3])) or "none") + (", …" if len(value) > 3 else "")
    return str(value)


OPERATION = Operation(
    name="audit show",
    summary="everything recorded of one decision: rules, losers, the chain tried, costs",
    description="Prints the events of one decision: why it came out so, which models were tried, what it cost. `last` is the newest decision.",
    parameters=(Parameter("id", "a decision's or an event's id, its beginning, or last", positional=True, required=True),),
    run=run,
    example="llm-router audit show last",
)
