"""A monorepo's policy: mostly rules for one folder each, some broad ones last; and requests that hit them."""

from random import Random
from typing import Any

TASKS = ("query", "code", "analyze", "research", "generate", "image", "video")
LEVELS = ("simple", "moderate", "complex")
LANGUAGES = ("python", "typescript", "rust", "go", "java", "sql", "markdown", "shell")
BRANCHES = ("main", "develop", "release/24.1", "feature/x", "hotfix/y")
HOSTS = ("cursor", "vscode", "claude-code", "codex", "zed")
MODELS = (
    "openai/gpt-6-luna",
    "anthropic/claude-sonnet-5-5",
    "gemini/gemini-3.8-flash",
    "ollama/qwen3.5:latest",
)


def make_rules(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Rules as dicts in priority order, 12 % denials first; keys are conditions, all of which must hold."""
    rng = Random(seed + count)
    folders = max(3, count // 6)
    broad = min(count // 3, 20)
    rules: list[dict[str, Any]] = []
    for number in range(count):
        rule: dict[str, Any] = {}
        if number < count - broad:
            rule["path"] = f"services/s{rng.randrange(folders):05d}/" + rng.choice(("", "src/", "src/api/"))
        pools = {
            "task": TASKS,
            "complexity": LEVELS,
            "language": LANGUAGES,
            "branch": BRANCHES,
            "host": HOSTS,
        }
        for key in rng.sample(list(pools), rng.choice((1, 2, 2, 3))):
            rule[key] = rng.choice(pools[key])
        if rng.random() < 0.25:
            rule["pressure"] = rng.randrange(40, 99) / 100
        if rng.random() < 0.25:
            low = rng.randrange(0, 18)
            rule["hours"] = (low, low + rng.randrange(3, 6))
        rule["effect"] = "deny" if rng.random() < 0.12 else "route"
        rule["model"] = rng.choice(MODELS)
        rules.append(rule)
    rules.sort(key=lambda rule: rule["effect"] != "deny")
    return [{**rule, "id": number} for number, rule in enumerate(rules)]


def make_requests(count: int, amount: int = 1000, seed: int = 11) -> list[dict[str, Any]]:
    """Requests as facts of ours; all known."""
    rng = Random(seed)
    folders = max(3, count // 6)
    return [
        {
            "task": rng.choice(TASKS),
            "complexity": rng.choice(LEVELS),
            "language": rng.choice(LANGUAGES),
            "branch": rng.choice(BRANCHES),
            "host": rng.choice(HOSTS),
            "path": (f"services/s{rng.randrange(folders):05d}/src/api/" + rng.choice(("a.py", "b/c.ts")),),
            "pressure(anthropic)": rng.randrange(0, 101) / 100,
            "hour": rng.randrange(24),
            "prompt.tokens": rng.randrange(3, 4_000),
        }
        for _ in range(amount)
    ]


def to_text(rules: list[dict[str, Any]]) -> str:
    """The rules in the policy language."""
    items = []
    for rule in rules:
        parts = [f"{key} is {rule[key]}" for key in ("task", "complexity", "language", "host") if key in rule]
        if "branch" in rule:
            parts.append(f'branch is "{rule["branch"]}"')
        if "path" in rule:
            parts.append(f'path under "{rule["path"]}"')
        if "pressure" in rule:
            parts.append(f"pressure(anthropic) >= {rule['pressure'] * 100:.0f}%")
        if "hours" in rule:
            parts.append(f"hour in {rule['hours'][0]}..{rule['hours'][1]}")
        verb = "deny model" if rule["effect"] == "deny" else "route to"
        because = '\n  because "contract"' if rule["effect"] == "deny" else ""
        items.append(f"rule r{rule['id']}\n  {verb} {rule['model']}\n  when {' and '.join(parts)}{because}\n")
    return "\n".join(items)


def holds(rule: dict[str, Any], request: dict[str, Any]) -> bool:
    """Whether a rule matches, the plain way."""
    for key in ("task", "complexity", "language", "branch", "host"):
        if key in rule and request[key] != rule[key]:
            return False
    if "path" in rule and not request["path"][0].startswith(rule["path"]):
        return False
    if "pressure" in rule and request["pressure(anthropic)"] < rule["pressure"]:
        return False
    return "hours" not in rule or rule["hours"][0] <= request["hour"] <= rule["hours"][1]
