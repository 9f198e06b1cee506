"""What media cost, by the catalogue's unit prices, or by tokens where that is what is billed."""

from router.dispatch.media.studio import Made, Saved
from router.dispatch.media.wanted import Wanted
from router.dispatch.price import tokens_of
from router.model.catalogue import Model
from router.model.ledger import Usage

_PER_MTOK = 1_000_000
_CHARACTERS_A_SECOND = 15
_TOKENS_A_SECOND = 25
"""Of speech: about 15 characters are spoken in a second, and a second is about 25 tokens of sound."""


def made_of(saved: Saved, wanted: Wanted, model: Model | None) -> Made:
    """What was made with its cost in US dollars; None when the catalogue has no price for the model."""
    unit, units = _units(saved, wanted)
    usage = saved.usage or Usage(input=tokens_of(wanted.prompt))
    made = Made(
        files=tuple(str(path) for path in saved.files),
        unit=unit,
        units=units,
        cost_usd=None,
        usage=usage,
        reported_model=saved.reported_model,
        notes=saved.notes,
    )
    if model is None:
        return made
    if model.free:
        return made._replace(cost_usd=0.0)
    if model.unit is not None and model.unit_usd is not None:
        known = unit == model.unit
        return made._replace(cost_usd=model.unit_usd * units + model.call_usd if known else None)
    return _by_tokens(made, saved, wanted, model)


def _units(saved: Saved, wanted: Wanted) -> tuple[str, float]:
    if wanted.kind == "image":
        return "image", float(len(saved.files))
    if wanted.kind == "audio":
        return "character", float(len(wanted.prompt))
    return "second", (saved.seconds or wanted.seconds or 0.0) * len(saved.files)


def _by_tokens(made: Made, saved: Saved, wanted: Wanted, model: Model) -> Made:
    if model.input_usd_per_mtok is None or model.output_usd_per_mtok is None:
        return made
    usage = saved.usage
    if usage is None:
        spoken = len(wanted.prompt) / _CHARACTERS_A_SECOND * _TOKENS_A_SECOND
        usage = Usage(tokens_of(wanted.prompt), round(spoken) if wanted.kind == "audio" else 0)
    tokens = usage.input * model.input_usd_per_mtok + usage.output * model.output_usd_per_mtok
    cost = tokens / _PER_MTOK + model.call_usd
    return made._replace(usage=usage, cost_usd=cost, estimated=saved.usage is None)
