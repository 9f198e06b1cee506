"""What each report costs as a whole process on a ledger of 100,000 calls, beyond an interpreter that only imports what it needs."""

import json
import os
import random
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert

from benches.state import machine
from router.model.audit import outcome_event
from router.model.ledger import Asker, Claim, Settlement, Usage
from router.record.audit.auditor import Auditor
from router.record.audit.keys import open_keys
from router.record.money import day, moment, month
from router.record.store import open_store
from router.record.tables import CALLS, DECISIONS, TALLIES

ROOT = Path(__file__).resolve().parents[1]
ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
ROUNDS = 5
RUN = "from router.faces.cli.main import run; run()"
REPORTS = ("last", "status", "budget list", "audit list", "savings", "forecast", "replay")
MODELS = ("openai/gpt-6-luna", "openai/gpt-6.1-terra", "anthropic/claude-sonnet-5-5", "ollama/qwen3.5:latest")
TASKS = ("query", "code", "analyze", "generate")
BATCH = 5_000


def cpu_ms(command: list[str], environment: dict[str, str], cwd: Path) -> float:
    """User and system time of one process, in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def fill(home: Path) -> None:
    """A ledger, its decisions, tallies and audit log over ninety days, as calls would have left them."""
    rng = random.Random(7)
    address = home / "usage.db"
    store = open_store(address)
    auditor = Auditor(open_keys(home / "audit"), str(address))
    now = time.time_ns() // 1000
    tallies: Counter[tuple[str, str, str]] = Counter()
    link = None
    for start in range(0, ROWS, BATCH):
        decisions: list[dict[str, Any]] = []
        calls: list[dict[str, Any]] = []
        with store.write() as connection:
            for number in range(start, min(start + BATCH, ROWS)):
                at = now - (ROWS - number) * 90 * 86_400_000_000 // ROWS
                decisions.append(decision_row(rng, at))
                calls.append(call_row(rng, decisions[-1]))
                for scope, name in (("total", ""), ("provider", calls[-1]["provider"]), ("task", calls[-1]["task"])):
                    for period in (day(at), month(at)):
                        tallies[scope, name, period] += calls[-1]["cost_nano"]
                link = auditor.append(connection, event_of(calls[-1]))
            connection.execute(insert(DECISIONS), decisions)
            connection.execute(insert(CALLS), calls)
    with store.write() as connection:
        connection.execute(insert(TALLIES), [
            {"scope": scope, "name": name, "period": period, "spent_nano": amount, "reserved_nano": 0}
            for (scope, name, period), amount in tallies.items()
        ])  # fmt: skip
    if link is not None:
        auditor.anchor(link)
    store.close()


def decision_row(rng: random.Random, at: int) -> dict[str, Any]:
    task = rng.choice(TASKS)
    return {
        "id": secrets.token_hex(16), "at": at, "source": "mcp", "user": "ann", "host": "claude-code",
        "session": f"s{at // 3_600_000_000}", "repo": "acme/payments", "agent": "main", "task": task,
        "complexity": rng.choice(("simple", "moderate", "complex")), "asked_complexity": "moderate", "confidence": 0.8,
        "judged_by": "classifier", "mode": "suggest", "profile": "balanced", "verdict": "route",
        "chain": json.dumps(MODELS), "rules": json.dumps([["route", "by-tier"]]), "estimate_nano": 3_000_000,
        "prompt_hash": secrets.token_hex(32), "prompt_chars": 200, "policy": "f" * 32,
    }  # fmt: skip


def call_row(rng: random.Random, decision: dict[str, Any]) -> dict[str, Any]:
    model = rng.choice(MODELS)
    shared = {key: decision[key] for key in ("at", "source", "user", "host", "session", "repo", "agent", "task", "complexity")}
    return {
        **shared, "id": secrets.token_hex(16), "call_id": decision["id"], "attempt": 1, "decision_id": decision["id"],
        "settled_at": decision["at"] + 800_000, "kind": "answer", "provider": model.partition("/")[0], "model": model,
        "reported_model": None, "outcome": "answered" if rng.random() < 0.97 else "failed", "failure": None, "error": None,
        "input_tokens": rng.randint(50, 5000), "output_tokens": rng.randint(20, 1500), "cached_tokens": 0,
        "cost_nano": rng.randint(0, 8_000_000), "estimated": False, "latency_ms": 800.0, "first_token_ms": None,
    }  # fmt: skip


def event_of(call: dict[str, Any]) -> Any:
    asker = Asker("mcp", call["user"], call["host"], call["session"], call["repo"], call["agent"])
    claim = Claim(call["call_id"], 1, call["decision_id"], "answer", call["model"], call["provider"], call["task"],
                  call["complexity"], 0.003, (), asker)  # fmt: skip
    usage = Usage(call["input_tokens"], call["output_tokens"])
    settlement = Settlement(call["outcome"], usage, call["cost_nano"] / 1e9, False, 800.0)
    return outcome_event(claim, settlement, moment(call["settled_at"]), call["id"])


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        home.mkdir()
        environment = {**os.environ, "HOME": name, "LLM_ROUTER_HOME": str(home), "PYTHONPATH": str(ROOT), "LLM_ROUTER_BUDGET_OPENAI": "500"}
        fill(home)
        print(f"{ROWS:,} calls; CPU of a whole process, milliseconds, median of {ROUNDS} alternating pairs")
        for report in REPORTS:
            words = report.split()
            command = [sys.executable, "-c", RUN, *words]
            module = f"router.ops.{'_'.join(words)}"
            imports = [sys.executable, "-c", f"import router.faces.cli.main, {module}, sqlalchemy.dialects.sqlite"]
            cpu_ms(command, environment, Path(name))
            pairs = [(cpu_ms(imports, environment, Path(name)), cpu_ms(command, environment, Path(name))) for _ in range(ROUNDS)]
            bare, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
            print(f"{report:<12} imports alone {bare:.0f}, the report {ours:.0f}: {ours - bare:.0f} more")


if __name__ == "__main__":
    main()
