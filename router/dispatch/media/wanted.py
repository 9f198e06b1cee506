"""What a call for media asks for, checked before anything is sent."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from router.dispatch.ports import CallFailed, Target
from router.model.call import Ask
from router.model.catalogue import MEDIA

MAX_COPIES = 8
MAX_SECONDS = 60
_SIDE = re.compile(r"([1-9][0-9]{1,4})x([1-9][0-9]{1,4})")
_WORD = re.compile(r"[\w .:-]{1,100}")
_FORMATS = ("mp3", "wav", "opus", "flac", "aac", "pcm")


class Wanted(NamedTuple):
    """`kind` is image, video or audio; `size` is width and height in pixels; None leaves it to the provider.

    `image` is the address (https or data) of a picture to begin from.
    """

    kind: str
    prompt: str
    copies: int = 1
    size: tuple[int, int] | None = None
    quality: str | None = None
    seconds: float | None = None
    voice: str | None = None
    format: str | None = None
    image: str | None = None

    def aspect(self, known: Iterable[str]) -> str | None:
        """The ratio of `known`, such as `16:9`, that is nearest to the size; None without a size."""
        if self.size is None:
            return None
        wide = math.log(self.size[0] / self.size[1])
        return min(known, key=lambda ratio: abs(math.log(_quotient(ratio)) - wide))


def wanted_of(target: Target, ask: Ask) -> Wanted:
    """What is wanted; raises `CallFailed` with `bad_request` for what no provider could make."""
    media = ask.media
    prompt, image = _prompt(ask)
    if not prompt.strip():
        raise _refused("there is no text to make anything from")
    return Wanted(
        kind=_kind(target, media),
        prompt=prompt,
        copies=int(_number(media, "count", 1, MAX_COPIES) or 1),
        size=_size(media.get("size")),
        quality=_word(media, "quality"),
        seconds=_number(media, "seconds", 1, MAX_SECONDS),
        voice=_word(media, "voice"),
        format=_format(media.get("format")),
        image=image,
    )


def _refused(text: str) -> CallFailed:
    return CallFailed("bad_request", text, final=True)


def _kind(target: Target, media: Mapping[str, Any]) -> str:
    """What the caller says, else what the model is for."""
    able = MEDIA & target.model.capabilities if target.model else MEDIA
    said = media.get("kind") or (next(iter(able)) if len(able) == 1 else None)
    if said not in able:
        what = f"`{said}`" if said in MEDIA else "media of a kind that was not said"
        raise _refused(f"{target.id} does not make {what}")
    return str(said)


def _prompt(ask: Ask) -> tuple[str, str | None]:
    """The text of the last message of the user, and its first picture."""
    said = [message.get("content") for message in ask.messages if message.get("role") == "user"]
    content = said[-1] if said else ""
    if isinstance(content, str):
        return content, None
    parts = [part for part in content or () if isinstance(part, Mapping)]
    text = "\n".join(str(part["text"]) for part in parts if isinstance(part.get("text"), str))
    return text, next((url for part in parts if (url := _image(part))), None)


def _image(part: Mapping[str, Any]) -> str | None:
    found = part.get("image_url")
    url = found.get("url") if isinstance(found, Mapping) else found
    if url is None:
        return None
    if not isinstance(url, str) or not url.startswith(("https://", "data:image/")):
        raise _refused("a picture to begin from is an https:// address or a data: address of an image")
    return url


def _size(said: object) -> tuple[int, int] | None:
    if said is None:
        return None
    match = _SIDE.fullmatch(str(said))
    if match is None:
        raise _refused("`size` is written WIDTHxHEIGHT in pixels, such as 1024x1024")
    return int(match[1]), int(match[2])


def _number(media: Mapping[str, Any], name: str, least: float, most: float) -> float | None:
    said = media.get(name)
    if said is None:
        return None
    try:
        number = float(said)
    except (TypeError, ValueError):
        number = math.nan
    if not least <= number <= most:
        raise _refused(f"`{name}` is a number from {least:g} to {most:g}")
    return number


def _word(media: Mapping[str, Any], name: str) -> str | None:
    said = media.get(name)
    if said is None:
        return None
    if not isinstance(said, str) or not _WORD.fullmatch(said):
        raise _refused(f"`{name}` is one short word")
    return said


def _format(said: object) -> str | None:
    if said is not None and said not in _FORMATS:
        raise _refused(f"`format` is one of {', '.join(_FORMATS)}")
    return str(said) if said else None


def _quotient(ratio: str) -> float:
    wide, _, high = ratio.partition(":")
    return float(wide) / float(high)
