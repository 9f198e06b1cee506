"""The real modules behind the stand-ins, for what hardly any hook needs."""

# mypy: ignore-errors

import sys

_NAMES = ("re", "re2", "functools", "collections.abc", "types", "operator", "bisect", "struct")
_found = {}


def real(name):
    """The real module; whoever imports a name of ours next still gets the stand-in."""
    if name not in _found:
        ours = {each: sys.modules.pop(each) for each in _NAMES if each in sys.modules}
        _found[name] = __import__(name)
        sys.modules.update(ours)
    return _found[name]


def forget():
    """Takes the stand-ins away whose real modules `site` needs."""
    for name in (*_NAMES, "typing", "contextlib"):
        sys.modules.pop(name, None)
