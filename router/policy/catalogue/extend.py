"""A catalogue with what layers add to it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from router.model.catalogue import Catalogue, Model, Provider
from router.policy.catalogue.assemble import FREE, defaults_among, litellm_name, model_of, provider_of

OPENAI_COMPATIBLE = "openai"
"""LiteLLM's prefix for an address that speaks the protocol most servers speak."""


def with_additions(catalogue: Catalogue, additions: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    """The catalogue with what layers add; `additions` must have passed `check_additions`.

    An added provider's name means its added models, by their tiers.
    """
    providers = dict(catalogue.providers)
    for id_, row in additions.get("providers", {}).items():
        providers[id_] = _provider(id_, row, providers.get(id_))
    models = {id_: _served(m, catalogue.providers, providers) for id_, m in catalogue.models.items()}
    for id_, row in additions.get("models", {}).items():
        models[id_] = _model(id_, row, models.get(id_), providers)
    unnamed = [id_ for id_ in providers if id_ not in catalogue.provider_models]
    added = {id_: defaults_among(m for m in models.values() if m.provider == id_) for id_ in unnamed}
    return catalogue._replace(
        providers=MappingProxyType(providers),
        models=MappingProxyType(models),
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


def _served(model: Model, before: Mapping[str, Provider], after: Mapping[str, Provider]) -> Model:
    """A known model as its provider now serves it: perhaps under another prefix, perhaps for nothing."""
    old, new = before[model.provider], after[model.provider]
    if old == new:
        return model
    is_prefixed = model.litellm == litellm_name(model.id, {}, old)
    name = litellm_name(model.id, {}, new) if is_prefixed else model.litellm
    return model._replace(litellm=name, **({"free": True, **FREE} if new.free else {}))


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
