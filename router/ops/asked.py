"""What tools that ask a model have in common: their parameters, the request, the answer in words and as data."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from router.base.failures import UsageError
from router.model.terms import COMPLEXITIES
from router.ops.operation import Hints, Parameter, Result, Surroundings

if TYPE_CHECKING:
    from router.engine.asking import Decided, Service
    from router.model.call import Answer, Ask
    from router.model.request import Request

TASKS = ("query", "research", "generate", "analyze", "code")
MOST_CHARACTERS = 2_000_000
"""The longest prompt, context included: beyond any model's window."""

PROMPT = Parameter("prompt", "", positional=True, required=True, longest=MOST_CHARACTERS)
CONTEXT = Parameter("context", "Code, errors, earlier turns", longest=MOST_CHARACTERS)
COMPLEXITY = Parameter("complexity", "", choices=COMPLEXITIES)
SYSTEM = Parameter("system_prompt", "", longest=100_000)
MAX_TOKENS = Parameter("max_tokens", "", kind="whole")
TEMPERATURE = Parameter("temperature", "", kind="number")
MODEL = Parameter("model", "A wish; the policy may refuse")
PATHS = Parameter("paths", "Files this is about", many=True)

ASKS = Hints(read_only=True, idempotent=False, open_world=True)
ANSWER: Mapping[str, Any] = {
    "text": {"type": "string"},
    "model": {"type": "string"},
    "task": {"type": ["string", "null"]},
    "cost_usd": {"type": ["number", "null"]},
}


def in_loop(
    begin: Callable[[Mapping[str, Any], Surroundings], Awaitable[Result]],
) -> Callable[[Mapping[str, Any], Surroundings], Result]:
    """The same operation for callers without an event loop."""

    async def whole(values: Mapping[str, Any], around: Surroundings) -> Result:
        return await begin(values, around)

    return lambda values, around: asyncio.run(whole(values, around))


async def service_of(around: Surroundings) -> "Service":
    """The service for the caller's folder, opened beside the running loop."""
    from router.engine.desk import Desk

    desk = around.desk or Desk()
    profile = desk.profiles.get(around.session or "")
    environ = around.environ if profile is None else {**around.environ, "LLM_ROUTER_PROFILE": profile}
    return await asyncio.to_thread(desk.service, around.cwd, environ, around.clock, around.warn)


def repo_key(service: "Service") -> str:
    """What tells one repository's context from another's: its folder on this machine."""
    from router.engine.session_context import repo_key as key_of

    return key_of(service.router.places)


def wanting(service: "Service", *names: str | None) -> "Service":
    """The same service for a caller who names models; the policy may still say no."""
    from router.engine.served import ServedRouter, known_models

    wanted = known_models(service.router, [name for name in names if name])
    if not wanted:
        return service
    router = service.router
    classified = router.classified if isinstance(router, ServedRouter) else None
    return replace(service, router=ServedRouter(router.decider, router.places, router.clock, classified, wanted))


def request_of(
    service: "Service", prompt: str, around: Surroundings, tool: str, values: Mapping[str, Any], task: str | None
) -> "Request":
    """The request behind a tool's call; raises `UsageError` for an empty prompt or one that is too long."""
    if not prompt.strip():
        raise UsageError("the prompt is empty")
    if len(prompt) > MOST_CHARACTERS:
        raise UsageError(f"the prompt has {len(prompt):,} characters, at most {MOST_CHARACTERS:,} can be sent")
    paths = values.get("paths") or values.get("files") or None
    from router.engine.quotas import quota_facts

    places = service.router.places
    known = {
        "facts": quota_facts(places.user, service.router.clock()) or None, "task": task, "complexity": values.get("complexity"), "tool": tool, "session": around.session,
        "host": around.host or "cli", "user": around.environ.get("USER"),
        "path": _relative(paths, service) if paths else None,
    }  # fmt: skip
    return service.router.request(prompt, **{name: value for name, value in known.items() if value is not None})


def _relative(paths: Any, service: "Service") -> tuple[str, ...]:
    from router.engine.gather import normal_path

    repo = str(service.router.places.repo or service.router.places.cwd)
    return tuple(normal_path(str(path).removeprefix(f"{repo}/")) for path in paths)


def ask_of(prompt: str, values: Mapping[str, Any], *, stream: bool = False) -> "Ask":
    """What is sent: the system prompt, the context before the prompt, and the sampling wishes."""
    from router.model.call import Ask

    context = (values.get("context") or "").strip()
    text = f"{context}\n\n{prompt}" if context else prompt
    messages: list[dict[str, Any]] = [{"role": "user", "content": text}]
    if values.get("system_prompt"):
        messages.insert(0, {"role": "system", "content": values["system_prompt"]})
    return Ask(
        tuple(messages), temperature=values.get("temperature"), max_tokens=_positive(values.get("max_tokens")),
        stream=stream,
    )  # fmt: skip


def _positive(tokens: int | None) -> int | None:
    if tokens is not None and tokens < 1:
        raise UsageError(f"`max_tokens` is at least 1, found {tokens}")
    return tokens


async def carried_out(
    service: "Service", request: "Request", ask: "Ask", around: Surroundings
) -> tuple["Decided", "Answer"]:
    """A call run to its end, every step told as progress and every piece of text passed on."""
    from router.engine.asking import Decided
    from router.engine.remembered import Memory, memory_of, paid_nothing
    from router.model.call import Answer, Delta, Failed, Trying

    decided: Decided | None = None
    answer: Answer | None = None
    memory: Memory | None = None
    async with aclosing(service.ask(request, ask, around.source)) as events:
        async for event in events:
            match event:
                case Decided(_, decision):
                    decided = event
                    if around.desk is not None:
                        around.desk.decided(event.id, request.prompt)
                    if decision.chain:
                        around.progress(f"routing {decision.task or 'prompt'}: {' → '.join(decision.chain[:3])}")
                    memory = memory_of(around.desk, around.environ, service, request, ask, decision)
                    kept = None
                    if memory is not None:
                        kept = await memory.recall(service, event, request, around.source, around.progress)
                    if kept is not None:
                        answer = await asyncio.to_thread(paid_nothing, service, event, kept, request, around.source)
                        break
                case Trying(model, attempt):
                    around.progress(f"{model} …" if attempt == 1 else f"{model} … (attempt {attempt})")
                case Failed(tried):
                    around.progress(f"{tried.model}: {tried.skipped or tried.error or tried.failure}")
                case Delta(text):
                    around.piece(text)
                case Answer():
                    answer = event
    assert decided is not None and answer is not None
    if memory is not None:
        memory.keep(answer)
    return decided, answer


async def answered(
    values: Mapping[str, Any], around: Surroundings, tool: str, *, task: str | None = None, stream: bool = False
) -> Result:
    """A prompt decided, answered, paid for and recorded; the text ends with which model gave it and for how much."""
    service = wanting(await service_of(around), values.get("model"))
    prompt = values["prompt"]
    context = values.get("context") or ""
    request = request_of(service, prompt if not context else f"{prompt}\n\n{context}", around, tool, values, task)
    earlier = await asyncio.to_thread(_earlier, service, request, around)
    ask = ask_of(prompt, {**values, "context": "\n\n".join(filter(None, (earlier, context)))}, stream=stream)
    decided, answer = await carried_out(service, request, ask, around)
    if around.desk is not None and around.session is not None:
        around.desk.context.remember(around.session, repo_key(service), prompt, answer.text)
    return shown(decided, answer, service)


def _earlier(service: "Service", request: "Request", around: Surroundings) -> str:
    """What was said before, for a prompt that follows on from it, unless the policy keeps sessions apart."""
    from router.engine.judge import classifier_in_force
    from router.engine.session_context import context_text, summaries

    if around.desk is None or around.session is None or not service.router.settings.session_context:
        return ""
    user, repo = service.router.places.user, repo_key(service)
    said, before = around.desk.context.said(around.session, repo), summaries(user, repo, around.session)
    if not (said or before) or not classifier_in_force(user).classify(request.prompt, request.earlier).inherit:
        return ""
    return context_text(said, before)


def shown(decided: "Decided", answer: "Answer", service: "Service", text: str | None = None) -> Result:
    """An answer as a result: its data, and its text above one line of who gave it."""
    from router.ops.answered import answer_record, footer

    plain = answer_record(decided, answer, service.router)
    body = answer.text if text is None else text
    sources = [f"[{number}] {url}" for number, url in enumerate(answer.citations, 1)]
    parts = [body, *(["Sources:\n" + "\n".join(sources)] if sources else []), footer(decided, answer, service.router)]
    return Result(plain, lambda _: "\n\n".join(parts))
