"""What a user's layer adds to the catalogue."""

import pytest

from router.base.pages import Page
from router.model.catalogue import Catalogue, catalogue_from_plain, catalogue_to_plain
from router.policy.catalogue import (
    PAGES,
    check_additions,
    load_catalogue,
    load_catalogue_layer,
    with_additions,
)

SHIPPED = load_catalogue()
GATEWAY = """\
catalogue:
  providers:
    gw: {name: Our gateway, base_url: "https://llm.example/v1", keys: [GW_API_KEY]}
  models:
    gw/small: {tier: cheap, can: [tools], context: 32000, price: {input: 0.10, output: 0.40}}
    gw/large: {tier: premium, price: {input: 2, output: 8}}
    gw/painter: {tier: mid, can: [image], price: {unit: image, usd: 0.02}}
  chains:
    ours: [gw, "@budget"]
"""


def added(text: str) -> Catalogue:
    additions, problems = load_catalogue_layer(text, "routing.yaml")
    assert problems == ()
    return with_additions(SHIPPED, additions)


def test_a_provider_with_an_address_speaks_openais_protocol() -> None:
    gateway = added(GATEWAY).providers["gw"]
    assert (gateway.name, gateway.kind, gateway.key_variables) == ("Our gateway", "api", ("GW_API_KEY",))
    assert (gateway.base_url, gateway.base_url_variable) == ("https://llm.example/v1", None)
    assert added(GATEWAY).models["gw/small"].litellm == "openai/small"


def test_an_added_model_has_its_price_context_and_abilities() -> None:
    catalogue = added(GATEWAY)
    small = catalogue.models["gw/small"]
    assert (small.context_tokens, small.capabilities) == (32000, frozenset({"tools"}))
    assert catalogue.estimate_usd("gw/small", 1_000_000, 1_000_000) == pytest.approx(0.5)
    assert catalogue.estimate_usd("gw/painter", 10, 10) == pytest.approx(0.02)
    assert catalogue.models["gw/painter"].mode == "image_generation"


@pytest.mark.parametrize(
    ("task", "complexity", "expected"),
    [
        ("code", "simple", "gw/small"),
        ("code", "moderate", "gw/large"),
        ("code", "deep", "gw/large"),
        ("image", "deep", "gw/painter"),
        ("video", "simple", None),
    ],
)
def test_an_added_providers_name_means_its_nearest_model(
    task: str, complexity: str, expected: str | None
) -> None:
    assert added(GATEWAY).provider_model("gw", task, complexity) == expected


def test_an_added_chain_names_providers_and_chains() -> None:
    catalogue = added(GATEWAY)
    assert catalogue.chain("ours", "code", "simple") == (
        "gw/small",
        *SHIPPED.chain("budget", "code", "simple"),
    )


def test_what_is_not_added_stays() -> None:
    catalogue = added(GATEWAY)
    assert SHIPPED.models.items() <= catalogue.models.items()
    assert SHIPPED.providers.items() <= catalogue.providers.items()
    assert catalogue.chain("budget", "code", "simple") == SHIPPED.chain("budget", "code", "simple")
    assert with_additions(SHIPPED, {}) == SHIPPED


def test_an_extended_catalogue_goes_through_plain_data() -> None:
    catalogue = added(GATEWAY)
    assert catalogue_from_plain(catalogue_to_plain(catalogue)) == catalogue


def test_a_known_provider_may_be_moved() -> None:
    moved = added("catalogue: {providers: {openai: {base_url: 'https://proxy.example/v1'}}}").providers[
        "openai"
    ]
    known = SHIPPED.providers["openai"]
    assert moved == known._replace(base_url="https://proxy.example/v1", base_url_variable=None)


def test_an_address_may_stand_in_a_variable() -> None:
    gateway = added("catalogue: {providers: {gw: {base_url: GW_URL}}}").providers["gw"]
    assert (gateway.base_url, gateway.base_url_variable, gateway.litellm_prefix) == (None, "GW_URL", "openai")


def test_a_provider_that_litellm_knows_needs_no_address() -> None:
    text = "catalogue: {providers: {fw: {litellm_prefix: fireworks_ai}}, models: {fw/m: {tier: mid}}}"
    assert added(text).models["fw/m"].litellm == "fireworks_ai/m"


def test_a_known_models_price_may_be_negotiated() -> None:
    id_ = SHIPPED.chain("balanced", "code", "moderate")[1]
    cheaper = added(f"catalogue: {{models: {{{id_}: {{price: {{input: 0.5, output: 1}}}}}}}}").models[id_]
    known = SHIPPED.models[id_]
    assert (cheaper.input_usd_per_mtok, cheaper.output_usd_per_mtok) == (0.5, 1)
    assert (cheaper.tier, cheaper.capabilities, cheaper.context_tokens, cheaper.litellm) == (
        known.tier,
        known.capabilities,
        known.context_tokens,
        known.litellm,
    )


def test_a_known_models_tier_may_be_another() -> None:
    id_ = SHIPPED.chain("balanced", "code", "moderate")[1]
    changed = added(f"catalogue: {{models: {{{id_}: {{tier: cheap}}}}}}").models[id_]
    assert changed == SHIPPED.models[id_]._replace(tier="cheap")


def test_models_of_an_added_free_provider_cost_nothing() -> None:
    text = "catalogue: {providers: {lab: {kind: local, base_url: LAB_URL, free: true}}, models: {lab/m: {tier: mid}}}"
    catalogue = added(text)
    assert catalogue.estimate_usd("lab/m", 1000, 1000) == 0
    assert catalogue.estimate_usd("lab/other", 1000, 1000) == 0


def test_models_of_a_provider_that_becomes_free_cost_nothing() -> None:
    catalogue = added(
        "catalogue: {providers: {openai: {base_url: OUR_URL, free: true, litellm_prefix: azure}}}"
    )
    id_ = SHIPPED.chain("emergency", "code", "simple")[4]
    assert id_.startswith("openai/")
    assert catalogue.estimate_usd(id_, 1000, 1000) == 0
    assert catalogue.models[id_].input_usd_per_mtok == 0
    assert catalogue.models[id_].litellm == id_.replace("openai/", "azure/")


FAULTS = {
    "a provider without an address": ("  providers:\n    gw: {keys: [K]}\n", "R262", "error", 3, set()),
    "a model of nobody": ("  models:\n    gw/m: {tier: mid}\n", "R261", "error", 3, set()),
    "a model without a tier": ("  models:\n    openai/mine: {can: []}\n", "R262", "error", 3, set()),
    "a mistyped provider": ("  chains:\n    mine: [olama]\n", "R261", "error", 3, set()),
    "a mistyped model": ("  chains:\n    mine: [openai/gtp]\n", "R261", "warning", 3, {"mine"}),
    "a mistyped chain": (
        "  chains:\n    good: [ollama]\n    mine: ['@budgt']\n",
        "R261",
        "error",
        4,
        {"good"},
    ),
    "a chain whose name is taken": ("  chains:\n    tier: [ollama]\n", "R264", "error", 3, set()),
    "a chain in itself": ("  chains:\n    mine: ['@mine']\n", "R263", "error", 3, set()),
    "a chain that comes round": (
        "  chains:\n    a: [ollama]\n    budget: ['@b']\n    b: ['@budget']\n",
        "R263",
        "error",
        4,
        {"a", "b"},
    ),
    "a key of no use": ("  models:\n    openai/o3: {teir: mid}\n", "R203", "error", 3, {"openai/o3"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_at_its_place_and_left_out(fault: str) -> None:
    text, code, severity, line, kept = FAULTS[fault]
    additions, problems = load_catalogue_layer(f"catalogue:\n{text}", "routing.yaml")
    assert [(p.code, p.severity, p.span.line if p.span else 0) for p in problems] == [(code, severity, line)]
    assert {name for added_ in additions.values() for name in added_} == kept
    assert with_additions(SHIPPED, additions).chain("budget", "code", "simple")


def test_a_local_providers_models_need_not_be_listed() -> None:
    assert added("catalogue: {chains: {mine: ['ollama/anything:1b']}}").chain("mine", "code", "simple") == (
        "ollama/anything:1b",
    )


def test_a_model_of_a_refused_provider_is_refused_too() -> None:
    text = "catalogue:\n  providers:\n    gw: {keys: [K]}\n  models:\n    gw/m: {tier: mid}\n  chains:\n    mine: [gw]\n"
    additions, problems = load_catalogue_layer(text, "routing.yaml")
    assert additions == {"providers": {}, "models": {}, "chains": {}}
    assert [problem.code for problem in problems] == ["R262", "R261", "R261"]


def test_merged_layers_are_checked_without_places() -> None:
    additions, problems = check_additions({"models": {"nobody/m": {"tier": "mid"}}}, SHIPPED, {})
    assert additions["models"] == {}
    assert [problem.span for problem in problems] == [None]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_the_bad_example_has_the_code_and_its_repair_has_not(page: Page) -> None:
    assert page.why.endswith(".")
    if page.kind == "user.yaml":
        assert page.code in {p.code for p in load_catalogue_layer(page.bad, "routing.yaml")[1]}
        assert load_catalogue_layer(page.good, "routing.yaml")[1] == ()


def test_every_code_has_a_page() -> None:
    assert {page.code for page in PAGES} == {"R260", "R261", "R262", "R263", "R264"}
