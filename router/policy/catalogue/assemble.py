"""The content of the catalogue's two files -> one catalogue."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from router.model.catalogue import MEDIA, Catalogue, Model, Provider

TIERS = ("cheap", "mid", "premium")
_TIER_WANTED = {"cheap": TIERS, "mid": ("mid", "premium", "cheap"), "premium": ("premium", "mid", "cheap")}
_SAME_NAMES = {
    "context": "context_tokens",
    "max_output": "max_output_tokens",
    "input": "input_usd_per_mtok",
    "output": "output_usd_per_mtok",
    "cached": "cached_usd_per_mtok",
    "unit": "unit",
    "usd": "unit_usd",
    "call": "call_usd",
    "mode": "mode",
    "deprecated": "deprecated",
    "litellm": "litellm",
}
_MODES = {"image": "image_generation", "video": "video_generation", "audio": "audio_speech", "embedding": "embedding"}
FREE: Mapping[str, Any] = {"input_usd_per_mtok": 0.0, "output_usd_per_mtok": 0.0, "cached_usd_per_mtok": 0.0}


def assembled(content: Mapping[str, Any], prices: Mapping[str, Any]) -> Catalogue:
    """The catalogue from `models.yaml` and `prices.json` as plain data that have been checked."""
    providers = {id_: provider_of(id_, row) for id_, row in content["providers"].items()}
    rows = prices.get("models", {})
    models = {id_: model_of(id_, row, providers, rows.get(id_, {})) for id_, row in content["models"].items()}
    return Catalogue(
        providers=MappingProxyType(providers),
        models=MappingProxyType(models),
        chains=content["chains"],
        provider_models=content["provider_models"],
        output_tokens=content["expected_output_tokens"],
        units_per_call=content["units_per_call"],
        priced_by=prices.get("source", ""),
        priced_on=prices.get("date", ""),
    )


def provider_of(id_: str, row: Mapping[str, Any]) -> Provider:
    """A provider from its line."""
    return Provider(
        id=id_,
        name=row["name"],
        kind=row["kind"],
        key_variables=tuple(row["keys"]),
        litellm_prefix=row.get("litellm_prefix", id_),
        base_url_variable=row.get("base_url"),
        base_url=row.get("address"),
        key_page=row.get("key_page"),
        models_url=row.get("models_url"),
        free=row.get("free", False),
        free_tier=row.get("free_tier", False),
    )


def model_of(
    id_: str, row: Mapping[str, Any], providers: Mapping[str, Provider], price: Mapping[str, Any]
) -> Model:
    """A model from its line and its row of prices; what the line says comes before the row."""
    provider, _, name = id_.partition("/")
    free = providers[provider].free or row.get("free", False)
    said = {**price, **row.get("price", {}), **{key: row[key] for key in _SAME_NAMES if key in row}}
    mode = next((_MODES[ability] for ability in row["can"] if ability in _MODES), "chat")
    values = {ours: said[key] for key, ours in _SAME_NAMES.items() if key in said}
    return Model(
        id=id_,
        provider=provider,
        name=name,
        tier=row["tier"],
        capabilities=frozenset(row["can"]),
        free=free,
        replacement=row.get("replacement"),
        **{
            "litellm": litellm_name(id_, row, providers[provider]),
            "mode": mode,
            **values,
            **(FREE if free else {}),
        },
    )


def litellm_name(id_: str, row: Mapping[str, Any], provider: Provider) -> str:
    """The name by which LiteLLM is asked for a model."""
    name = id_.partition("/")[2]
    given: str | None = row.get("litellm")
    return given or (f"{provider.litellm_prefix}/{name}" if provider.litellm_prefix else name)


def defaults_among(models: Iterable[Model]) -> dict[str, Any]:
    """What a provider's name means when nothing says so: by tier its first model of that tier, or the nearest tier."""
    listed = list(models)
    text = [model for model in listed if not model.capabilities & MEDIA]
    made: dict[str, Any] = _by_tier(text)
    for task in sorted(MEDIA):
        able = [model for model in listed if task in model.capabilities]
        made |= {task: _by_tier(able)} if able else {}
    return made


def _by_tier(models: list[Model]) -> dict[str, str]:
    if not models:
        return {}
    first = {model.tier: model.id for model in reversed(models)}
    return {tier: next(first[near] for near in _TIER_WANTED[tier] if near in first) for tier in TIERS}
