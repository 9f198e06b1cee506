"""The classifier's time by prompt length, its load time, and both beside a plain word loop in the same run."""

import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from router.base.shipped import shipped
from router.decide.classify import load_classifier

LENGTHS = (50, 200, 500, 1_000, 2_000, 10_000, 100_000)
"""Characters of a prompt."""
PROMPTS = 40
SECONDS = 1.0
LOADS = 30
_WORD = re.compile(r"\w+")


def prompts_of(length: int, random: Random, texts: Sequence[str]) -> list[str]:
    """Prompts of exactly `length` characters, put together from the corpus."""
    found = []
    for _ in range(PROMPTS):
        parts: list[str] = []
        while sum(map(len, parts)) < length:
            parts.append(random.choice(texts) + "\n")
        found.append("".join(parts)[:length])
    return found


def times_us(call: Callable[[str], Any], prompts: Sequence[str]) -> list[float]:
    """Wall times of single calls in microseconds, over all prompts, in several rounds."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < PROMPTS:
        for prompt in prompts:
            start = time.perf_counter_ns()
            call(prompt)
            times.append((time.perf_counter_ns() - start) / 1000)
    return times


def word_loop(prompt: str) -> int:
    """What any classifier in plain Python has to do at least: find the words and look at each."""
    seen: dict[str, int] = {}
    for word in _WORD.findall(prompt.lower()):
        seen[word] = seen.get(word, 0) + 1
    return len(seen)


def p99(times: Sequence[float]) -> float:
    return sorted(times)[int(0.99 * (len(times) - 1))]


def main() -> None:
    corpus = sorted(shipped("rules/corpus").glob("*.jsonl"))
    texts = [json.loads(line)["prompt"] for path in corpus for line in path.read_text("utf-8").splitlines() if line]
    classifier, random = load_classifier(), Random(1)
    loads = []
    for _ in range(LOADS):
        start = time.perf_counter_ns()
        load_classifier()
        loads.append((time.perf_counter_ns() - start) / 1e6)
    print(f"load: median {statistics.median(loads):.2f} ms, p99 {p99(loads):.2f} ms")
    print(f"{'characters':>10} {'median us':>10} {'p99 us':>10} {'word loop us':>13} {'ratio':>7}")
    for length in LENGTHS:
        prompts = prompts_of(length, random, texts)
        for prompt in prompts:
            classifier.classify(prompt)
        found, plain = times_us(classifier.classify, prompts), times_us(word_loop, prompts)
        middle, least = statistics.median(found), statistics.median(plain)
        print(f"{length:>10} {middle:>10.0f} {p99(found):>10.0f} {least:>13.1f} {middle / least:>7.1f}")


if __name__ == "__main__":
    main()
