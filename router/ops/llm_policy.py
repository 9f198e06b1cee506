"""`llm_policy`: the rules in force here, and the latest decisions they made."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Operation, Parameter, Result, Surroundings

_LATEST = 10
_MOST = 500


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Rules of every layer but the built-in one unless all are wanted, and ten decisions with their rules."""
    from router.base.git import name_of
    from router.engine.reading import open_reader
    from router.ops.reused import same_as
    from router.ops.turn_words import route_words, turn_record
    from router.record.turns import recent_turns

    shown = same_as("policy_show")({}, around)
    rules = [rule for rule in shown.plain["rules"] if values["all"] or rule["layer"] != "built-in"]
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    repo = reader.places.repo
    latest = [] if reader.store is None else recent_turns(reader.store, _MOST)
    turns = [turn for turn in latest if repo is None or turn.repo == name_of(repo)][:_LATEST]
    plain = {"fingerprint": shown.plain["fingerprint"], "rules": rules, "decisions": [turn_record(t) for t in turns]}

    def text(_: bool) -> str:
        lines = ["RULES"]
        for rule in rules:
            when = f" when {rule['when']}" if rule["when"] else ""
            lines.append(f"  {rule['rule']} [{rule['layer']}: {rule['from']}] {'; '.join(rule['effects'])}{when}")
        lines += [] if rules else ["  the built-in ones only"]
        lines += ["", "LATEST DECISIONS"]
        lines += [f"  {route_words(t)}: {', '.join(rule for _, rule in t.rules) or 'no rule'}" for t in turns]
        return "\n".join(lines if turns else [*lines, "  none"])

    return Result(plain, text)


OPERATION = Operation(
    name="llm_policy",
    summary="the rules in force here and the latest decisions",
    description="The rules in force here and the latest 10 decisions with the rules that made them.",
    parameters=(Parameter("all", "Built-in rules too", kind="flag"),),
    run=run,
    output={"rules": {"type": "array"}, "decisions": {"type": "array"}},
    example="llm-router llm_policy",
)
