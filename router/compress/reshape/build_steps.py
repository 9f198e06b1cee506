"""BuildKit's plain progress: seconds off each line, and the failed step's output once."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_STEP = re.compile(r"^(#\d+) \d+\.\d+ (.*)$")
_AGAIN = re.compile(r"^\d+\.\d+ (.*)$")


def reshape(lines: Sequence[str]) -> Reshaped:
    """The lines without times; what is printed again below the steps goes where it stands above."""
    said = {match[2].strip() for line in lines if (match := _STEP.match(line))}
    out: list[str] = []
    told: dict[str, str] = {}
    for line in lines:
        step, again = _STEP.match(line), _AGAIN.match(line)
        if step is not None:
            out.append(f"{step[1]}  {step[2].strip()}")
            told[plain(line)] = step[2].strip()
        elif again is not None and again[1].strip() in said:
            told[plain(line)] = again[1].strip()
        else:
            out.append(line)
    return Reshaped(out, told)
