"""Counts disagreements between indexed and plain decisions over random (policy, request) pairs: `oracle.py [PAIRS] [SEED]`."""

import sys
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router.decide.decide import Decider
from router.decide.strain import STRAINED
from tests.laws.test_oracle import CATALOGUE, KINDS_OF_WORK, both_ways, request_of, table_of
from tests.policies import judging_of

FACTS_PER_POLICY = 50


def asked(seed: int) -> Counter[str]:
    """How many of one policy's requests are decided differently, and how many had what makes decisions hard."""
    rng = Random(seed)
    table = table_of(rng, rng.randint(1, 16))
    decider, found = Decider(table), Counter[str]()
    for _ in range(FACTS_PER_POLICY):
        facts, classify = request_of(rng), judging_of(rng, CATALOGUE.models, KINDS_OF_WORK)
        plain, fast = both_ways(table, decider, facts, classify)
        found["mismatches"] += plain != fast
        found["under budget pressure"] += STRAINED in facts
        found["without some providers' keys"] += "configured" in facts
        found["refused"] += fast["outcome"] == "refused"
        found["with nothing left to call"] += fast["outcome"] == "nothing"
        if table.expectations is not None:
            found["under outcomes"] += 1
            found["ordered by outcomes"] += bool(decider.weighed(decider.decide(facts, classify), facts))
    return found


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261125
    policies = -(-pairs // FACTS_PER_POLICY)
    start, done, total = time.monotonic(), 0, Counter[str]()
    with Pool() as pool:
        for found in pool.imap_unordered(asked, range(seed, seed + policies), chunksize=50):
            total.update(found)
            done += FACTS_PER_POLICY
            if done % 100_000 == 0 and sys.stderr.isatty():
                print(f"{done:,} pairs, {total['mismatches']} mismatches", file=sys.stderr)
    wrong = total.pop("mismatches")
    took = time.monotonic() - start
    print(f"{done:,} random (policy, request) pairs: {wrong} mismatches ({took:.0f} s; {machine()})")
    print("of them " + ", ".join(f"{count:,} {what}" for what, count in total.items()))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
