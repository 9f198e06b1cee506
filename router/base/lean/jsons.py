"""Stands in for `json`: its C scanner and encoder, without the regular expressions around them."""

# mypy: ignore-errors

from _json import encode_basestring, encode_basestring_ascii, make_encoder, make_scanner


class JSONDecodeError(ValueError):
    """The text is no JSON. The scanner raises it itself, by the name of the module that it expects to have loaded it."""


class _Context:
    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int = float, int
    memo: dict[str, str] = {}
    parse_constant = {"-Infinity": float("-inf"), "Infinity": float("inf"), "NaN": float("nan")}.__getitem__


_scan = make_scanner(_Context())
_BLANK = " \t\n\r"


def loads(text):
    if not isinstance(text, str):
        text = bytes(text).decode("utf-8", "surrogatepass").removeprefix("\ufeff")
    at = len(text) - len(text.lstrip(_BLANK))
    try:
        value, end = _scan(text, at)
    except (StopIteration, SystemError) as cause:
        raise JSONDecodeError("no JSON") from cause
    if text[end:].strip(_BLANK):
        raise JSONDecodeError("more than one value")
    return value


def dumps(value, *, ensure_ascii=True, separators=(", ", ": "), sort_keys=False, default=None):
    encode = encode_basestring_ascii if ensure_ascii else encode_basestring
    encoder = make_encoder({}, default or _unknown, encode, None, separators[1], separators[0], sort_keys, False, True)
    return "".join(encoder(value, 0))


def _unknown(value):
    raise TypeError(f"{type(value).__name__} is nothing JSON can hold")
