"""What the audit log costs: appending beside a bare insert, the commands on 100,000 events beside bare Python, verifying."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router import Router
from router.engine.audited import decision_event
from router.model.audit import Event, new_id, outcome_event
from router.model.ledger import Asker, Claim, Settlement, Usage
from router.record.audit.auditor import Auditor
from router.record.audit.keys import open_keys
from router.record.store import Store, open_store

EVENTS = 100_000
ROUNDS = 9
START = datetime(2026, 1, 1, tzinfo=UTC)
COMMANDS = (
    ("audit list", "router.record.store", "audit", "list"),
    ("audit list, a column", "router.record.store", "audit", "list", "--where", "task=query"),
    ("audit list, any field", "router.record.store", "audit", "list", "--where", "facts.branch=none"),
    ("audit show last", "router.record.store", "audit", "show", "last"),
)


def events(router: Router) -> list[Event]:
    """A decision and its outcome, made once with everything that is kept of them."""
    request = router.request("fix the race condition in src/payments/ledger.py", path="src/payments/ledger.py", branch="main")
    made, facts = router.decide_request(request)
    asker = Asker("cli", "ada", "cursor", "s1", "acme/pay", "main")
    decision = decision_event(router, request, facts, made, asker, new_id(), "hash", lambda _: "0" * 64)
    claim = Claim("c", 1, None, "answer", "openai/gpt", "openai", made.task, made.complexity, 0.01, (), asker)
    return [decision, outcome_event(claim, Settlement("answered", Usage(900, 300), 0.01, False, 900.0), START, new_id())]


def fill(store: Store, auditor: Auditor, made: list[Event]) -> None:
    for begin in range(0, EVENTS, 5_000):
        with store.write() as connection:
            for number in range(begin, begin + 5_000):
                at, id_ = START + timedelta(seconds=number), new_id()
                link = auditor.append(connection, made[number % 2]._replace(id=id_, at=at, decision_id=f"{number // 2:032x}"))
        auditor.anchor(link)


def appending(store: Store, auditor: Auditor, event: Event) -> str:
    """Appending and anchoring beside one insert through the bare driver, each inside one transaction."""
    append, bare, anchor = [], [], []
    for _ in range(1_000):
        with store.write() as connection:
            raw = connection.connection.driver_connection
            raw.execute("CREATE TABLE IF NOT EXISTS bare (a TEXT PRIMARY KEY, b TEXT)")
            begun = time.perf_counter()
            link = auditor.append(connection, event._replace(id=new_id()))
            between = time.perf_counter()
            raw.execute("INSERT INTO bare VALUES (?, ?)", (new_id(), "x" * 2_000))
            append.append(between - begun)
            bare.append(time.perf_counter() - between)
        begun = time.perf_counter()
        auditor.anchor(link)
        anchor.append(time.perf_counter() - begun)
    one, two, three = (1e6 * statistics.median(times) for times in (append, anchor, bare))
    return f"append {one:.0f} us, anchor {two:.0f} us, a bare insert of 2,000 characters {three:.0f} us ({one / three:.1f}x)"


def cpu_ms(words: list[str], env: dict[str, str], folder: Path) -> float:
    before = os.times()
    done = subprocess.run([sys.executable, *words], cwd=folder, env=env, stdout=subprocess.PIPE, check=False)
    after = os.times()
    assert done.returncode == 0, words
    return 1000 * (after.children_user + after.children_system - before.children_user - before.children_system)


def commands(env: dict[str, str], folder: Path) -> None:
    print(f"{EVENTS:,} events; CPU of a whole process, milliseconds, median of {ROUNDS} alternating runs")
    for label, imports, *words in COMMANDS:
        bare, ours = [], []
        run = "import sys; from router.faces.cli.main import run; run()"
        for _ in range(ROUNDS):
            bare.append(cpu_ms(["-c", f"import {imports}, router.ops.audit_list"], env, folder))
            ours.append(cpu_ms(["-c", run, *words], env, folder))
        one, two = statistics.median(bare), statistics.median(ours)
        print(f"  {label:<24} {two:6.0f}, Python with the same imports {one:4.0f} ({two - one:.0f} more)")


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / ".llm-router"
        env = {**os.environ, "HOME": name, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
        router = Router.load(folder, environ={"HOME": name})
        store, auditor = open_store(home / "usage.db"), Auditor(open_keys(home / "audit"), str(home / "usage.db"))
        made = events(router)
        print(appending(store, auditor, made[0]))
        fill(store, auditor, made)
        store.close()
        commands(env, folder)
        spent = cpu_ms(["-c", "from router.faces.cli.main import run; run()", "audit", "verify"], env, folder)
        print(f"  audit verify: {spent / 1000:.1f} s, {1000 * spent / (EVENTS + 1_000):.0f} us an event")


if __name__ == "__main__":
    main()
