"""Stands in for `typing`: names for annotations that nobody reads at run time, and `NamedTuple` without generated code."""

# mypy: ignore-errors

from _collections import _tuplegetter

TYPE_CHECKING = False


class _Any:
    """Any type expression; every operation on it gives itself."""

    def __getitem__(self, _):
        return self

    def __or__(self, _):
        return self

    __ror__ = __call__ = __or__

    def __mro_entries__(self, _):
        return ()


Any = Literal = ClassVar = Final = Callable = Protocol = Generic = Union = Optional = Self = Never = _Any()
TypeVar = ParamSpec = lambda *_, **__: Any


def cast(_, value):
    return value


def overload(function):
    return function


final = runtime_checkable = override = overload


class _Made(type):
    """Makes a tuple class of a body with annotations, as `typing.NamedTuple` does."""

    def __new__(cls, name, bases, body):
        if bases == ():
            return type.__new__(cls, name, bases, body)
        fields = tuple(body.get("__annotations__", {}))
        defaults = {field: body.pop(field) for field in fields if field in body}
        body.update({field: _tuplegetter(at, "") for at, field in enumerate(fields)})
        body.update(_SHARED)
        body.update(__slots__=(), _fields=fields, _field_defaults=defaults, __match_args__=fields)
        return type(name, (tuple,), body)


class NamedTuple(metaclass=_Made):
    """The base of tuple classes with named fields."""


def _new(cls, *args, **named):
    fields, at = cls._fields, len(args)
    if at == len(fields) and not named:
        return tuple.__new__(cls, args)
    defaults, values = cls._field_defaults, list(args)
    for field in fields[at:]:
        if field in named:
            values.append(named.pop(field))
        elif field in defaults:
            values.append(defaults[field])
        else:
            raise TypeError(f"{cls.__name__}: {field} is missing")
    if named or at > len(fields):
        raise TypeError(f"{cls.__name__}: {', '.join(named) or 'too many values'}")
    return tuple.__new__(cls, values)


def _make(cls, values):
    return _new(cls, *values)


def _replace(self, **named):
    return _new(type(self), **{**_asdict(self), **named})


def _asdict(self):
    return dict(zip(self._fields, self))


def _repr(self):
    inside = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self))
    return f"{type(self).__name__}({inside})"


_SHARED = {
    "__new__": _new, "_make": classmethod(_make), "_replace": _replace, "_asdict": _asdict, "__repr__": _repr,
    "__getnewargs__": lambda self: tuple(self),
}  # fmt: skip
