"""What the environment asks of answers: whether they are shortened, by how much, and in what style they are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from router.base.failures import UsageError
from router.compress.text.style import OFF
from router.model.terms import STYLES

RESPONSE = "LLM_ROUTER_COMPRESS_RESPONSE"
TARGET = "LLM_ROUTER_COMPRESS_TARGET"
STYLE = "LLM_ROUTER_CAVEMAN_INTENSITY"


class TextVariable(NamedTuple):
    """One environment variable: what it takes and what it does."""

    name: str
    takes: str
    effect: str


TEXT_VARIABLES = (
    TextVariable(
        RESPONSE, "switch, default off", "answers lose whole sentences that say nothing; the original is kept"
    ),
    TextVariable(
        TARGET, "a share such as `0.2` or `20%`", "reported as reached or not; nothing is cut to reach it"
    ),
    TextVariable(
        STYLE,
        "`off`, `lite`, `full`, `ultra`; default off",
        "a short system prompt asks for fewer words, where the caller gave none and prose is asked for",
    ),
)
"""Every variable that the compression of texts reads."""

_SWITCH = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`target` is a share of an answer's size between 0 and 1; `style` is one of `STYLES`."""

    answers: bool = False
    target: float | None = None
    style: str = OFF


def wanted(environ: Mapping[str, str]) -> Wanted:
    """What the environment asks for; raises `UsageError` for a value that cannot be meant. An empty value is none."""
    return Wanted(_switch(environ), wanted_target(environ), _style(environ))


def wanted_target(environ: Mapping[str, str]) -> float | None:
    """The share to save, or None; raises `UsageError` for anything that is no share."""
    text = environ.get(TARGET, "").strip()
    return target_of(text, f"`{TARGET}`") if text else None


def target_of(text: str, shown: str) -> float:
    """A share such as `0.2` or `20%`; `shown` names what was given in the `UsageError` for anything else."""
    number, percent = text.removesuffix("%").strip(), text.endswith("%")
    digits = number.replace(".", "", 1)
    if digits.isascii() and digits.isdigit() and len(digits) < 20:
        share = float(number) / (100 if percent else 1)
        if share < 1:
            return share
    raise UsageError(f"{shown} takes a share below 1, such as `0.2` or `20%`, found `{text[:40]}`")


def _switch(environ: Mapping[str, str]) -> bool:
    text = environ.get(RESPONSE, "").strip()
    if text.lower() not in {"", *_SWITCH}:
        raise UsageError(f"`{RESPONSE}` takes true or false, found `{text[:40]}`")
    return _SWITCH.get(text.lower(), False)


def _style(environ: Mapping[str, str]) -> str:
    text = environ.get(STYLE, "").strip().lower() or OFF
    if text not in STYLES:
        raise UsageError(f"`{STYLE}` takes one of {', '.join(STYLES)}, found `{text[:40]}`")
    return text
