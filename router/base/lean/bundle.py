"""The hot path's modules and patterns in one file, so that a hook process reads one instead of a hundred.

It lies in the package's own `__pycache__` and holds what lies there anyway: the code that Python compiled of our
sources, with their times and sizes. A module whose source has changed since is imported as ever, and whoever finds
something missing writes the file anew. Where that folder cannot be written there is no such file, and hooks take longer.
"""

# mypy: ignore-errors

import sys
from _frozen_importlib import ModuleSpec
from marshal import dumps, loads
from posix import stat

_OURS = "router"
_modules = {}
_fresh = []
_kind = []


class Finder:
    """Finds modules of ours in the file, and is their loader."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        row = _modules.get(name)
        if row is None:
            if name.startswith(f"{_OURS}."):
                _fresh.append(name)
            return None
        origin, mtime, size, _, is_package = row
        try:
            status = stat(origin)
        except OSError:
            return None
        if (status.st_mtime_ns, status.st_size) != (mtime, size):
            _fresh.append(name)
            return None
        spec = ModuleSpec(name, Finder, origin=origin, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations.append(origin.rpartition("/")[0])
        return spec

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        exec(loads(_modules[module.__name__][3]), module.__dict__)


def open_bundle(kind):
    """Reads the file of one kind of process, and has modules found in it; the patterns it holds, for `patterns.open_with`."""
    patterns = {}
    _kind.append(kind)
    try:
        with open(_path(), "rb", 0) as handle:
            version, modules, patterns = loads(handle.read())
        if version == _version():
            _modules.update(modules)
        else:
            patterns = {}
    except (OSError, ValueError, EOFError, TypeError):
        pass
    sys.meta_path.insert(0, Finder)
    return patterns


def keep_bundle(patterns, more):
    """Writes the file when a module had to be found elsewhere, or a pattern compiled."""
    if not _fresh and not more:
        return
    import os

    rows = dict(_modules)
    for name in _fresh:
        row = _row(name, os)
        if row is not None:
            rows[name] = row
    data, path = dumps((_version(), rows, {**patterns, **more})), _path()
    mine = f"{path}.{os.getpid()}"
    try:
        with open(mine, "wb", 0) as handle:
            whole = handle.write(data) == len(data)
        if whole:
            os.replace(mine, path)
        else:
            os.unlink(mine)
    except OSError:
        return


def _row(name, os):
    module = sys.modules.get(name)
    loader = getattr(getattr(module, "__spec__", None), "loader", None)
    origin = getattr(module, "__file__", None)
    if origin is None or not hasattr(loader, "get_code"):
        return None
    status = os.stat(origin)
    return origin, status.st_mtime_ns, status.st_size, dumps(loader.get_code(name)), hasattr(module, "__path__")


def _path():
    return f"{sys.modules[_OURS].__path__[0]}/__pycache__/hook-{_kind[0]}.{sys.implementation.cache_tag}.bundle"


def _version():
    return f"{sys.hexversion} {sys.byteorder}"
