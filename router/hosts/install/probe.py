"""Installed commands run as their hosts run them: a hook with a payload, a server with a handshake."""

import json
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

MOST_SERVER_S = 30.0


class Ran(NamedTuple):
    """What a hook did: its exit code (None: it took too long or could not start), its answer, the time it took."""

    code: int | None
    answer: str
    ms: float
    fault: str | None = None


class Served(NamedTuple):
    """What a server answered: how many tools it offers, the time to its list of tools, or what went wrong."""

    tools: int
    ms: float
    fault: str | None = None


def commands_in(value: Any) -> list[list[str]]:
    """Every command in an installed entry, word by word, in the order they stand."""
    if isinstance(value, list):
        return [words for item in value for words in commands_in(item)]
    if not isinstance(value, Mapping):
        return []
    command = value.get("command", value.get("bash"))
    if isinstance(command, list):
        return [list(command)]
    if isinstance(command, str):
        args = value.get("args")
        return [[command, *args]] if isinstance(args, list) else [_words(command)]
    return [words for item in value.values() for words in commands_in(item)]


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line.removesuffix(" || true"))
    except ValueError:
        return [line]


def missing_from(words: Sequence[str]) -> str | None:
    """The interpreter or script of a command that is not there any more."""
    paths = [words[0], *(word for word in words[1:] if word.endswith(".py"))]
    return next((path for path in paths if Path(path).is_absolute() and not Path(path).exists()), None)


def run_hook(
    words: Sequence[str], payload: Mapping[str, Any], environ: Mapping[str, str], cwd: Path, limit_s: float
) -> Ran:
    """Runs a hook once with a payload on its standard input."""
    begin = time.perf_counter()
    try:
        done = subprocess.run(
            list(words), input=json.dumps(payload).encode(), env=dict(environ), cwd=cwd, capture_output=True,
            timeout=limit_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ran(None, "", limit_s * 1000, f"it took longer than the host waits, {limit_s:g} s")
    except OSError as fault:
        return Ran(None, "", 0.0, f"it cannot be started: {fault.strerror}")
    took = (time.perf_counter() - begin) * 1000
    answer = done.stdout.decode("utf-8", "replace").strip()
    fault_text = None if done.returncode == 0 else f"it ended with {done.returncode}"
    return Ran(done.returncode, answer, took, fault_text)


def call_server(words: Sequence[str], client: str, environ: Mapping[str, str], cwd: Path) -> Served:
    """Starts a server, shakes hands as the client of that name and asks for its tools."""
    begin = time.perf_counter()
    lines = (
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": client, "version": "0"},
        }},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    )  # fmt: skip
    try:
        with subprocess.Popen(
            list(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=dict(environ), cwd=cwd,
        ) as server:  # fmt: skip
            return _talk(server, "".join(json.dumps(line) + "\n" for line in lines), begin)
    except BrokenPipeError:
        return Served(0, (time.perf_counter() - begin) * 1000, "it ended without a list of tools")
    except OSError as fault:
        return Served(0, 0.0, f"it cannot be started: {fault.strerror}")


def _talk(server: "subprocess.Popen[bytes]", text: str, begin: float) -> Served:
    from threading import Timer

    stop = Timer(MOST_SERVER_S, server.kill)
    stop.start()
    try:
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(text.encode())
        server.stdin.flush()
        for line in server.stdout:
            tools = _tools(line)
            if tools is not None:
                return Served(tools, (time.perf_counter() - begin) * 1000)
    except BrokenPipeError:
        pass
    finally:
        stop.cancel()
        server.kill()
    return Served(0, (time.perf_counter() - begin) * 1000, "it ended without a list of tools")


def _tools(line: bytes) -> int | None:
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    if not isinstance(answer, dict) or answer.get("id") != 2:
        return None
    result = answer.get("result")
    return len(result.get("tools", ())) if isinstance(result, dict) else 0
