"""The catalogue: providers, models, prices, chains and defaults, as frozen values made from plain data."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from router.model.terms import TIER_OF

MEDIA = frozenset({"image", "video", "audio"})
"""Tasks that only a model with the ability of the same name can do."""

_DEFAULT = "default"
_PER_MTOK = 1_000_000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Provider(NamedTuple):
    """Who serves models.

    `kind`: `local` runs on this machine, `agent` is a local program that a subscription pays for, `api` is called
    over the network. `base_url` is the address when the variable named `base_url_variable` is not set; None leaves
    it to LiteLLM. `models_url` is where it lists its models, in OpenAI's form, when it was not moved. `free`: no call
    costs anything, whatever the model; `free_tier`: an account without payment has some calls.
    """

    id: str
    name: str
    kind: str
    key_variables: tuple[str, ...] = ()
    litellm_prefix: str = ""
    base_url_variable: str | None = None
    base_url: str | None = None
    key_page: str | None = None
    models_url: str | None = None
    free: bool = False
    free_tier: bool = False


class Model(NamedTuple):
    """One model.

    Prices are US dollars: for a million tokens, `unit_usd` for one `unit` (image, second, character) of media, and
    `call_usd` on top for each call. None is unknown; what is `free` costs 0. `context_tokens` 0 is unknown.
    `capabilities`: tools, vision, web, image, video, audio, embedding. `litellm` is LiteLLM's name for the model and `mode`
    its kind of call (chat, responses, image_generation, video_generation, audio_speech, embedding). `deprecated` is the ISO
    date of the day on which the provider switches it off.
    """

    id: str
    provider: str
    name: str
    tier: str
    context_tokens: int = 0
    max_output_tokens: int | None = None
    capabilities: frozenset[str] = frozenset()
    input_usd_per_mtok: float | None = None
    output_usd_per_mtok: float | None = None
    cached_usd_per_mtok: float | None = None
    unit: str | None = None
    unit_usd: float | None = None
    call_usd: float = 0.0
    free: bool = False
    deprecated: str | None = None
    replacement: str | None = None
    litellm: str = ""
    mode: str = "chat"


class Catalogue(NamedTuple):
    """All that is known of providers and models; `priced_on` is the ISO date on which prices were copied.

    `chains`: name to targets, or to task to targets, or to task to complexity to targets; `default` stands for the
    text tasks and complexities that are not named. `provider_models`: provider to tier or task to a model, or to
    tier to a model.
    """

    providers: Mapping[str, Provider] = _NOTHING
    models: Mapping[str, Model] = _NOTHING
    chains: Mapping[str, Any] = _NOTHING
    provider_models: Mapping[str, Mapping[str, Any]] = _NOTHING
    output_tokens: Mapping[str, Mapping[str, int]] = _NOTHING
    units_per_call: Mapping[str, float] = _NOTHING
    priced_by: str = ""
    priced_on: str = ""

    def chain(self, name: str, task: str, complexity: str) -> tuple[str, ...]:
        """The models of a named chain for a task and complexity, best first, each once; () for an unknown name."""
        return tuple(dict.fromkeys(self._members(name, task, complexity, frozenset())))

    def targets(self, name: str, task: str, complexity: str) -> tuple[str, ...]:
        """A chain's targets as written: models, providers and `@chain`s."""
        found = self.chains.get(name, ())
        if isinstance(found, Mapping):
            found = found.get(task, () if task in MEDIA else found.get(_DEFAULT, ()))
        if isinstance(found, Mapping):
            found = found.get(complexity, found.get(_DEFAULT, ()))
        return tuple(found)

    def _members(self, name: str, task: str, complexity: str, above: frozenset[str]) -> Iterator[str]:
        if name in above:
            return
        for target in self.targets(name, task, complexity):
            if target.startswith("@"):
                yield from self._members(target[1:], task, complexity, above | {name})
            elif "/" in target:
                yield target
            elif model := self.provider_model(target, task, complexity):
                yield model

    def provider_model(self, provider: str, task: str, complexity: str) -> str | None:
        """What a provider's name means for this task and complexity; None when it has nothing for the task."""
        models = self.provider_models.get(provider, {})
        tier = TIER_OF.get(complexity, "mid")
        found = models.get(task, None if task in MEDIA else models.get(tier))
        if isinstance(found, Mapping):
            found = found.get(tier)
        return str(found) if found else None

    def tier(self, model_id: str) -> str | None:
        """The tier of a model: cheap, mid or premium; None for one that the catalogue does not have."""
        model = self.models.get(model_id)
        return model.tier if model else None

    def estimate_usd(self, model_id: str, input_tokens: int, output_tokens: int) -> float | None:
        """The price of a call in US dollars; None when it is not known.

        Media are counted in the units that `units_per_call` expects of one call; characters are `units_per_call`
        of a token of the prompt. Any model of a free provider costs 0, listed or not.
        """
        return self.price(model_id, output_tokens)(input_tokens)

    def price(self, model_id: str, output_tokens: int) -> Callable[[int], float | None]:
        """What a call costs by the tokens it sends, as `estimate_usd` says."""
        model = self.models.get(model_id)
        if model is None:
            provider = self.providers.get(model_id.partition("/")[0])
            return _free if provider and provider.free else _unknown
        if model.free:
            return _free
        call_usd = model.call_usd
        if model.unit is not None and model.unit_usd is not None:
            unit_usd, per_call = model.unit_usd, self.units_per_call.get(model.unit, 1.0)
            if model.unit == "character":
                return lambda tokens: unit_usd * (per_call * max(tokens, 1)) + call_usd
            usd = unit_usd * per_call + call_usd
            return lambda tokens: usd
        if model.input_usd_per_mtok is None or model.output_usd_per_mtok is None:
            return _unknown
        per_mtok, answer = model.input_usd_per_mtok, output_tokens * model.output_usd_per_mtok
        return lambda tokens: (tokens * per_mtok + answer) / _PER_MTOK + call_usd

    def expected_output_tokens(self, task: str, complexity: str) -> int:
        """How long an answer is expected to be, in tokens; 0 in an empty catalogue."""
        by_complexity = self.output_tokens.get(task, self.output_tokens.get(_DEFAULT, {}))
        return by_complexity.get(complexity, by_complexity.get("moderate", 0))


def _free(tokens: int) -> float:
    return 0.0


def _unknown(tokens: int) -> None:
    return None


class _Models(Mapping[str, Model]):
    """Models made from plain rows when they are asked for: one decision asks for a handful of more than a hundred."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        self._rows = rows
        self._made: dict[str, Model] = {}

    def __getitem__(self, id_: str) -> Model:
        if id_ not in self._made:
            self._made[id_] = _model(id_, self._rows[id_])
        return self._made[id_]

    def __contains__(self, id_: object) -> bool:
        return id_ in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


_PLAIN_FIELDS = ("chains", "provider_models", "output_tokens", "units_per_call", "priced_by", "priced_on")


def catalogue_from_plain(data: Mapping[str, Any]) -> Catalogue:
    """The catalogue that `catalogue_to_plain` gave; empty data give an empty one."""
    return Catalogue(
        providers=MappingProxyType(
            {id_: _provider(id_, row) for id_, row in data.get("providers", {}).items()}
        ),
        models=_Models(data.get("models", {})),
        **{name: data[name] for name in _PLAIN_FIELDS if name in data},
    )


def _provider(id_: str, row: Mapping[str, Any]) -> Provider:
    return Provider(id=id_, **{**row, "key_variables": tuple(row.get("key_variables", ()))})


def _model(id_: str, row: Mapping[str, Any]) -> Model:
    provider, _, name = id_.partition("/")
    capabilities = frozenset(row.get("capabilities", ()))
    return Model(id=id_, provider=provider, name=name, **{**row, "capabilities": capabilities})


def catalogue_to_plain(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue as data that JSON can hold, without what is at its default."""
    return {
        "providers": {id_: _plain(provider, {"id"}) for id_, provider in catalogue.providers.items()},
        "models": {id_: _plain(model, {"id", "provider", "name"}) for id_, model in catalogue.models.items()},
        **{name: _unwrapped(getattr(catalogue, name)) for name in _PLAIN_FIELDS},
    }


def _plain(item: Provider | Model, left_out: set[str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in item._asdict().items():
        if name not in left_out and value != item._field_defaults.get(name):
            plain = sorted(value) if isinstance(value, frozenset) else value
            row[name] = list(plain) if isinstance(plain, tuple) else plain
    return row


def _unwrapped(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
