"""The shape of a line: what stays when numbers, names in quotes, paths and identifiers are masked."""

from functools import lru_cache

from router.compress.patterns import Late

_VARIABLE = Late(
    r"\"[^\"]*\"|'[^']*'|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b0x[0-9a-fA-F]+|\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b|(?<![\w])[~.]?(?:/?[\w@.+-]+)?(?:/[\w@.+%-]+)+/?|\d+"
)
_COUNTER = Late(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b0x[0-9a-fA-F]+|\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b|\d+")
_DIGITS = {ord(digit): "#" for digit in "0123456789"}
_ZEROS = {ord(digit): "0" for digit in "123456789"}
"""Which digits they are changes no shape, and lines that differ in digits alone are looked at once."""
_MAX = 600


def shape(line: str) -> str:
    """The line with everything masked that tends to differ between lines of one kind."""
    return _shape(line[:_MAX].translate(_ZEROS))


def counter_shape(line: str) -> str:
    """The line with numbers and digests masked."""
    return _counter_shape(line[:_MAX].translate(_ZEROS))


@lru_cache(maxsize=4096)
def _shape(line: str) -> str:
    return _VARIABLE().sub("#", line)


@lru_cache(maxsize=4096)
def _counter_shape(line: str) -> str:
    return _COUNTER().sub("#", line)


def number_shape(line: str) -> str:
    """The line with digits masked, and nothing else."""
    masked = line[:_MAX].translate(_DIGITS)
    while "##" in masked:
        masked = masked.replace("##", "#")
    return masked
