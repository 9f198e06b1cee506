"""Counts disagreements between indexed and plain decisions over random (policy, request) pairs: `oracle.py [PAIRS] [SEED]`."""

import sys
import time
from multiprocessing import Pool
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router.decide.decide import Decider
from router.decide.plain import decide_plainly
from tests.laws.test_oracle import comparable, table_of
from tests.policies import judge_of, random_facts

FACTS_PER_POLICY = 50


def mismatches(seed: int) -> int:
    """How many of one policy's requests are decided differently."""
    rng = Random(seed)
    table = table_of(rng, rng.randint(1, 16))
    decider, wrong = Decider(table), 0
    for _ in range(FACTS_PER_POLICY):
        facts, judgement = random_facts(rng), judge_of(rng)
        plain = comparable(decide_plainly(table, facts, lambda _, j=judgement: j))
        fast = comparable(decider.decide(facts, lambda _, j=judgement: j))
        wrong += any(plain[name] != found for name, found in fast.items() if name != "estimated_cost_usd")
    return wrong


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261125
    policies = -(-pairs // FACTS_PER_POLICY)
    start, wrong, done = time.monotonic(), 0, 0
    with Pool() as pool:
        for found in pool.imap_unordered(mismatches, range(seed, seed + policies), chunksize=50):
            wrong += found
            done += FACTS_PER_POLICY
            if done % 100_000 == 0 and sys.stderr.isatty():
                print(f"{done:,} pairs, {wrong} mismatches", file=sys.stderr)
    print(
        f"{done:,} random (policy, request) pairs: {wrong} mismatches ({time.monotonic() - start:.0f} s; {machine()})"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
