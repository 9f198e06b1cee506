"""The hot path's modules and patterns in one file, so that a hook process reads one instead of a hundred.

It lies in the package's own `__pycache__` and holds what lies there anyway: the code that Python compiled of our
sources, with their times and sizes. A module whose source has changed since is imported as ever, and whoever finds
something missing writes the file anew. Where that folder cannot be written there is no such file, and hooks take longer.

Modules that another one imports while it is itself imported are kept as its company: when it is asked for, they are
made first, in the order in which they were made before, and without what `importlib` does for each.
"""

# mypy: ignore-errors

import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import ExtensionFileLoader, PathFinder
from _imp import is_frozen
from marshal import dumps, loads
from posix import stat

_OURS = "router"
_Module = type(sys)
_modules = {}
_values = {}
_fresh = {}
_kind = []
_making = []
"""The companies of the modules that are being imported now, the innermost last."""


class Finder:
    """Finds modules of ours in the file, and is their loader."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        row = _row(name)
        if row is None:
            row = _found_elsewhere(name, path)
            if row is None:
                return None
        if row[3] is None:
            return ModuleSpec(name, ExtensionFileLoader(name, row[0]), origin=row[0])
        for other in row[5]:
            if other not in sys.modules and not _make(other):
                break
        spec = ModuleSpec(name, Finder, origin=row[0], is_package=row[4])
        spec.has_location = True
        if row[4]:
            spec.submodule_search_locations.append(row[0].rpartition("/")[0])
        return spec

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        name, company = module.__name__, []
        _making.append(company)
        try:
            exec(loads(_modules[name][3]), module.__dict__)
        finally:
            _making.pop()
        if name in _fresh:
            _modules[name] = (*_modules[name][:5], tuple(company))
        if _making:
            _making[-1] += (*_modules[name][5], name)


def _row(name):
    """What the file has of a module whose source is still the same."""
    row = _modules.get(name)
    if row is None:
        return None
    try:
        status = stat(row[0])
    except OSError:
        return None
    return row if (status.st_mtime_ns, status.st_size) == (row[1], row[2]) else None


def _make(name):
    """Whether a module could be made and is in its package."""
    row = _row(name)
    package, _, leaf = name.rpartition(".")
    parent = sys.modules.get(package)
    if row is None or parent is None:
        return False
    module = _Module(name)
    module.__file__, module.__package__ = row[0], name if row[4] else package
    if row[4]:
        module.__path__ = [row[0].rpartition("/")[0]]
    sys.modules[name] = module
    try:
        exec(loads(row[3]), module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    setattr(parent, leaf, module)
    return True


def _found_elsewhere(name, path):
    """A module that the file lacks, or has an old one of, as it shall be kept: of ours its code, of Python's compiled
    ones where it lies."""
    ours = name.startswith(f"{_OURS}.")
    if not ours and ("." in name or name in sys.builtin_module_names or is_frozen(name)):
        return None
    spec = PathFinder.find_spec(name, path)
    if spec is None or spec.origin is None:
        return None
    compiled = isinstance(spec.loader, ExtensionFileLoader)
    if not (compiled and spec.origin.startswith(sys.base_prefix) if not ours else hasattr(spec.loader, "get_code")):
        return None
    status = stat(spec.origin)
    code = dumps(spec.loader.get_code(name)) if ours else None
    is_package = spec.submodule_search_locations is not None
    _fresh[name] = True
    _modules[name] = row = (spec.origin, status.st_mtime_ns, status.st_size, code, is_package, ())
    return row


def prepared(module, make):
    """The value that a module makes of its own text: as it was kept, else made, and kept from now on."""
    row = _modules.get(module)
    state = row and (row[1], row[2])
    kept = _values.get(module)
    if kept is not None and kept[0] == state:
        return loads(kept[1])
    value = make()
    if state:
        _values[module] = state, dumps(value)
        _fresh[module] = True
    return value


def open_bundle(kind):
    """Reads the file of one kind of process, and has modules found in it; the patterns it holds, for `patterns.open_with`."""
    patterns = {}
    _kind.append(kind)
    try:
        with open(_path(), "rb", 0) as handle:
            version, modules, patterns, values = loads(handle.read())
        if version == _version():
            _modules.update(modules)
            _values.update(values)
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

    data, path = dumps((_version(), _modules, {**patterns, **more}, _values)), _path()
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


def _path():
    return f"{sys.modules[_OURS].__path__[0]}/__pycache__/hook-{_kind[0]}.{sys.implementation.cache_tag}.bundle"


def _version():
    return f"3 {sys.hexversion} {sys.byteorder} {sys.base_prefix}"
