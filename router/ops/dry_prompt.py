"""One prompt decided, with the trace of why."""

from collections.abc import Mapping
from typing import Any

from router.analyse.explain import explain, what_if, why_not
from router.analyse.render import render
from router.base.failures import UsageError
from router.engine.gather import language_of
from router.engine.router import Router
from router.model.decision import Decision, Facts
from router.ops.decided import decision_record
from router.ops.facts_from import fact_changes, request_fields
from router.ops.operation import Result, Surroundings


def run_prompt(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Decide one prompt and show the trace."""
    router = Router.load(around.cwd, environ=around.environ, clock=around.clock, policy_dir=values["policy"])
    prompt = values["prompt"]
    if prompt == "-":
        prompt = around.read_input().decode("utf-8", "replace")
    request = router.request(prompt, **request_fields(values, router.clock))
    decision, facts = router.decide_fully(request)
    trace = explain(router.decider, facts, decision)
    keyless, absent = uncallable(router, decision, around.environ)
    plain: dict[str, Any] = {
        **decision_record(decision),
        "trace": {**trace.to_plain(), "without_key": list(keyless), "not_installed": list(absent)},
    }
    extra: list[str] = []
    if absent:
        extra.append(f"no program of {', '.join(absent)} is on the path: a call would pass over its models")
    if keyless:
        extra.append(f"no key is set here for {', '.join(keyless)}: a call would pass over their models")
    if values["why_not"]:
        _known_rule(router, values["why_not"])
        answer = why_not(router.decider, facts, decision, values["why_not"])
        plain["why_not"] = answer.to_plain()
        extra.append(answer.text())
    if values["what_if"]:
        changes = _with_language(fact_changes(values["what_if"]), facts, values)
        answer_if = what_if(router.decider, facts, changes, router.judge(request))
        plain["what_if"] = answer_if.to_plain()
        extra.append(answer_if.text())
    return Result(plain, lambda colour: "\n\n".join([render(trace, colour), *extra]))


def uncallable(
    router: Router, decision: Decision, environ: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Providers of the chain that a call would pass over: those without a key, and agents whose program is not here.

    Neither the environment nor the user's files hold a key of the former. Whether a local server answers is not asked.
    """
    providers = router.decider.catalogue.providers
    named = dict.fromkeys(model.partition("/")[0] for model in decision.chain)
    asking = [name for name in named if name in providers and providers[name].key_variables]
    agents = [name for name in named if name in providers and providers[name].kind == "agent"]
    if not (asking or agents):
        return (), ()
    from router.dispatch.keys import find_agent, find_keys

    absent = tuple(name for name in agents if find_agent(name, environ) is None)
    if not asking:
        return (), absent
    keys, _ = find_keys(environ, router.places, router.decider.catalogue, answering=lambda: ())
    return tuple(name for name in asking if keys.api_key(name) is None), absent


def _with_language(changes: dict[str, Any], facts: Facts, values: Mapping[str, Any]) -> dict[str, Any]:
    """The changes, with the language that other paths bring along unless it was said."""
    if "path" in changes and "language" not in changes and not values["language"]:
        language = language_of(changes["path"] or ())
        if language != facts.get("language"):
            return {**changes, "language": language}
    return changes


def _known_rule(router: Router, name: str) -> None:
    names = router.decider.table.names
    if name not in names:
        from difflib import get_close_matches

        near = get_close_matches(name, names, 1)
        raise UsageError(f"there is no rule `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""))
