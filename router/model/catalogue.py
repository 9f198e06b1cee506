"""The catalogue: providers, models, prices, chains and defaults, as frozen values made from plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

_TIER_OF = {"simple": "cheap", "moderate": "mid", "complex": "premium", "deep": "premium"}
_PER_MTOK = 1_000_000


@dataclass(frozen=True, slots=True)
class Provider:
    """Who serves models. `kind`: `local` runs here, `agent` is a local program that a subscription pays for, `api`."""

    id: str
    name: str
    kind: str
    key_variables: tuple[str, ...]
    litellm_prefix: str
    base_url_variable: str | None
    free: bool
    free_tier: bool


@dataclass(frozen=True, slots=True)
class Model:
    """One model. Prices are US dollars per million tokens, `unit_usd` per `unit` for media; None is unknown."""

    id: str
    provider: str
    tier: str
    capabilities: frozenset[str]
    context_tokens: int
    input_usd_per_mtok: float | None
    output_usd_per_mtok: float | None
    cached_usd_per_mtok: float | None
    unit: str | None
    unit_usd: float | None
    free: bool
    deprecated: str | None
    replacement: str | None
    litellm: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything known of providers and models; `priced_on` is the day the prices were copied."""

    providers: Mapping[str, Provider]
    models: Mapping[str, Model]
    chains: Mapping[str, Mapping[str, Any]]
    provider_models: Mapping[str, Mapping[str, str]]
    output_tokens: Mapping[str, Mapping[str, int]]
    priced_on: str

    def chain(self, name: str, task: str, complexity: str) -> tuple[str, ...]:
        """The models of a named chain for a task and complexity, best first; () for an unknown name."""
        by_task = self.chains.get(name, {})
        found = by_task.get(task) or by_task.get("default") or ()
        if isinstance(found, Mapping):
            found = found.get(complexity) or found.get("default") or ()
        return tuple(found)

    def provider_model(self, provider: str, task: str, complexity: str) -> str | None:
        """What a provider's name means for this task and complexity."""
        models = self.provider_models.get(provider, {})
        return models.get(task) or models.get(_TIER_OF.get(complexity, "mid")) or next(iter(models.values()), None)

    def estimate_usd(self, model_id: str, input_tokens: int, output_tokens: int) -> float | None:
        """The price of a call in US dollars; None when the model's price is unknown.

        A model priced by the unit is estimated at one unit for images, `output_tokens` characters for speech, and
        eight seconds of video.
        """
        model = self.models.get(model_id)
        if model is None:
            return None
        if model.free:
            return 0.0
        if model.unit_usd is not None and model.unit is not None:
            return model.unit_usd * {"image": 1, "second": 8}.get(model.unit, max(input_tokens * 4, 1))
        if model.input_usd_per_mtok is None or model.output_usd_per_mtok is None:
            return None
        return (input_tokens * model.input_usd_per_mtok + output_tokens * model.output_usd_per_mtok) / _PER_MTOK

    def expected_output_tokens(self, task: str, complexity: str) -> int:
        """How long an answer is expected to be, in tokens."""
        by_complexity = self.output_tokens.get(task) or self.output_tokens.get("default") or {}
        return by_complexity.get(complexity) or by_complexity.get("moderate") or 1000


def catalogue_from_plain(data: Mapping[str, Any]) -> Catalogue:
    """The catalogue from `{models: the YAML file's content, prices: the price file's content}`; empty data give an empty one."""
    content, prices = data.get("models") or {}, data.get("prices") or {}
    rows = prices.get("models") or {}
    providers = {id_: _provider(id_, row) for id_, row in (content.get("providers") or {}).items()}
    models = {
        id_: _model(id_, row, rows.get(id_) or {}, providers) for id_, row in (content.get("models") or {}).items()
    }
    return Catalogue(
        providers=MappingProxyType(providers),
        models=MappingProxyType(models),
        chains=content.get("chains") or {},
        provider_models=content.get("provider_models") or {},
        output_tokens=content.get("expected_output_tokens") or {},
        priced_on=str(prices.get("date") or ""),
    )


def _provider(id_: str, row: Mapping[str, Any]) -> Provider:
    return Provider(
        id=id_,
        name=row["name"],
        kind=row["kind"],
        key_variables=tuple(row["keys"]),
        litellm_prefix=row.get("litellm_prefix", id_),
        base_url_variable=row.get("base_url"),
        free=bool(row.get("free")),
        free_tier=bool(row.get("free_tier")),
    )


def litellm_name(id_: str, row: Mapping[str, Any], provider: Provider) -> str:
    """LiteLLM's name for a model."""
    name = id_.partition("/")[2]
    given: str | None = row.get("litellm")
    return given or (f"{provider.litellm_prefix}/{name}" if provider.litellm_prefix else name)


def _model(id_: str, row: Mapping[str, Any], price: Mapping[str, Any], providers: Mapping[str, Provider]) -> Model:
    provider = providers[id_.partition("/")[0]]
    return Model(
        id=id_,
        provider=provider.id,
        tier=row["tier"],
        capabilities=frozenset(row["can"]),
        context_tokens=int(row.get("context") or price.get("context") or 0),
        input_usd_per_mtok=price.get("input"),
        output_usd_per_mtok=price.get("output"),
        cached_usd_per_mtok=price.get("cached"),
        unit=price.get("unit"),
        unit_usd=price.get("unit_usd"),
        free=provider.free,
        deprecated=str(row["deprecated"]) if row.get("deprecated") else None,
        replacement=row.get("replacement"),
        litellm=litellm_name(id_, row, provider),
    )
