"""Where the data folders that ship with the package lie."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """The path of a shipped data file or folder, such as ``rules/models.yaml``.

    A wheel carries the data folders inside the package; a checkout and an editable install have them
    beside it, so both places are looked at. The path is returned whether or not it exists.
    """
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.exists() else _PACKAGE.parent / name
