"""`ask`: a prompt decided by the policy, answered by a model, paid for and recorded."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from router.base.failures import UsageError
from router.engine.asking import Decided, Service
from router.engine.serving import open_service
from router.model.call import Answer, Ask, Delta, Failed, Trying
from router.ops.answered import answer_record, footer
from router.ops.facts_from import FACT_PARAMETERS, request_fields
from router.ops.operation import Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The answer on standard output; which model gave it, and for how much, on standard error."""
    prompt = values["prompt"]
    if prompt == "-":
        prompt = around.read_input().decode("utf-8", "replace")
    if not prompt.strip():
        raise UsageError("the prompt is empty")
    service = open_service(around.cwd, around.environ, clock=around.clock, warn=around.warn)
    fields = request_fields(values, around.clock)
    fields["user"] = fields.get("user") or around.environ.get("USER")
    fields["host"] = fields.get("host") or "cli"
    request = service.router.request(prompt, **fields)
    decided, answer = asyncio.run(_asked(service, request, _ask(values, prompt, around), around))
    plain = answer_record(decided, answer, service.router)
    if around.live:
        around.aside(footer(decided, answer, service.router))
    return Result(plain, lambda _: "" if around.live else answer.text, streamed=False)


def _ask(values: Mapping[str, Any], prompt: str, around: Surroundings) -> Ask:
    messages: list[dict[str, Any]] = [{"role": "user", "content": prompt}]
    if values["system"]:
        messages.insert(0, {"role": "system", "content": values["system"]})
    form = None
    if values["schema"] is not None:
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": _schema(values["schema"])}}
    return Ask(
        tuple(messages), response_format=form, temperature=values["temperature"], max_tokens=values["max_tokens"],
        stream=around.live,
    )  # fmt: skip


def _schema(path: Any) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise UsageError(f"`--schema {path}` is no readable JSON: {cause}") from None


async def _asked(service: Service, request: Any, ask: Ask, around: Surroundings) -> tuple[Decided, Answer]:
    decided: Decided | None = None
    answer: Answer | None = None
    streamed = False
    async with aclosing(service.ask(request, ask, "cli")) as events:
        async for event in events:
            match event:
                case Decided():
                    decided = event
                case Trying(model, attempt):
                    around.progress(f"{model} …" if attempt == 1 else f"{model} … (attempt {attempt})")
                case Failed(tried):
                    around.progress(f"{tried.model}: {tried.skipped or tried.error or tried.failure}")
                case Delta(text):
                    streamed = True
                    around.out.write(text)
                    around.out.flush()
                case Answer():
                    answer = event
    assert decided is not None and answer is not None
    if around.live:
        around.out.write("\n" if streamed else f"{answer.text}\n")
        around.out.flush()
    return decided, answer


OPERATION = Operation(
    name="ask",
    summary="answer a prompt with the model that the policy decides for",
    description=(
        "Decides a prompt by the policy, calls the models of its chain in order until one answers, within the budgets, "
        "and records every step. The answer goes to standard output, what it cost to standard error."
    ),
    parameters=(
        Parameter("prompt", "the prompt; `-` reads it from standard input", positional=True, required=True),
        *FACT_PARAMETERS,
        Parameter("system", "a system prompt"),
        Parameter("schema", "a file with the JSON Schema that the answer must have", kind="path", metavar="FILE"),
        Parameter("temperature", "the sampling temperature", kind="number"),
        Parameter("max_tokens", "the longest answer, in tokens", kind="whole"),
    ),
    run=run,
    example='llm-router ask "what does os.path.join do?"',
)
