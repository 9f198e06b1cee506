"""Hook processes against a bare interpreter: CPU time per event of a session of 200 recorded-shaped events.

Run: ``python benches/hooks.py [ROUNDS]``. Everything is measured in one run, alternating, so that what else the machine
does falls on all alike; the figures are user plus system time of whole processes, and their wall time.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
RULES = 200
EVENTS = 200
_PROMPT = (
    "The export of the monthly report fails when a customer has no orders in the period. The traceback ends in "
    "reports/export.py, where the mean of an empty list is taken. Please make the export write an empty table in "
    "that case, keep the header row, and add a test that covers a customer without orders in the month."
)
_SESSION = {"session_id": "bench", "transcript_path": "/home/you/.claude/projects/p/bench.jsonl", "prompt_id": "1"}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory(prefix="hooks-bench-") as folder:
        environ = world(Path(folder))
        session = events(Path(folder) / "project", rounds)
        figures: dict[str, list[tuple[float, float]]] = {}
        for script, payload in session:
            figures.setdefault("bare", []).append(run([PYTHON, "-c", "pass"], b"", environ))
            command = [PYTHON, "-I", "-S", str(ROOT / "hooks" / f"{script}.py")]
            figures.setdefault(script, []).append(run(command, payload, environ))
        show(figures, environ)


def world(folder: Path) -> Mapping[str, str]:
    """A home and a project with a policy of many rules, compiled."""
    home, project = folder / "home", folder / "project"
    (project / ".llm-router").mkdir(parents=True)
    home.mkdir()
    (project / ".llm-router" / "policy.rules").write_text(policy(), encoding="utf-8")
    environ = {"HOME": str(home), "PATH": os.environ.get("PATH", "")}
    check = [PYTHON, "-c", "from router.faces.cli.main import run; run()", "test", _PROMPT, "--json"]
    subprocess.run(check, cwd=project, env=environ | {"PYTHONPATH": str(ROOT)}, check=True, stdout=subprocess.DEVNULL)
    assert list(home.rglob("*.table")), "the policy was not compiled"
    # What hooks leave to a process of its own, which else would run beside those that are measured.
    subprocess.run([PYTHON, "-I", str(ROOT / "hooks" / "refresh.py"), str(project)], env=environ, check=True)
    assert (home / ".llm-router" / "providers.json").exists(), "the providers were not listed"
    return environ


def policy() -> str:
    """Rules that ask prompt, path, task, complexity and pressure."""
    asks = (
        'prompt contains "ledger {n}"', 'path under "src/part{n}/"', "task is code and complexity is simple and hour < {h}",
        "pressure(anthropic) >= {p}%", 'branch like "release/{n}*"',
    )  # fmt: skip
    rules = []
    for n in range(RULES):
        when = asks[n % len(asks)].format(n=n, h=n % 24, p=50 + n % 50)
        effect = "deny provider deepseek" if n % 3 == 0 else "prefer @budget" if n % 3 == 1 else "route to @balanced"
        rules.append(f"rule made-{n}\n  {effect}\n  when {when}\n")
    return "\n".join(rules)


def events(project: Path, count: int) -> list[tuple[str, bytes]]:
    """A session: its start, prompts with tool calls between, status lines, its end."""
    made: list[tuple[str, bytes]] = [("session_start", _event(project, "SessionStart", source="startup"))]
    tool = {"tool_name": "Bash", "tool_input": {"command": "pytest -q", "description": "tests"}, "tool_use_id": "t"}
    ours = {"tool_name": "mcp__llm-router__llm_code", "tool_input": {"prompt": "x"}, "tool_use_id": "u"}
    cycle = (
        ("prompt", _event(project, "UserPromptSubmit", prompt=_PROMPT)),
        ("before_tool", _event(project, "PreToolUse", **tool)),
        ("after_tool", _event(project, "PostToolUse", **ours, tool_response=[{"type": "text", "text": "done " * 200}])),
        ("status_line", _event(project, "", model={"id": "m"}, rate_limits={"five_hour": {"used_percentage": 12, "resets_at": 4e9}})),
    )  # fmt: skip
    while len(made) < count - 1:
        made.append(cycle[len(made) % len(cycle)])
    return [*made, ("session_end", _event(project, "SessionEnd", reason="other"))]


def _event(project: Path, name: str, **fields: object) -> bytes:
    own = {"hook_event_name": name} if name else {}
    return json.dumps({**_SESSION, "cwd": str(project), **own, **fields}).encode()


def run(command: list[str], payload: bytes, environ: Mapping[str, str]) -> tuple[float, float]:
    """CPU and wall milliseconds of a whole process."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environ)
    assert process.stdin is not None
    process.stdin.write(payload)
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return (used.ru_utime + used.ru_stime) * 1000, (time.perf_counter() - begun) * 1000


def show(figures: Mapping[str, list[tuple[float, float]]], environ: Mapping[str, str]) -> None:
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load:.2f}")
    lines = (Path(environ["HOME"]) / ".llm-router" / "spool" / "spool.jsonl").read_text("ascii").splitlines()
    hooks = [json.loads(line)["body"] for line in lines if '"kind":"hook"' in line]
    hooks = [hook for hook in hooks if hook["event"] != "refresh"]
    print(f"{sum(hook['ok'] for hook in hooks)} of {len(hooks)} hooks went well; a prompt of {len(_PROMPT)} characters, {RULES} rules")
    bare = [statistics.median(column) for column in zip(*figures["bare"])]
    print("event           runs   CPU ms  ×bare   wall ms  ×bare   (medians)")
    for name, rows in figures.items():
        cpu, wall = (statistics.median(column) for column in zip(*rows))
        print(f"{name:14}  {len(rows):4}  {cpu:7.1f}  {cpu / bare[0]:5.2f}  {wall:8.1f}  {wall / bare[1]:5.2f}")


if __name__ == "__main__":
    assert shutil.which(PYTHON)
    main()
