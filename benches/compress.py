"""What compression of command output saves on the recorded outputs, what it loses, and what it costs."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router.base.places import Places, find_places
from router.compress.command import compress
from router.compress.filters import Filters, load
from router.compress.tokens import count
from tests.compress.world import cases, words

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 15
BIG = 400_000
BARE = [sys.executable, "-c", "pass"]
AS_A_HOOK = """
import sys
from router.base.lean import stand_in
stand_in()
import json
from pathlib import Path
from router.base.places import Places
from router.compress.command import compress
from router.compress.filters import load
from router.compress.raw_store import RawStore
event, home = json.loads(sys.stdin.read()), Path(sys.argv[1])
places = Places(user=home, cache=home / "cache", repo=None, cwd=home)
done = compress(event["command"], event["output"], event["exit_code"], filters=load(places), raw=RawStore(home / "raw"))
sys.stdout.write(json.dumps({"output": done.text}))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        filters = load(Places(user=home, cache=home / "cache", repo=None, cwd=home))
        print(machine())
        saved(filters)
        print()
        timed(filters)
        print()
        as_a_hook(home)
        print()
        as_the_hook(home)


def saved(filters: Filters) -> None:
    """Tokens per family of recorded outputs, and the facts named in each that are still there."""
    families: dict[str, list[tuple[int, int, int, int]]] = {}
    for family, case in cases():
        done = compress(case["command"], case["output"], case.get("exit_code", 0), filters=filters, raw=None)
        kept = sum(words(fact) in words(done.text) for fact in case["shows"])
        row = (count(case["output"])[0], count(done.text)[0], kept, len(case["shows"]))
        families.setdefault(family, []).append(row)
    print(f"{'family':<12} outputs  tokens        after  less  facts kept   ({count('')[1]})")
    families["all"] = [row for rows in families.values() for row in rows]
    for family, rows in families.items():
        before, after, kept, facts = (sum(row[n] for row in rows) for n in range(4))
        print(f"{family:<12} {len(rows):>7} {before:>7} {after:>12} {1 - after / before:>5.0%}  {kept:>4} of {facts}")


def timed(filters: Filters) -> None:
    """Milliseconds of one call in a process that has made others."""
    runs = [
        _ms(partial(compress, case["command"], case["output"], 1, filters=filters, raw=None))
        for _ in range(3)
        for _, case in cases()
    ]
    print(f"one call, recorded outputs: median {statistics.median(runs):.1f} ms, longest {max(runs):.0f} ms (CPU)")
    for name, command, text in _large():
        took = min(_ms(partial(compress, command, text, 1, filters=filters, raw=None)) for _ in range(3))
        print(f"  {len(text) // 1000:>6} KB, {name:<28} {took:>5.0f} ms")


def _ms(call: Any) -> float:
    start = time.process_time()
    call()
    return 1000 * (time.process_time() - start)


def _large() -> Iterator[tuple[str, str, str]]:
    log = "".join(f"2026-11-17 09:{n // 60 % 60:02d}:{n % 60:02d} INFO worker-{n % 7} handled job {n * 7919 % 9973} in {n % 90} ms\n" for n in range(9_000))
    yield "a log", "docker logs web", log[:BIG]
    found = "".join(f"src/m{n % 80}.py:{n % 900 + 1}:{n % 79}: F{400 + n % 20} `name{n % 50}` is unused here\n" for n in range(9_000))
    yield "findings of a linter", "flake8", found[:BIG]
    tests = "".join(f"tests/test_{n % 50}.py::test_case_{n} PASSED [{n % 100:3d}%]\n" for n in range(9_000))
    yield "tests that pass", "pytest -v", tests[:BIG]
    changes = "".join(f"diff --git a/f{n}.py b/f{n}.py\n--- a/f{n}.py\n+++ b/f{n}.py\n@@ -1,3 +1,3 @@\n same {n}\n-old line {n * 31}\n+new line {n * 17}\n same\n" for n in range(4_000))
    yield "a diff", "git diff", changes[:BIG]
    yield "one line", "make", "a b" * 3_400_000
    yield "a log of 50 MB", "docker logs web", log * 100


def as_a_hook(home: Path) -> None:
    """CPU of a whole process that reads an event, shortens its output, stores the raw text and answers."""
    print(f"CPU of a whole process, milliseconds, median of {ROUNDS} alternating pairs")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", AS_A_HOOK, str(home)]
    for name in ("failures, an error and a skip", "maven with failing tests", "a log"):
        case = next(case for _, case in cases() if case["name"] == name)
        event = json.dumps({"command": case["command"], "output": case["output"], "exit_code": 1}).encode()
        _cpu_ms(command, event, environment)
        pairs = [(_cpu_ms(BARE, b"", environment), _cpu_ms(command, event, environment)) for _ in range(ROUNDS)]
        bare, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"  {len(case['output']):>6} bytes ({name}): bare Python {bare:.0f}, with compression {ours:.0f} ({ours / bare:.1f}x)")


def as_the_hook(home: Path) -> None:
    """The same for the script that a host runs after a tool, from its event to its answer, with what it records."""
    places = find_places({"HOME": str(home)}, home)
    places.user.mkdir()
    load(places)
    command = [sys.executable, "-I", "-S", str(ROOT / "hooks" / "after_tool.py"), "--host", "claude-code"]
    print(f"CPU of the hook's process, milliseconds, median of {ROUNDS} alternating pairs")
    for switch in ("off", "on"):
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LLM_ROUTER_COMPRESS_OUTPUT": switch}
        largest = max((case for _, case in cases() if len(case["output"]) < 20_000), key=lambda case: len(case["output"]))["name"]
        for name in ("failures, an error and a skip", "a log", largest):
            case = next(case for _, case in cases() if case["name"] == name)
            event = _event(home, case)
            answer = subprocess.run(command, env=environment, check=True, input=event, stdout=subprocess.PIPE).stdout
            assert (b"llm-router raw" in answer) == (switch == "on"), name
            pairs = [(_cpu_ms(BARE, b"", environment), _cpu_ms(command, event, environment)) for _ in range(ROUNDS)]
            bare, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
            print(f"  {len(case['output']):>6} bytes ({name}), {switch}: bare Python {bare:.0f}, hook {ours:.0f} ({ours / bare:.1f}x)")


def _event(cwd: Path, case: dict[str, Any]) -> bytes:
    """A PostToolUse event as Claude Code sends it."""
    event = {
        "session_id": "s", "cwd": str(cwd), "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_use_id": "t",
        "tool_input": {"command": case["command"]},
        "tool_response": {"stdout": case["output"], "stderr": "", "interrupted": False, "isImage": False},
    }  # fmt: skip
    return json.dumps(event).encode()


def _cpu_ms(command: list[str], text: bytes, environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, input=text, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    main()
