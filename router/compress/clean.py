"""Lossless cleaning: colours, overwritten progress, trailing space and runs of blank lines go."""

from router.compress.patterns import Late

_ESCAPES = Late(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|\x1b"
)
_BACKSPACED = Late(r"[^\n\x08]\x08")
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {127: None}


def without_escapes(text: str) -> str:
    """The text as a terminal without colours would be sent it (ECMA-48 control sequences removed)."""
    if "\x1b" in text or "\x9b" in text:
        text = _ESCAPES().sub("", text)
    if "\x08" in text:
        text = _BACKSPACED().sub("", text)
    return text if text.isprintable() else text.translate(_CONTROLS)


def all_lines(text: str) -> list[str]:
    """Every line that was ever shown, also those that a carriage return wrote over."""
    return without_escapes(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def clean_lines(text: str) -> list[str]:
    """The lines that stayed on the screen, without trailing space, with at most one blank line in a row."""
    out: list[str] = []
    for line in without_escapes(text).replace("\r\n", "\n").split("\n"):
        if "\r" in line:
            line = _last_written(line)
        line = line.rstrip()
        if line or (out and out[-1]):
            out.append(line)
    while out and not out[-1]:
        out.pop()
    return out


def _last_written(line: str) -> str:
    """What a carriage return left standing: the last part that is not empty."""
    return next((part for part in reversed(line.split("\r")) if part.strip()), "")
