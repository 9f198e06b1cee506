"""Time to judge a prompt by its length, and to load the weights: in ms and as ratios to a loop timed in the same run."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router.decide.classify import load_classifier

LENGTHS = (20, 100, 500, 2_000, 10_000, 1_000_000)
REPEATS = 400
REFERENCE_STEPS = 10_000
TEXT = (
    "fix the failing test in src/parser.py why does this function return None when list is empty please add a new "
    "endpoint and update docs so that users can search by name compare both approaches write summary of error log"
)


def reference() -> int:
    """A plain loop: what the machine can do just now."""
    total = 0
    for number in range(REFERENCE_STEPS):
        total += number & 7
    return total


def prompt(random: Random, length: int) -> str:
    """Made-up text of exactly so many characters, a line break now and then."""
    words = TEXT.split()
    parts: list[str] = []
    size = 0
    while size <= length:
        word = random.choice(words) + str(random.randrange(100)) * (random.random() < 0.1)
        parts.append(word + random.choice("      \n"))
        size += len(parts[-1])
    return "".join(parts)[:length]


def times_ms(call: Callable[[], object], repeats: int) -> list[float]:
    """How long each call took, in ms."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        found.append(1000 * (time.perf_counter() - start))
    return found


def line(name: str, found: list[float], loop_ms: float) -> str:
    middle, worst = median(found), quantiles(found, n=100)[98]
    ratios = f"{middle / loop_ms:7.2f} {worst / loop_ms:7.2f}"
    return f"{name:<22} median {middle:7.3f} ms   p99 {worst:7.3f} ms   to the loop {ratios}"


def main() -> None:
    random = Random(11)
    loop_ms = median(times_ms(reference, REPEATS))
    print(f"reference loop of {REFERENCE_STEPS:,} steps: median {loop_ms:.3f} ms ({machine()})")
    print(line("load", times_ms(load_classifier, 50), loop_ms))
    classifier = load_classifier()
    for length in LENGTHS:
        prompts = iter([prompt(random, length) for _ in range(40)] * (REPEATS // 40))
        print(
            line(
                f"{length:,} characters",
                times_ms(lambda p=prompts: classifier.classify(next(p)), REPEATS),
                loop_ms,
            )
        )


if __name__ == "__main__":
    main()
