"""Stands in for `re`: patterns come compiled from a file, as modules do, since compiling takes longer than matching.

The first process of a Python version that needs a pattern compiles it with the real module and keeps the code; what
is kept is bound to that version, and the engine checks the code before it runs it.
"""

# mypy: ignore-errors

import _sre

from router.base.lean.behind import real

ASCII = A = 256
IGNORECASE = I = 2  # noqa: E741
MULTILINE = M = 8
DOTALL = S = 16

_ESCAPED = {code: f"\\{chr(code)}" for code in b"()[]{}?*+-|^$\\.&~# \t\n\r\v\f"}
_kept = {}
_new = {}


def compile(pattern, flags=0):
    row = _kept.get(f"{flags}:{pattern}")
    if row is not None:
        try:
            found, code, groups, index, names = row
            return _sre.compile(pattern, found, code, groups, index, tuple(names))
        except (ValueError, TypeError, RuntimeError, OverflowError):
            pass
    return _compiled(pattern, flags)


def escape(text):
    """As `re.escape`; `fnmatch` asks for it."""
    return text.translate(_ESCAPED)


def open_with(kept):
    """Takes what was kept: rows by flags and pattern."""
    _kept.update(kept)


def kept():
    """What was kept."""
    return _kept


def new():
    """What had to be compiled, to be kept for the next process."""
    return _new


def _compiled(pattern, flags):
    whole = real("re")
    made = whole.compile(pattern, flags)
    try:
        parsed = whole._parser.parse(pattern, int(flags))
        index, names = parsed.state.groupdict, [None] * parsed.state.groups
        for name, at in index.items():
            names[at] = name
        row = (int(flags) | parsed.state.flags, [*map(int, whole._compiler._code(parsed, int(flags)))], parsed.state.groups - 1, dict(index), tuple(names))
        _new[f"{int(flags)}:{pattern}"] = row
    except (AttributeError, TypeError, ValueError):
        pass
    return made


def __getattr__(name):
    return getattr(real("re"), name)
