"""Decisions, compiling, loading and checking, beside a first-match loop, Cedar and ZEN doing the same work in one run."""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from benches.workload import holds, make_requests, make_rules, to_text
from router.analyse.reach import check_policy
from router.decide.decide import Decider
from router.engine.build import names_of
from router.model.catalogue import catalogue_to_plain
from router.policy.catalogue import load_catalogue
from router.policy.check import CHECKS
from router.policy.compile.compile import compile_policy
from router.policy.nodes import Layer
from router.policy.parse import parse_policy
from router.table.table import Table

SIZES = (10, 100, 1_000, 10_000)
Decide = Callable[[dict[str, Any]], Any]


def median_us(decide: Decide, requests: list[dict[str, Any]], seconds: float = 1.0) -> float:
    """Median wall time of one decision in microseconds, over all requests, several rounds."""
    times: list[int] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 50:
        for request in requests:
            start = time.perf_counter_ns()
            decide(request)
            times.append(time.perf_counter_ns() - start)
            if time.perf_counter() > end and len(times) >= 50:
                break
    return statistics.median(times) / 1000


def layers_of(text: str) -> tuple[Layer, ...]:
    parsed, problems = parse_policy(text, "bench.rules")
    assert not problems, problems[:3]
    return (Layer("repo", (parsed,)),)


def table_of(text: str) -> Table:
    data, problems = compile_policy(layers_of(text), CATALOGUE_PLAIN, {}, "bench")
    assert data is not None, problems
    return Table.load(data)


def ours(rules: list[dict[str, Any]]) -> Decide:
    return Decider(table_of(to_text(rules))).decide


def loop(rules: list[dict[str, Any]]) -> Decide:
    """What a router without a table does: the first denial and the first route that match."""

    def decide(request: dict[str, Any]) -> tuple[Any, Any]:
        denied = next((r["id"] for r in rules if r["effect"] == "deny" and holds(r, request)), None)
        routed = next((r["id"] for r in rules if r["effect"] == "route" and holds(r, request)), None)
        return denied, routed

    return decide


def cedar(rules: list[dict[str, Any]]) -> Decide:
    import cedarpy

    texts = []
    for rule in rules:
        tests = [
            f'context.{k} == "{rule[k]}"'
            for k in ("task", "complexity", "language", "branch", "host")
            if k in rule
        ]
        if "path" in rule:
            tests.append(f'context.path like "{rule["path"]}*"')
        if "pressure" in rule:
            tests.append(f"context.pressure >= {round(rule['pressure'] * 100)}")
        if "hours" in rule:
            tests.append(f"context.hour >= {rule['hours'][0]} && context.hour <= {rule['hours'][1]}")
        verb = "forbid" if rule["effect"] == "deny" else "permit"
        texts.append(f"{verb}(principal, action, resource) when {{ {' && '.join(tests)} }};")
    policies = cedarpy.PolicySet.from_str("\n".join(texts))
    base = {"principal": 'User::"u"', "action": 'Action::"route"', "resource": 'Model::"m"'}

    def decide(request: dict[str, Any]) -> Any:
        context = {k: request[k] for k in ("task", "complexity", "language", "branch", "host", "hour")}
        context |= {"path": request["path"][0], "pressure": round(request["pressure(anthropic)"] * 100)}
        return cedarpy.is_authorized({**base, "context": context}, policies, [])

    return decide


def zen_engine(rules: list[dict[str, Any]]) -> Decide:
    import zen

    columns = ("task", "complexity", "language", "branch", "host", "path", "pressure", "hour")

    def cell(rule: dict[str, Any], key: str) -> str:
        if key == "path":
            return f'startsWith($, "{rule["path"]}")' if "path" in rule else ""
        if key == "pressure":
            return f">= {rule['pressure']}" if "pressure" in rule else ""
        if key == "hour":
            return f"[{rule['hours'][0]}..{rule['hours'][1]}]" if "hours" in rule else ""
        return f'"{rule[key]}"' if key in rule else ""

    rows = [{"_id": str(r["id"]), "o": str(r["id"]), **{k: cell(r, k) for k in columns}} for r in rules]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": k, "name": k, "field": k} for k in columns],
        "outputs": [{"id": "o", "name": "o", "field": "o"}],
        "rules": rows,
    }
    place = {"x": 0, "y": 0}
    nodes = [
        {"id": "i", "name": "in", "type": "inputNode", "position": place},
        {"id": "t", "name": "table", "type": "decisionTableNode", "position": place, "content": table},
        {"id": "e", "name": "out", "type": "outputNode", "position": place},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "i", "targetId": "t"},
        {"id": "2", "type": "edge", "sourceId": "t", "targetId": "e"},
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def decide(request: dict[str, Any]) -> Any:
        context = {k: request[k] for k in ("task", "complexity", "language", "branch", "host", "hour")}
        return decision.evaluate(
            {**context, "path": request["path"][0], "pressure": request["pressure(anthropic)"]}
        )

    return decide


def cpu_s(work: Callable[[], Any]) -> float:
    """CPU seconds of the fastest of three runs."""
    best = float("inf")
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def prompt_rules() -> str:
    """100 phrases and 20 patterns in 120 rules."""
    rng = Random(3)
    words = [f"{rng.choice('bcdfgh')}{rng.choice('aeiou')}{rng.choice('lmnprst')}{n}" for n in range(100)]
    rules = [f'rule w{n}\n  tag w\n  when prompt contains "{word}"\n' for n, word in enumerate(words)]
    rules += [
        f'rule p{n}\n  tag p\n  when prompt matches r"{word}[0-9]+(ab|cd)x"\n'
        for n, word in enumerate(words[:20])
    ]
    return "\n".join(rules)


def text_of_words(chars: int) -> str:
    rng = Random(5)
    text = ""
    while len(text) < chars:
        text += (
            rng.choice(
                ("refactor", "the", "parser", "so", "that", "errors", "carry", "spans", "in", "module")
            )
            + " "
        )
    return text[:chars]


def compile_all(text: str) -> None:
    table_of(text)


def check_all(text: str) -> None:
    layers = layers_of(text)
    names = names_of(CATALOGUE, TODAY)
    for check in CHECKS:
        list(check(layers, names))
    check_policy(layers, CATALOGUE)


def main() -> None:
    print(machine())
    print("\nmedian of one decision, microseconds (and how many times ours)")
    print(f"{'rules':>7} {'ours':>8} {'loop':>18} {'cedarpy':>18} {'zen-engine':>18}")
    for size in SIZES:
        rules, requests = make_rules(size), make_requests(size)
        base = median_us(ours(rules), requests)
        cells = []
        for engine in (loop, cedar, zen_engine):
            try:
                value = median_us(engine(rules), requests)
                cells.append(f"{value:>10.1f} ({value / base:>4.0f}x)")
            except ImportError:
                cells.append(f"{'not installed':>17}")
        print(f"{size:>7} {base:>8.1f} {' '.join(f'{cell:>18}' for cell in cells)}")
    prompt = {**make_requests(10, 1)[0], "prompt": text_of_words(2000)}
    decide = Decider(table_of(prompt_rules())).decide
    print(
        f"\n100 phrases and 20 patterns on a prompt of 2,000 characters: {median_us(decide, [prompt]):.1f} us"
    )
    for size in (1_000, 10_000):
        text = to_text(make_rules(size))
        data, _ = compile_policy(layers_of(text), CATALOGUE_PLAIN, {}, "bench")
        assert data is not None
        print(
            f"{size:>6} rules ({len(text) // 1024} KiB): compile from text {cpu_s(lambda t=text: compile_all(t)):.2f} s, "
            f"load from cache {cpu_s(lambda d=data: Table.load(d)) * 1000:.1f} ms, "
            f"check with reachability {cpu_s(lambda t=text: check_all(t)):.2f} s (CPU)"
        )


if __name__ == "__main__":
    from datetime import date

    TODAY = date(2026, 1, 1)
    CATALOGUE = load_catalogue()
    CATALOGUE_PLAIN = catalogue_to_plain(CATALOGUE)
    main()
