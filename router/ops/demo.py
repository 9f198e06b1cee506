"""`demo`: the whole path without a key, on a provider of canned answers in a folder that is thrown away."""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from router.base.render import printable
from router.dispatch.canned import canned_server
from router.engine.asking import answer_of
from router.engine.reading import open_reader
from router.engine.serving import open_service
from router.model.call import Ask
from router.ops.answered import answer_record, cost_words
from router.ops.operation import Operation, Result, Surroundings
from router.ops.savings_words import saved_words, savings_in, savings_record
from router.ops.turn_words import route_words
from router.record.turns import recent_turns

PROMPTS = (
    "What does os.path.join do?",
    "Fix the bug in auth.py: login fails with a KeyError when the session has expired",
    "yes, and add a test for it",
    "Design the full authentication system for our multi-tenant API, with sessions, roles and key rotation",
    "Write a friendly release note for version 2.0",
)
SESSION = "demo"
_PROVIDERS = {"openai": "OPENAI", "deepseek": "DEEPSEEK", "mistral": "MISTRAL", "groq": "GROQ", "xai": "XAI"}
_SAYS = "The answers are canned: an embedded server stands in for the providers, so nothing was called and nothing paid."


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Five prompts of one session decided, answered, charged and recorded; the records are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="llm-router-demo-") as folder, canned_server() as server:
        there = _surroundings(around, Path(folder), f"{server.url}/v1")
        service = open_service(there.cwd, there.environ, clock=around.clock, warn=around.warn)
        calls = []
        for prompt in PROMPTS:
            around.progress(f"asking: {prompt}")
            request = service.router.request(prompt, session=SESSION, user="you", host="demo")
            ask = Ask(({"role": "user", "content": prompt},))
            decided, answer = asyncio.run(answer_of(service, request, ask, "cli"))
            calls.append((prompt, answer_record(decided, answer, service.router), cost_words(answer, service.router)))
        reader = open_reader(there.cwd, there.environ, around.clock, around.warn)
        assert reader.store is not None
        turns = recent_turns(reader.store, len(PROMPTS), session=SESSION)[::-1]
        savings = savings_in(reader, None, session=SESSION)
        service.records.store.close()
        reader.store.close()
    lines = [_SAYS, ""]
    for (prompt, _, cost), turn in zip(calls, turns, strict=True):
        lines += [f"› {prompt}", f"  {route_words(turn)} - {cost}", ""]
    lines += [f"At these prices and token counts: {saved_words(savings)}.", ""]
    lines += [
        "The prompts are real, and so are the decisions, the budgets and the records; prices are the catalogue's for the tokens",
        "that were counted. With a key set (`llm-router providers` says which), `llm-router ask` does the same for real.",
    ]
    plain = {
        "canned": True,
        "calls": [{"prompt": prompt, **record} for prompt, record, _ in calls],
        "savings": savings_record(savings),
    }
    return Result(plain, lambda _: "\n".join(printable(line) for line in lines))


def _surroundings(around: Surroundings, folder: Path, url: str) -> Surroundings:
    """A home of its own with invented keys: nothing of the user's is read or written, and no real provider is known."""
    environ = {name: around.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in around.environ}
    environ |= {"HOME": str(folder), "LLM_ROUTER_HOME": str(folder / "llm-router"), "PATH": ""}
    for prefix in _PROVIDERS.values():
        environ |= {f"{prefix}_API_KEY": "canned-no-real-key", f"{prefix}_API_BASE": url}
    environ["OPENAI_BASE_URL"] = url
    # An address where nothing listens: a model that happens to run on this machine is not the demo's to use.
    environ["OLLAMA_BASE_URL"] = "http://127.0.0.1:9"
    return replace(around, environ=environ, cwd=folder)


OPERATION = Operation(
    name="demo",
    summary="the whole path without a key: prompts decided, answered with canned text, charged and recorded",
    description=(
        "Routes five prompts through an embedded provider whose answers are canned and say so: decisions, fallbacks, budgets, ledger and "
        "savings are real, in a folder that is removed afterwards. Needs no key, no account and no network."
    ),
    parameters=(),
    run=run,
    example="llm-router demo",
)
