"""Globs as RE2 patterns."""

import re

_ESCAPE = re.compile(r"([^\w/ -])", re.ASCII)


def _literal(text: str) -> str:
    return _ESCAPE.sub(lambda m: f"\\{m[1]}" if ord(m[1]) < 128 else m[1], text)


def name_pattern(glob: str) -> str:
    """A whole-string RE2 pattern for a name such as a branch or a model: ``*`` any run, ``?`` one character."""
    parts = ["(?s)^"]
    for char in glob:
        parts.append(".*" if char == "*" else "." if char == "?" else _literal(char))
    return "".join(parts) + "$"


def path_pattern(glob: str) -> str:
    """A whole-string RE2 pattern for a path.

    ``*`` and ``?`` stay inside one part, ``**`` crosses parts, ``**/`` also matches no part at all; a glob
    without ``/`` matches the last part at any depth, as in a `.gitignore`.
    """
    if "/" not in glob:
        glob = f"**/{glob}"
    parts, at = ["(?s)^"], 0
    while at < len(glob):
        if glob.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif glob.startswith("**", at):
            parts.append(".*")
            at += 2
        else:
            char = glob[at]
            parts.append("[^/]*" if char == "*" else "[^/]" if char == "?" else _literal(char))
            at += 1
    return "".join(parts) + "$"
