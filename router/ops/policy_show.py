"""`policy show`: the rules in force, strongest first."""

from collections.abc import Mapping
from typing import Any

from router.engine.router import Router
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.table.conditions import spell
from router.table.effects import spell_effect


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Every rule of the table in its total order."""
    router = Router.load(around.cwd, environ=around.environ, clock=around.clock, policy_dir=values["policy"])
    table = router.decider.table
    rules = [
        {
            "rank": index + 1,
            "rule": name,
            "layer": table.layers[index],
            "locked": record["locked"],
            "from": f"{record['file']}:{record['line']}",
            "effects": [spell_effect(effect) for effect in record["effects"]],
            "when": None if (when := spell(table.condition(index))) == "always" else when,
            "because": record["because"],
        }
        for index, name in enumerate(table.names)
        for record in (table.rule(index),)
        if values["layer"] in (None, table.layers[index])
    ]
    return Result({"fingerprint": table.fingerprint, "rules": rules}, lambda colour: _text(rules))


def _text(rules: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    for rule in rules:
        lock = " lock" if rule["locked"] else ""
        lines.append(f"{rule['rank']:>4}  {rule['rule']}  [{rule['layer']}{lock}: {rule['from']}]")
        lines += [f"        {effect}" for effect in rule["effects"]]
        if rule["when"]:
            lines.append(f"        when {rule['when']}")
        if rule["because"]:
            lines.append(f'        because "{rule["because"]}"')
    return "\n".join(lines)


OPERATION = Operation(
    name="policy show",
    summary="the rules in force, strongest first",
    description="Prints every rule of all layers in the one order that decides between them.",
    parameters=(
        Parameter(
            "layer", "only this layer", choices=("environment", "repo", "learned", "user", "org", "built-in")
        ),
        Parameter(
            "policy", "a folder whose policy stands in for the repository's", kind="path", metavar="DIR"
        ),
    ),
    run=run,
    example="llm-router policy show --layer repo",
)
