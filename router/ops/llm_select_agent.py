"""`llm_select_agent`: which agent program and model a session should use."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import PATHS, PROMPT, in_loop, request_of, service_of
from router.ops.operation import Operation, Result, Surroundings

_AGENTS = {"codex": "codex", "anthropic": "claude", "gemini": "gemini"}
"""Provider to the program that runs its models."""


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The first model of the chain that an installed agent runs, and the next one."""
    from router.dispatch.keys import find_agent

    service = await service_of(around)
    request = request_of(service, values["prompt"], around, "llm_select_agent", values, None)
    decision, _ = service.router.decide_fully(request)
    catalogue = service.router.decider.catalogue
    profile = catalogue.chain(decision.profile, decision.task or "query", decision.complexity or "moderate")
    allowed = _allowed(decision, profile)
    programs = {p: _program(p, around.environ, find_agent) for p in _AGENTS}
    found = [model for model in dict.fromkeys((*decision.chain, *allowed)) if programs.get(model.partition("/")[0])]
    rows = [_row(model) for model in found[:2]]
    plain = {
        "primary": rows[0] if rows else None,
        "fallback": rows[1] if len(rows) > 1 else None,
        "task": decision.task,
        "complexity": decision.complexity,
        "installed": sorted(_AGENTS[p] for p, path in programs.items() if path),
    }
    return Result(plain, lambda _: _text(plain))


def _allowed(decision: Any, models: tuple[str, ...]) -> list[str]:
    from router.decide.restrictions import Restrictions

    restrictions = Restrictions(decision.denials)
    return [model for model in models if restrictions.against(model) is None]


def _program(provider: str, environ: Mapping[str, str], find_agent: Any) -> str | None:
    import shutil

    if provider == "codex":
        found: str | None = find_agent(provider, environ)
        return found
    return shutil.which(_AGENTS[provider], path=environ.get("PATH", ""))


def _row(model: str) -> dict[str, str]:
    provider, _, name = model.partition("/")
    return {"agent": _AGENTS[provider], "model": name}


def _text(plain: Mapping[str, Any]) -> str:
    kind = f"{plain['task'] or '?'}/{plain['complexity'] or '?'}"
    if plain["primary"] is None:
        return f"{kind}: no agent that is installed here runs a model the policy allows"
    first, second = plain["primary"], plain["fallback"]
    command = {"codex": "codex exec --model", "claude": "claude --model", "gemini": "gemini --model"}[first["agent"]]
    lines = [f"{kind}: {first['agent']} with {first['model']}", f"start it with `{command} {first['model']}`"]
    if second:
        lines.append(f"else {second['agent']} with {second['model']}")
    return "\n".join(lines)


OPERATION = Operation(
    name="llm_select_agent",
    summary="which agent program and model a session should use",
    description="Picks the agent CLI (claude, codex, gemini) and model for a session. Starts nothing.",
    parameters=(PROMPT, PATHS),
    run=in_loop(begin),
    begin=begin,
    output={"primary": {"type": ["object", "null"]}, "fallback": {"type": ["object", "null"]}},
    example='llm-router llm_select_agent "migrate the build to Bazel"',
)
