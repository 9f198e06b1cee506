"""`llm_codex`: a task for the Codex program on this machine, paid by its own subscription."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import RouterError
from router.ops.asked import (
    ANSWER,
    PROMPT,
    ask_of,
    carried_out,
    in_loop,
    request_of,
    service_of,
    shown,
    wanting,
)
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings

_PROVIDER = "codex"


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The program's answer; it may read the folder and change nothing. The policy may still say no."""
    service = await service_of(around)
    if _PROVIDER not in service.keys.configured():
        raise RouterError("the program `codex` is not on the path")
    request = request_of(service, values["prompt"], around, "llm_codex", values, "code")
    catalogue = service.router.decider.catalogue
    decision, _ = service.router.decide_fully(request)
    fitting = catalogue.provider_models.get(_PROVIDER, {}).get(decision.tier)
    service = wanting(service, values["model"] or fitting)
    decided, answer = await carried_out(service, request, ask_of(values["prompt"], values), around)
    return shown(decided, answer, service)


OPERATION = Operation(
    name="llm_codex",
    summary="a task for the Codex program on this machine",
    description="Gives a task to the local Codex CLI (its own subscription; reads this folder, changes nothing).",
    parameters=(PROMPT, Parameter("model", "Left out: one that fits the task")),
    run=in_loop(begin),
    begin=begin,
    hints=Hints(read_only=True, idempotent=False, open_world=True),
    output=ANSWER,
    example='llm-router llm_codex "find the race in ledger.py"',
)
