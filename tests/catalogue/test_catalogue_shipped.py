"""The catalogue that ships with the package holds together."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from router.facts import FACTS
from router.model.catalogue import MEDIA, Catalogue, Model
from router.policy.catalogue import load_catalogue

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = load_catalogue()
TASKS = tuple(FACTS["task"].values or ())
COMPLEXITIES = tuple(FACTS["complexity"].values or ())
PROFILES = ("budget", "balanced", "premium")
WHOLE = (*PROFILES, "emergency")
CASES = [(name, task, complexity) for name in WHOLE for task in TASKS for complexity in COMPLEXITIES]

Rule = Callable[[Catalogue], Iterator[str]]


def every_chain(c: Catalogue) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for name in c.chains:
        for task in TASKS:
            for complexity in COMPLEXITIES:
                yield f"{name} {task}/{complexity}", task, c.chain(name, task, complexity)


def unknown_members(c: Catalogue) -> Iterator[str]:
    for where, _, members in every_chain(c):
        yield from (f"{where}: {m}" for m in members if m not in c.models)


def dated_members(c: Catalogue) -> Iterator[str]:
    """A chain holds no model with a known day of being switched off, however far away: nobody would notice the day."""
    for where, _, members in every_chain(c):
        yield from (f"{where}: {m}" for m in members if m in c.models and c.models[m].deprecated)


def unable_members(c: Catalogue) -> Iterator[str]:
    for where, task, members in every_chain(c):
        for m in members:
            made = c.models[m].capabilities & MEDIA if m in c.models else frozenset()
            if made != ({task} & MEDIA):
                yield f"{where}: {m}"


def not_web_first(c: Catalogue) -> Iterator[str]:
    for name in WHOLE:
        for complexity in COMPLEXITIES:
            web = ["web" in c.models[m].capabilities for m in c.chain(name, "research", complexity)]
            if not web[0] or web != sorted(web, reverse=True):
                yield f"{name} research/{complexity}"


def not_free_first(c: Catalogue) -> Iterator[str]:
    for where, task, members in every_chain(c):
        free = [c.models[m].free for m in members if m in c.models]
        if task != "research" and free != sorted(free, reverse=True) and "free" not in where:
            yield where


def unusable_defaults(c: Catalogue) -> Iterator[str]:
    for provider in c.providers:
        said = {
            (task, complexity): c.provider_model(provider, task, complexity)
            for task in TASKS
            for complexity in COMPLEXITIES
        }
        if not any(said.values()):
            yield f"{provider} stands for nothing"
        for (task, complexity), model in said.items():
            if model is None:
                continue
            known = c.models.get(model)
            if known is None or known.provider != provider or known.deprecated:
                yield f"{provider} {task}/{complexity}: {model}"
            elif known.capabilities & MEDIA != ({task} & MEDIA):
                yield f"{provider} {task}/{complexity}: {model} cannot"


def hopeless_replacements(c: Catalogue) -> Iterator[str]:
    for model in c.models.values():
        if model.deprecated and not model.replacement:
            yield f"{model.id} has no replacement"
        if model.replacement and (not model.deprecated or c.models[model.replacement].deprecated):
            yield f"{model.id} -> {model.replacement}"
        if (
            model.replacement
            and c.models[model.replacement].capabilities & MEDIA != model.capabilities & MEDIA
        ):
            yield f"{model.id} -> {model.replacement} does other work"


def priceless(c: Catalogue) -> Iterator[str]:
    for model in c.models.values():
        usd = c.estimate_usd(model.id, 1000, 1000)
        if usd is None or (usd == 0) != model.free:
            yield f"{model.id}: {usd}"


def contextless(c: Catalogue) -> Iterator[str]:
    for model in c.models.values():
        if not model.capabilities & MEDIA and model.context_tokens < 4096:
            yield model.id


def with_model(**changes: object) -> Catalogue:
    """The catalogue after a change to the first member of the budget chain for code."""
    id_ = SHIPPED.chain("budget", "code", "simple")[0]
    return _changed(id_, **changes)


def _changed(id_: str, **changes: object) -> Catalogue:
    models = dict(SHIPPED.models)
    model: Model = models[id_]._replace(**changes)  # type: ignore[arg-type]
    return SHIPPED._replace(models={**models, id_: model})


def _with_chain(name: str, task: str, *members: str) -> Catalogue:
    return SHIPPED._replace(chains={**SHIPPED.chains, name: {**SHIPPED.chains[name], task: list(members)}})


TEXT = SHIPPED.chain("budget", "code", "simple")[1]
WEB = SHIPPED.chain("budget", "research", "simple")[0]
PICTURE = SHIPPED.chain("budget", "image", "simple")[0]
LOCAL = SHIPPED.chain("budget", "code", "simple")[0]
DATED = next(m.id for m in SHIPPED.models.values() if m.deprecated)

RULES: dict[str, tuple[Rule, Catalogue]] = {
    "members exist": (unknown_members, _with_chain("budget", "code", "openai/no-such")),
    "no member is dated": (dated_members, _changed(TEXT, deprecated="2099-01-01")),
    "members can do the task": (unable_members, _with_chain("budget", "code", PICTURE)),
    "research begins with the web": (not_web_first, _with_chain("premium", "research", LOCAL, WEB)),
    "free stands first": (not_free_first, _with_chain("budget", "code", TEXT, LOCAL)),
    "a provider's name means something": (
        unusable_defaults,
        SHIPPED._replace(provider_models={**SHIPPED.provider_models, "openai": {"image": TEXT}}),
    ),
    "replacements are of use": (hopeless_replacements, _changed(DATED, replacement=DATED)),
    "prices are known": (priceless, _changed(TEXT, input_usd_per_mtok=None)),
    "contexts are known": (contextless, _changed(TEXT, context_tokens=0)),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_catalogue_keeps_the_rule(rule: str) -> None:
    assert list(RULES[rule][0](SHIPPED)) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_planted_violation_is_reported(rule: str) -> None:
    check, planted = RULES[rule]
    assert list(check(planted)) != []


@pytest.mark.parametrize(("name", "task", "complexity"), CASES)
def test_every_profile_has_a_chain_of_several_providers_for_every_task(
    name: str, task: str, complexity: str
) -> None:
    members = SHIPPED.chain(name, task, complexity)
    assert len({SHIPPED.models[m].provider for m in members}) >= 3


@pytest.mark.parametrize(
    ("profile", "families"),
    [
        ("budget", ("ollama/", "anthropic/claude-haiku", "gemini/gemini-.*-flash")),
        ("balanced", ("codex/", "anthropic/claude-sonnet", "openai/gpt")),
        ("premium", ("codex/", "anthropic/claude-opus", "openai/gpt")),
    ],
)
@pytest.mark.parametrize("task", ["query", "code", "analyze", "generate"])
def test_profiles_begin_with_their_families(profile: str, families: tuple[str, ...], task: str) -> None:
    members = SHIPPED.chain(profile, task, "moderate")
    assert all(re.match(family, member) for family, member in zip(families, members, strict=False))


def test_tiers_of_profiles() -> None:
    def tiers(profile: str) -> set[str | None]:
        found = {SHIPPED.tier(m) for t in TASKS for m in SHIPPED.chain(profile, t, "moderate")}
        return found

    assert "premium" not in tiers("budget")
    assert "premium" in tiers("premium")


def test_the_free_chain_costs_nothing() -> None:
    members = SHIPPED.chain("free", "code", "moderate")
    assert len(members) >= 3
    assert {SHIPPED.estimate_usd(m, 10_000, 10_000) for m in members} == {0.0}
    assert SHIPPED.chain("free", "image", "simple") == ()


def test_the_languages_examples_are_in_the_catalogue() -> None:
    assert {"ollama/qwen3.5:latest", "gemini/gemini-3.8-flash"} <= SHIPPED.models.keys()
    assert {"deepseek", "mistral", "anthropic", "perplexity"} <= SHIPPED.providers.keys()


def test_the_catalogue_is_of_a_useful_size() -> None:
    assert len(SHIPPED.providers) >= 17
    assert len(SHIPPED.models) >= 90
    assert {p.kind for p in SHIPPED.providers.values()} == {"local", "agent", "api"}
    assert all(p.key_variables for p in SHIPPED.providers.values() if p.kind == "api")


def test_answers_are_expected_to_grow_with_complexity() -> None:
    for task in TASKS:
        lengths = [SHIPPED.expected_output_tokens(task, complexity) for complexity in COMPLEXITIES]
        assert lengths == sorted(lengths)
        assert all(lengths) or task in ("image", "video")


def named_models(path: Path) -> list[str]:
    """Catalogue models, by their bare names, that a source file names."""
    text = path.read_text(encoding="utf-8")
    names = {name for model in SHIPPED.models.values() if len(name := model.name.rpartition("/")[2]) > 3}
    return sorted(name for name in names if name in text)


def test_no_module_of_the_catalogue_names_a_model(tmp_path: Path) -> None:
    files = [ROOT / "router/model/catalogue.py", *(ROOT / "router/policy/catalogue").glob("*.py")]
    assert len(files) >= 7
    assert {path.name: named_models(path) for path in files} == {path.name: [] for path in files}
    planted = tmp_path / "planted.py"
    planted.write_text(f'x = "{SHIPPED.models[TEXT].name}"\n', encoding="utf-8")
    assert named_models(planted) == [SHIPPED.models[TEXT].name]
