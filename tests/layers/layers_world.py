"""A home, a repository and an organisation on disk, for one test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from router.base.places import Places
from router.base.problems import Problem, Span
from router.policy.nodes import Rule
from router.policy.sources import Setting, Sources, read_sources
from router.policy.sources.values import UNREADABLE

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dataclass
class World:
    """`write` puts a file at a place such as `repo/.llm-router.yml`, `user/routing.yaml` or `org/policy.yaml`."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)
    now: datetime = NOON

    def __post_init__(self) -> None:
        for name in ("home/.llm-router", "home/work", "org", "system"):
            (self.root / name).mkdir(parents=True)
        self.environ["HOME"] = str(self.root / "home")

    @property
    def user(self) -> Path:
        return self.root / "home" / ".llm-router"

    @property
    def repo(self) -> Path:
        return self.root / "home" / "work"

    @property
    def places(self) -> Places:
        return Places(user=self.user, cache=self.user / "cache", repo=self.repo, cwd=self.repo)

    def path(self, name: str) -> Path:
        place, _, rest = name.partition("/")
        return {"repo": self.repo, "user": self.user}.get(place, self.root / place) / rest

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    def read(self, **options: Any) -> Sources:
        options.setdefault("built_in", False)
        fetch: Callable[[str], bytes] = options.pop("fetch", no_network)
        return read_sources(
            self.places,
            self.environ,
            fetch=fetch,
            clock=lambda: self.now,
            system_policy=self.root / "system" / "policy.yaml",
            **options,
        )


def no_network(url: str) -> bytes:
    raise AssertionError(f"{url} was fetched, and nothing should be")


def rules(sources: Sources, layer: str | None = None) -> dict[str, Rule]:
    """All rules by name, of one layer or of all."""
    return {
        rule.name.text: rule
        for each in sources.layers
        if layer in (None, each.name)
        for file in each.files
        for rule in file.rules
    }


def setting(sources: Sources, key: str) -> Setting:
    found = sources.setting(key)
    assert found is not None, f"no setting `{key}` among {[s.key for s in sources.settings]}"
    return found


def shown(problem: Problem) -> str:
    """A problem on one line: `R203 .llm-router.yml:1:1 unknown key …`."""
    sign = {"error": "", "warning": " (warning)", "note": " (note)"}[problem.severity]
    return f"{problem.code}{sign} {problem.span} {problem.message}"


def under(text: str, span: Span | None) -> str:
    """The text that a span underlines."""
    assert span is not None
    lines = text.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = lines[span.line : span.end_line - 1]
    return "\n".join(
        [lines[span.line - 1][span.column - 1 :], *middle, lines[span.end_line - 1][: span.end_column - 1]]
    )


def told(effect: Any) -> str:
    """An effect in the language's words."""
    words = " ".join(word.text for word in effect.words)
    targets = ", ".join(str(target) for target in effect.targets)
    amount = f" ${effect.usd:.2f}/{effect.period}" if effect.usd is not None else ""
    return f"{effect.kind} {words}{targets}{amount}".strip()


def refuses_everything(sources: Sources) -> bool:
    """One locked rule without a condition refuses, and the reason is told."""
    rule = rules(sources, "org").get(UNREADABLE)
    return (
        rule is not None
        and [told(e) for e in rule.effects] == ["refuse"]
        and rule.when is None
        and rule.lock is not None
        and bool(rule.because)
        and [layer.name for layer in sources.refusal] == ["org"]
        and [p.code for p in sources.problems if p.severity == "error"][:1] != []
    )


def in_force(sources: Sources) -> list[str]:
    return [told(effect) for rule in rules(sources, "org").values() for effect in rule.effects]


def copies(world: World) -> list[Path]:
    return [path for path in (world.user / "org").glob("*.json") if not path.name.endswith(".looked.json")]
