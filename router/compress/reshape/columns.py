"""Tables with columns set apart by runs of spaces: two spaces between columns are enough."""

import re
from collections.abc import Sequence

_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")


def reshape(lines: Sequence[str]) -> list[str]:
    """Lines with every inner run of three spaces or more made two."""
    return [_GAP.sub("  ", line) for line in lines]
