"""What one dry run costs as a whole process, beyond a bare Python, with few and with many rules and a warm cache."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from benches.workload import make_rules, to_text

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 15
BARE = [sys.executable, "-c", "pass"]
COMMAND = [
    sys.executable,
    "-c",
    "from router.faces.cli.main import run; run()",
    "test",
    "fix the race in src/a.py",
    "--path",
    "src/a.py",
]


def cpu_ms(command: list[str], cwd: Path, environment: dict[str, str]) -> float:
    """User and system time of one process, in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    print(machine())
    print(f"CPU of a whole process, milliseconds, median of {ROUNDS} alternating pairs")
    for size in (10, 1_000, 10_000):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / ".llm-router").mkdir()
            (folder / ".llm-router" / "policy.rules").write_text(to_text(make_rules(size)), encoding="utf-8")
            environment = {**os.environ, "HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
            first = cpu_ms(COMMAND, folder, environment)
            pairs = [
                (cpu_ms(BARE, folder, environment), cpu_ms(COMMAND, folder, environment))
                for _ in range(ROUNDS)
            ]
            bare, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
            print(
                f"{size:>6} rules: bare Python {bare:.0f}, dry run {ours:.0f} ({ours - bare:.0f} more, {ours / bare:.1f}x); first run, nothing cached {first:.0f}"
            )


if __name__ == "__main__":
    main()
