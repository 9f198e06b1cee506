"""Local agents as models: the Codex CLI, asked through its standard input and paid by its own subscription.

Options and events are those of `codex exec --json`: https://developers.openai.com/codex/noninteractive.
"""

import asyncio
import json
import os
import signal
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from router.dispatch.ports import CallFailed, Piece, Target
from router.dispatch.prompt import texts_of
from router.dispatch.reasons import safe_line
from router.model.call import Ask
from router.model.catalogue import Catalogue
from router.model.ledger import Usage

_OPTIONS = ("exec", "--json", "--color", "never", "--sandbox", "read-only", "--skip-git-repo-check")
_MAX_LINE_BYTES = 16 * 1024 * 1024
_GRACE_S = 2.0


def without_keys(environ: Mapping[str, str], catalogue: Catalogue) -> dict[str, str]:
    """The environment without any provider's key: an agent runs what a model tells it to."""
    secret = {name for provider in catalogue.providers.values() for name in provider.key_variables}
    return {name: value for name, value in environ.items() if name not in secret}


async def through_codex(
    binary: str, environ: Mapping[str, str], cwd: Path, target: Target, ask: Ask, timeout_s: float
) -> AsyncGenerator[Piece, None]:
    """The agent's last message, in one piece; raises `CallFailed`. Its whole process group ends with the generator."""
    if ask.tools:
        raise CallFailed("bad_request", "a local agent cannot be given tools", final=True)
    model = target.id.partition("/")[2]
    process = await _started((binary, *_OPTIONS, "-m", model, "-C", str(cwd), "-"), environ, cwd)
    try:
        assert process.stdin
        process.stdin.write(as_text(ask).encode())
        process.stdin.write_eof()
        yield await _said(process, list(texts_of(ask)))
    finally:
        await _ended(process)


async def _started(command: tuple[str, ...], environ: Mapping[str, str], cwd: Path) -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=STDOUT, env=environ, cwd=cwd,
            limit=_MAX_LINE_BYTES, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise CallFailed("connection", f"{command[0]} cannot be started: {error.strerror}") from error


async def _said(process: Process, prompt: Iterable[str]) -> Piece:
    """What the agent's events say, once it has ended."""
    assert process.stdout
    piece, words, failure = Piece(), "", ""
    async for line in process.stdout:
        event = _event(line)
        if event is None:
            words = line.decode(errors="replace")
            continue
        item, kind = event.get("item"), event.get("type")
        if kind == "item.completed" and isinstance(item, dict) and item.get("type") == "agent_message":
            piece = piece._replace(text=str(item.get("text", "")))
        elif kind == "turn.completed":
            piece = piece._replace(usage=_usage(event.get("usage")), finish_reason="stop")
        elif kind in ("turn.failed", "error"):
            error = event.get("error")
            failure = str(error.get("message") if isinstance(error, dict) else event.get("message"))
    code = await process.wait()
    if code != 0 or (failure and not piece.text):
        raise CallFailed("server", safe_line(failure or words or f"it ended with code {code}", (), prompt))
    return piece


def _event(line: bytes) -> Mapping[str, Any] | None:
    try:
        data = json.loads(line)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _usage(said: object) -> Usage | None:
    if not isinstance(said, dict):
        return None
    numbers = [said.get(name) for name in ("input_tokens", "output_tokens", "cached_input_tokens")]
    given = [number if isinstance(number, int) else 0 for number in numbers]
    return Usage(*given) if any(given) else None


async def _ended(process: Process) -> None:
    """Nothing of the agent runs on: what it started goes with it."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        async with asyncio.timeout(_GRACE_S):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def as_text(ask: Ask) -> str:
    """The conversation as one text; a single message stands as it is."""
    texts = [(str(message.get("role", "user")), " ".join(texts_of(Ask((message,))))) for message in ask.messages]
    if len(texts) == 1:
        return texts[0][1]
    return "\n\n".join(f"{role.capitalize()}: {text}" for role, text in texts)
