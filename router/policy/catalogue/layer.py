"""What a layer adds to the catalogue: providers with an address of their own, models and chains."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from router.base.pages import Page
from router.base.problems import Problem, Span, error, in_order, warning
from router.model.catalogue import Catalogue, Model, Provider
from router.policy.catalogue.assemble import defaults_among, model_of, provider_of
from router.policy.catalogue.read import load_catalogue
from router.policy.sources.schema_check import check_schema
from router.policy.sources.suggest import did_you_mean
from router.policy.sources.yaml_nodes import MapNode, plain
from router.policy.sources.yaml_reader import read_yaml

Additions = dict[str, dict[str, Any]]
KINDS = ("providers", "models", "chains")
OPENAI_COMPATIBLE = "openai"
"""LiteLLM's prefix for an address that speaks the protocol most servers speak."""


def load_catalogue_layer(
    text: str, file: str, catalogue: Catalogue | None = None
) -> tuple[Additions, tuple[Problem, ...]]:
    """What the `catalogue` key of a user's layer adds, and every fault of the file; what is at fault is left out.

    Names are looked up in `catalogue`, by default the one that ships with the package.
    """
    root, problems = read_yaml(text, file)
    kept, refused = check_schema(root, "user")
    node = kept.get("catalogue")
    said: Additions = plain(node) if isinstance(node, MapNode) else {}
    additions, found = check_additions(said, catalogue or load_catalogue(), dict(_spans(node)))
    return additions, in_order((*problems, *refused, *found))


def _spans(node: Any) -> Iterator[tuple[str, Span]]:
    for kind in node.entries if isinstance(node, MapNode) else ():
        for item in kind.value.entries if isinstance(kind.value, MapNode) else ():
            yield f"{kind.key.text}.{item.key.text}", item.key.span


def check_additions(
    said: Mapping[str, Mapping[str, Any]], catalogue: Catalogue, spans: Mapping[str, Span]
) -> tuple[Additions, tuple[Problem, ...]]:
    """The additions without what cannot be used, and why.

    `said` has the shape of the schema's `catalogue` key; `spans` says where an item stands, by `models.gw/name`.
    """
    additions: Additions = {kind: dict(said.get(kind, {})) for kind in KINDS}
    problems: list[Problem] = []
    for kind, check in (
        ("providers", _provider_faults),
        ("models", _model_faults),
        ("chains", _chain_faults),
    ):
        for name in list(additions[kind]):
            found = [replace(p, span=spans.get(f"{kind}.{name}")) for p in check(name, additions, catalogue)]
            problems += found
            if any(problem.severity == "error" for problem in found):
                del additions[kind][name]
    return additions, tuple(problems)


def _provider_faults(name: str, additions: Additions, catalogue: Catalogue) -> Iterator[Problem]:
    row = additions["providers"][name]
    if name not in catalogue.providers and not {"base_url", "litellm_prefix"} & row.keys():
        help = "give its `base_url`, or the `litellm_prefix` under which LiteLLM knows it"
        yield error("R262", f"nothing says where the new provider `{name}` is", None, help)


def _model_faults(name: str, additions: Additions, catalogue: Catalogue) -> Iterator[Problem]:
    provider = name.partition("/")[0]
    known = {*catalogue.providers, *additions["providers"]}
    if provider not in known:
        help = did_you_mean(provider, known) or "add it under `catalogue.providers`"
        yield error("R261", f"unknown provider `{provider}`", None, help)
    elif name not in catalogue.models and "tier" not in additions["models"][name]:
        help = "add `tier: cheap`, `mid` or `premium`"
        yield error("R262", f"the new model `{name}` has no tier", None, help)


def _chain_faults(name: str, additions: Additions, catalogue: Catalogue) -> Iterator[Problem]:
    chains = {**catalogue.chains, **additions["chains"]}
    providers = {**catalogue.providers, **additions["providers"]}
    for target in additions["chains"][name]:
        provider = target.partition("/")[0]
        if target.startswith("@") and target[1:] not in chains:
            help = did_you_mean(target, [f"@{known}" for known in chains])
            yield error("R261", f"unknown chain `{target}`", None, help)
        elif not target.startswith("@") and provider not in providers:
            yield error("R261", f"unknown provider `{provider}`", None, did_you_mean(provider, providers))
        elif "/" in target and not _listed(target, additions, catalogue, providers):
            yield warning(
                "R261", f"the catalogue has no model `{target}`", None, "add it under `catalogue.models`"
            )
    if name in set(_reached(name, chains)):
        yield error("R263", f"the chain `@{name}` holds itself", None, "name models instead")


def _listed(target: str, additions: Additions, catalogue: Catalogue, providers: Mapping[str, Any]) -> bool:
    provider = providers[target.partition("/")[0]]
    is_local = (provider.kind if isinstance(provider, Provider) else provider.get("kind")) == "local"
    return is_local or target in catalogue.models or target in additions["models"]


def _reached(name: str, chains: Mapping[str, Any]) -> Iterator[str]:
    """Every chain that a chain names, directly or through others."""
    waiting, seen = [name], set()
    while waiting:
        for target in _every_target(chains.get(waiting.pop(), ())):
            if target.startswith("@") and target not in seen:
                seen.add(target)
                waiting.append(target[1:])
                yield target[1:]


def _every_target(chain: Any) -> Iterable[str]:
    if isinstance(chain, Mapping):
        return [target for part in chain.values() for target in _every_target(part)]
    return [str(target) for target in chain]


def with_additions(catalogue: Catalogue, additions: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    """The catalogue with what layers add; `additions` must have passed `check_additions`.

    An added provider's name means its added models, by their tiers.
    """
    providers = dict(catalogue.providers)
    for id_, row in additions.get("providers", {}).items():
        providers[id_] = _provider(id_, row, providers.get(id_))
    models = dict(catalogue.models)
    for id_, row in additions.get("models", {}).items():
        models[id_] = _model(id_, row, models.get(id_), providers)
    unnamed = [id_ for id_ in providers if id_ not in catalogue.provider_models]
    added = {id_: defaults_among(m for m in models.values() if m.provider == id_) for id_ in unnamed}
    return catalogue._replace(
        providers=providers,
        models=models,
        chains={**catalogue.chains, **additions.get("chains", {})},
        provider_models={**catalogue.provider_models, **added},
    )


def _provider(id_: str, row: Mapping[str, Any], known: Provider | None) -> Provider:
    given = str(row.get("base_url", ""))
    is_address = given.startswith(("http://", "https://"))
    prefix = OPENAI_COMPATIBLE if given else id_
    base = known or provider_of(id_, {"name": id_, "kind": "api", "keys": [], "litellm_prefix": prefix})
    return base._replace(
        name=row.get("name", base.name),
        kind=row.get("kind", base.kind),
        key_variables=tuple(row.get("keys", base.key_variables)),
        litellm_prefix=row.get("litellm_prefix", base.litellm_prefix),
        base_url=given if is_address else base.base_url,
        base_url_variable=None if is_address else given or base.base_url_variable,
        free=row.get("free", base.free),
    )


def _model(id_: str, row: Mapping[str, Any], known: Model | None, providers: Mapping[str, Provider]) -> Model:
    if known is None:
        return model_of(id_, {"can": [], **row}, providers, {})
    whole = model_of(id_, {"tier": known.tier, "can": known.capabilities, **row}, providers, {})
    said = {"tier": "tier", "can": "capabilities", "litellm": "litellm", "context": "context_tokens"}
    changes = {ours: getattr(whole, ours) for key, ours in said.items() if key in row}
    if "price" in row:
        prices = ("input_usd_per_mtok", "output_usd_per_mtok", "cached_usd_per_mtok", "unit", "unit_usd")
        changes |= {ours: getattr(whole, ours) for ours in prices} | {"free": False, "call_usd": 0.0}
    return known._replace(**changes)


PAGES = (
    Page(
        code="R261",
        title="the catalogue names something that it does not have",
        why="A chain or a model that hangs on a mistyped name would silently be shorter, or would never be called.",
        bad="catalogue:\n  chains:\n    mine: [olama, '@budget']\n",
        good="catalogue:\n  chains:\n    mine: [ollama, '@budget']\n",
        kind="user.yaml",
    ),
    Page(
        code="R262",
        title="an addition to the catalogue lacks what is needed to use it",
        why="A new provider needs an address, or LiteLLM's name for it, to be called; a new model needs a tier, so that rules that speak of tiers can count it.",
        bad="catalogue:\n  providers:\n    gw: {keys: [GW_API_KEY]}\n",
        good='catalogue:\n  providers:\n    gw: {base_url: "https://llm.example/v1", keys: [GW_API_KEY]}\n',
        kind="user.yaml",
    ),
    Page(
        code="R263",
        title="a chain that holds itself",
        why="A chain is tried from its beginning to its end, and one that leads back to itself has no end.",
        bad="catalogue:\n  chains:\n    mine: [ollama, '@yours']\n    yours: ['@mine']\n",
        good="catalogue:\n  chains:\n    mine: [ollama, '@yours']\n    yours: [groq]\n",
        kind="user.yaml",
    ),
)
