"""What the processes of the proofs do: `python -m tests.record.workers WORK ARGS…`; each waits for a line before it begins."""

import os
import signal
import sys
from pathlib import Path

from router.base.clock import system_clock
from router.model.decision import Cap
from router.model.ledger import Exceeded
from router.record.drain import drain
from router.record.ledger import Ledger
from router.record.spool import Spool
from router.record.store import open_store
from tests.record.processes import ready, say
from tests.record.record_world import answered, claim


def spend(address: str, folder: str, calls: str, die_at: str, scope: str = "total") -> None:
    """Calls of a cent under a dollar a month, or of the `scope`; dies of SIGKILL in the midst of call `die_at`."""
    store = open_store(address, busy_timeout_s=60.0)
    book = Ledger(store, system_clock, Spool(Path(folder)), lease_s=3600.0)
    cap = Cap(tuple(scope.split()), 1.0, "session" if scope == "session" else "month", "a-dollar")
    ready()
    for number in range(int(calls)):
        kept = book.reserve(claim(0.01, cap, call_id=f"{os.getpid()}-{number}"))
        if isinstance(kept, Exceeded):
            say("refused")
            continue
        if number == int(die_at):
            say("dying")
            os.kill(os.getpid(), signal.SIGKILL)
        book.settle(kept, answered(0.01))
        say(f"passed {kept.id}")


def settle_until_killed(address: str, folder: str) -> None:
    """Settles calls and says so, for as long as it lives."""
    store = open_store(address, busy_timeout_s=60.0)
    book = Ledger(store, system_clock, Spool(Path(folder)), lease_s=3600.0)
    ready()
    while True:
        kept = book.reserve(claim(0.001))
        assert not isinstance(kept, Exceeded)
        book.settle(kept, answered(0.001))
        say(kept.id)


def drain_until_told(address: str, folder: str) -> None:
    """Drains again and again until its input closes."""
    store, spool = open_store(address, busy_timeout_s=60.0), Spool(Path(folder))
    os.set_blocking(0, True)
    ready()
    os.set_blocking(0, False)
    while True:
        drain(store, spool, system_clock)
        try:
            if os.read(0, 1) == b"":
                return
        except BlockingIOError:
            continue


def first_start(address: str) -> None:
    """Opens a store that may not be there yet."""
    ready()
    open_store(address, busy_timeout_s=60.0).close()
    say("open")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
