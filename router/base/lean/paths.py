"""Stands in for `pathlib`: paths of the running system, in terms of `os` and `os.path`."""

# mypy: ignore-errors

import os
from os import path as _path


class Path:
    """A path; what our hot path asks of `pathlib.Path`, and nothing more."""

    __slots__ = ("_text",)

    def __init__(self, *parts):
        text = _path.join(*map(os.fspath, parts)) if parts else "."
        object.__setattr__(self, "_text", _plain(text))

    def __fspath__(self):
        return self._text

    __str__ = __fspath__

    def __repr__(self):
        return f"{type(self).__name__}({self._text!r})"

    def __eq__(self, other):
        return isinstance(other, Path) and self._text == other._text

    def __hash__(self):
        return hash(self._text)

    def __lt__(self, other):
        return self._text.split(os.sep) < other._text.split(os.sep)

    def __truediv__(self, other):
        return type(self)(self._text, other)

    def __rtruediv__(self, other):
        return type(self)(other, self._text)

    @property
    def name(self):
        return "" if self._text in (".", os.sep) else _path.basename(self._text)

    @property
    def suffix(self):
        name = self.name
        at = name.rfind(".")
        return name[at:] if 0 < at < len(name) - 1 else ""

    @property
    def stem(self):
        return self.name[: len(self.name) - len(self.suffix)]

    @property
    def parent(self):
        return type(self)(_path.dirname(self._text) or ".")

    @property
    def parents(self):
        found, here = [], self
        while here.parent != here:
            here = here.parent
            found.append(here)
        return tuple(found)

    def is_absolute(self):
        return _path.isabs(self._text)

    def joinpath(self, *parts):
        return type(self)(self._text, *parts)

    def expanduser(self):
        return type(self)(_path.expanduser(self._text))

    def resolve(self, strict=False):
        return type(self)(_path.realpath(self._text, strict=strict))

    def exists(self):
        return _path.exists(self._text)

    def is_dir(self):
        return _path.isdir(self._text)

    def is_file(self):
        return _path.isfile(self._text)

    def stat(self):
        return os.stat(self._text)

    def open(self, mode="r", *args, **named):
        return open(self._text, mode, *args, **named)

    def read_bytes(self):
        with open(self._text, "rb", 0) as handle:
            return handle.read()

    def read_text(self, encoding="utf-8"):
        return self.read_bytes().decode(encoding)

    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        try:
            os.mkdir(self._text, mode)
        except FileNotFoundError:
            if not parents or self.parent == self:
                raise
            self.parent.mkdir(parents=True, exist_ok=True)
            self.mkdir(mode, exist_ok=exist_ok)
        except OSError:
            if not exist_ok or not self.is_dir():
                raise

    def rename(self, target):
        os.rename(self._text, target)
        return type(self)(target)

    def replace(self, target):
        os.replace(self._text, target)
        return type(self)(target)

    def chmod(self, mode):
        os.chmod(self._text, mode)

    def unlink(self, missing_ok=False):
        try:
            os.unlink(self._text)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def iterdir(self):
        return (self / name for name in os.listdir(self._text))


PurePosixPath = PurePath = Path


def _plain(text):
    """Without empty and `.` parts, as `pathlib` has it."""
    if os.sep + os.sep not in text and "/." not in text and not text.startswith("./") and not text.endswith("/"):
        return text or "."
    drive, rest = _path.splitdrive(text)
    root = os.sep if rest.startswith(os.sep) else ""
    return drive + root + os.sep.join(part for part in rest.split(os.sep) if part not in ("", ".")) or "."
