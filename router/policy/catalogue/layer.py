"""What a layer adds to the catalogue: providers with an address of their own, models and chains."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from router.base.pages import Page
from router.base.problems import Problem, Span, error, in_order, warning
from router.model.catalogue import Catalogue, Provider
from router.policy.catalogue.read import load_catalogue
from router.policy.check.targets import DYNAMIC_CHAINS
from router.policy.sources.schema_check import check_schema
from router.policy.sources.suggest import did_you_mean
from router.policy.sources.yaml_nodes import MapNode, plain
from router.policy.sources.yaml_reader import read_yaml

Additions = dict[str, dict[str, Any]]
KINDS = ("providers", "models", "chains")


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
    if name in DYNAMIC_CHAINS:
        yield error("R264", f"`@{name}` is not a chain that can be set", None, "give it another name")
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
    Page(
        code="R264",
        title="a chain with a name that is taken",
        why="`@tier` and `@profile` follow the prompt and the profile, so a chain of that name would never be asked.",
        bad="catalogue:\n  chains:\n    profile: [ollama]\n",
        good="catalogue:\n  chains:\n    mine: [ollama]\n",
        kind="user.yaml",
    ),
)
