"""A process that only writes the spool, as light as a hook: `python -m tests.record.spool_writer write_spool FOLDER NAME LINES`."""

import sys
from pathlib import Path

from router.record.spool import Spool
from tests.record.processes import ready, say


def write_spool(folder: str, name: str, lines: str) -> None:
    """Appends lines and says each that is kept."""
    spool = Spool(Path(folder))
    ready()
    for number in range(int(lines)):
        spool.append("hook", {"at": number, "host": name, "event": str(number), "ok": True, "ms": 1.0})
        say(f"{name} {number}")


if __name__ == "__main__":
    write_spool(*sys.argv[2:])
