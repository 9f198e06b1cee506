"""Stands in for `re2`: its sets, on the same compiled library, without the wrapper around single patterns."""

# mypy: ignore-errors

import os
import sys
from _frozen_importlib_external import ExtensionFileLoader, spec_from_file_location
from _imp import extension_suffixes

from router.base.lean.behind import real


def _library():
    for folder in sys.path:
        for ending in extension_suffixes():
            path = f"{folder}/re2/_re2{ending}"
            if os.path.exists(path):
                spec = spec_from_file_location("re2._re2", path, loader=ExtensionFileLoader("re2._re2", path))
                module = spec.loader.create_module(spec)
                spec.loader.exec_module(module)
                return module
    raise ImportError("re2 is not installed")


_re2 = _library()


error = _re2.Error


class Options(_re2.RE2.Options):
    """How patterns are read."""

    __slots__ = ()


class Set:
    """Patterns that are looked for at once."""

    __slots__ = ("_set",)

    def __init__(self, options):
        self._set = _re2.Set(_re2.RE2.Anchor.UNANCHORED, options)

    @classmethod
    def SearchSet(cls, options=None):
        return cls(options or Options())

    def Add(self, pattern):
        if self._set.Add(pattern.encode("utf-8")) == -1:
            raise error(f"failed to add {pattern!r} to Set")

    def Compile(self):
        if not self._set.Compile():
            raise error("failed to compile Set")

    def Match(self, text):
        return self._set.Match(text if isinstance(text, bytes) else text.encode("utf-8")) or None


def __getattr__(name):
    """Single patterns, which hardly any hook needs, are the wrapper's own."""
    return getattr(real("re2"), name)
