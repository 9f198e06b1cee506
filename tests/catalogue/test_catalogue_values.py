"""What a catalogue answers, on one small enough to see."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.model.catalogue import Catalogue, Model, Provider, catalogue_from_plain, catalogue_to_plain
from router.policy.catalogue import load_catalogue


def model(id_: str, **values: object) -> Model:
    provider, _, name = id_.partition("/")
    given_ = {"tier": "cheap", "input_usd_per_mtok": 1.0, "output_usd_per_mtok": 4.0, **values}
    return Model(id=id_, provider=provider, name=name, **given_)  # type: ignore[arg-type]


SMALL = Catalogue(
    providers={
        "a": Provider("a", "A", "api", ("A_KEY", "A_TOKEN")),
        "b": Provider("b", "B", "api"),
        "local": Provider("local", "Local", "local", free=True),
    },
    models={
        m.id: m
        for m in (
            model("a/small", context_tokens=1000, capabilities=frozenset({"tools", "web"})),
            model("a/large", tier="premium", input_usd_per_mtok=2.0, cached_usd_per_mtok=0.0),
            model("a/searching", call_usd=0.005),
            model("b/unknown", input_usd_per_mtok=None),
            model("b/picture", unit="image", unit_usd=0.04, capabilities=frozenset({"image"})),
            model("b/film", unit="second", unit_usd=0.1),
            model("b/voice", unit="character", unit_usd=0.00002),
            model("local/one", free=True, deprecated="2026-01-01", replacement="local/two"),
        )
    },
    chains={
        "flat": ["a", "b/unknown"],
        "budget": {
            "default": ["local/one", "a/small"],
            "code": {"default": ["a/small"], "deep": ["a/large", "a/small"]},
            "image": ["b/picture"],
        },
        "nested": ["@budget", "a/large", "local/one"],
        "round": ["a/small", "@back"],
        "back": ["@round", "a/large"],
    },
    provider_models={
        "a": {
            "cheap": "a/small",
            "mid": "a/small",
            "premium": "a/large",
            "research": {"cheap": "a/searching"},
        },
        "b": {"image": "b/picture"},
    },
    output_tokens={"default": {"simple": 10, "moderate": 20}, "image": {"simple": 0, "moderate": 0}},
    units_per_call={"image": 1, "second": 8, "character": 4},
    priced_by="litellm 1",
    priced_on="2026-11-25",
)


@pytest.mark.parametrize(
    ("name", "task", "complexity", "expected"),
    [
        ("budget", "query", "simple", ("local/one", "a/small")),
        ("budget", "code", "simple", ("a/small",)),
        ("budget", "code", "deep", ("a/large", "a/small")),
        ("budget", "image", "deep", ("b/picture",)),
        ("budget", "video", "simple", ()),
        ("flat", "query", "simple", ("a/small", "b/unknown")),
        ("flat", "query", "deep", ("a/large", "b/unknown")),
        ("flat", "image", "deep", ("b/unknown",)),
        ("nested", "query", "simple", ("local/one", "a/small", "a/large")),
        ("round", "query", "simple", ("a/small", "a/large")),
        ("no such chain", "query", "simple", ()),
        ("budget", "no such task", "no such complexity", ("local/one", "a/small")),
    ],
)
def test_chains(name: str, task: str, complexity: str, expected: tuple[str, ...]) -> None:
    assert SMALL.chain(name, task, complexity) == expected


@pytest.mark.parametrize(
    ("provider", "task", "complexity", "expected"),
    [
        ("a", "code", "simple", "a/small"),
        ("a", "code", "complex", "a/large"),
        ("a", "code", "deep", "a/large"),
        ("a", "research", "simple", "a/searching"),
        ("a", "research", "deep", None),
        ("a", "code", "no such complexity", "a/small"),
        ("a", "image", "simple", None),
        ("b", "image", "deep", "b/picture"),
        ("b", "code", "simple", None),
        ("no such provider", "code", "simple", None),
    ],
)
def test_what_a_providers_name_means(provider: str, task: str, complexity: str, expected: str | None) -> None:
    assert SMALL.provider_model(provider, task, complexity) == expected


@pytest.mark.parametrize(
    ("id_", "input_tokens", "output_tokens", "usd"),
    [
        ("a/small", 1_000_000, 0, 1.0),
        ("a/small", 1000, 1000, 0.005),
        ("a/small", 0, 0, 0.0),
        ("a/searching", 0, 0, 0.005),
        ("b/unknown", 1000, 1000, None),
        ("b/picture", 1000, 1000, 0.04),
        ("b/film", 1000, 1000, 0.8),
        ("b/voice", 100, 1000, 0.008),
        ("b/voice", 0, 0, 0.00008),
        ("local/one", 1000, 1000, 0.0),
        ("local/not-listed", 1000, 1000, 0.0),
        ("a/not-listed", 1000, 1000, None),
        ("nobody/x", 1000, 1000, None),
    ],
)
def test_estimates(id_: str, input_tokens: int, output_tokens: int, usd: float | None) -> None:
    estimate = SMALL.estimate_usd(id_, input_tokens, output_tokens)
    assert estimate == (pytest.approx(usd) if usd is not None else None)


@dataclass(frozen=True)
class Expectation:
    task: str
    complexity: str
    tokens: int


@pytest.mark.parametrize(
    "case",
    [
        Expectation("code", "simple", 10),
        Expectation("code", "moderate", 20),
        Expectation("code", "deep", 20),
        Expectation("image", "simple", 0),
    ],
    ids=str,
)
def test_expected_lengths(case: Expectation) -> None:
    assert SMALL.expected_output_tokens(case.task, case.complexity) == case.tokens


def test_tiers() -> None:
    assert SMALL.tier("a/large") == "premium"
    assert SMALL.tier("a/not-listed") is None


@pytest.mark.parametrize(
    "catalogue", [SMALL, load_catalogue(), Catalogue()], ids=["small", "shipped", "empty"]
)
def test_plain_data_through_json_give_the_same_catalogue(catalogue: Catalogue) -> None:
    plain = catalogue_to_plain(catalogue)
    again = catalogue_from_plain(json.loads(json.dumps(plain)))
    assert again == catalogue
    assert catalogue_to_plain(again) == plain


def test_an_empty_catalogue_knows_nothing() -> None:
    empty = catalogue_from_plain({})
    assert (len(empty.providers), len(empty.models)) == (0, 0)
    assert empty.chain("budget", "code", "simple") == ()
    assert empty.provider_model("openai", "code", "simple") is None
    assert empty.estimate_usd("openai/x", 1, 1) is None
    assert empty.expected_output_tokens("code", "simple") == 0


def test_models_from_plain_data_are_a_mapping() -> None:
    models = catalogue_from_plain(catalogue_to_plain(SMALL)).models
    assert list(models) == list(SMALL.models)
    assert "a/small" in models and "a/none" not in models
    assert models.get("a/none") is None
    with pytest.raises(KeyError):
        models["a/none"]
    assert models["a/small"] is models["a/small"]


_words = st.text("abc", min_size=1, max_size=2)
_targets = st.lists(
    st.one_of(_words, _words.map(lambda w: f"@{w}"), _words.map(lambda w: f"{w}/m")), max_size=4
)


@given(st.dictionaries(_words, _targets, max_size=6), _words)
def test_a_chain_ends_and_holds_models_once_whatever_it_names(
    chains: dict[str, list[str]], name: str
) -> None:
    found = Catalogue(chains=chains).chain(name, "code", "simple")
    assert len(set(found)) == len(found)
    assert all("/" in member for member in found)


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.sampled_from(sorted(load_catalogue().models)))
def test_an_estimate_never_falls_as_a_call_grows(more_in: int, more_out: int, id_: str) -> None:
    catalogue = load_catalogue()
    small, large = (
        catalogue.estimate_usd(id_, 100, 100),
        catalogue.estimate_usd(id_, 100 + more_in, 100 + more_out),
    )
    assert small is not None and large is not None and 0 <= small <= large
