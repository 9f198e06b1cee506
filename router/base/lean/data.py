"""Stands in for `dataclasses`: frozen values with slots, without generated code."""

# mypy: ignore-errors

_MISSING = object()


class FrozenInstanceError(AttributeError):
    """A field of a frozen value was set."""


class _Default:
    __slots__ = ("default", "factory")

    def __init__(self, default, factory):
        self.default, self.factory = default, factory


def field(*, default=_MISSING, default_factory=None, **_):
    return _Default(default, default_factory)


def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True, **_):
    if cls is None:
        return lambda real: dataclass(real, frozen=frozen, slots=slots, eq=eq)
    inherited = getattr(cls, "_fields", ())
    own = tuple(name for name, kind in cls.__dict__.get("__annotations__", {}).items() if not _is_class_variable(kind))
    fields = (*inherited, *(name for name in own if name not in inherited))
    defaults = {**getattr(cls, "_defaults", {}), **{name: _default(cls.__dict__[name]) for name in own if name in cls.__dict__}}
    body = {name: value for name, value in cls.__dict__.items() if name not in own and name not in _OWN}
    if slots:
        body["__slots__"] = own
    else:
        body.update({name: d.default for name, d in defaults.items() if name in own and d.default is not _MISSING})
    body.update(_fields=fields, _defaults=defaults, __match_args__=fields)
    for name, function in _functions(frozen, eq).items():
        body.setdefault(name, function)
    return type(cls)(cls.__name__, cls.__bases__, body)


_OWN = ("__dict__", "__weakref__")


def _is_class_variable(kind):
    return isinstance(kind, str) and kind.startswith("ClassVar")


def _default(value):
    return value if isinstance(value, _Default) else _Default(value, None)


def _functions(frozen, eq):
    made = {"__init__": _init, "__repr__": _repr}
    if eq:
        made["__eq__"] = _eq
        made["__hash__"] = _hash if frozen else None
    if frozen:
        made.update(__setattr__=_refuse, __delattr__=_refuse)
    return made


def _init(self, *args, **named):
    put, cls = object.__setattr__, type(self)
    fields = cls._fields
    if len(args) > len(fields):
        raise TypeError(f"{cls.__name__}: too many values")
    for name, value in zip(fields, args):
        put(self, name, value)
    for name in fields[len(args) :]:
        if name in named:
            put(self, name, named.pop(name))
            continue
        default = cls._defaults.get(name)
        if default is None:
            raise TypeError(f"{cls.__name__}: {name} is missing")
        put(self, name, default.default if default.factory is None else default.factory())
    if named:
        raise TypeError(f"{cls.__name__}: {', '.join(named)}")
    after = getattr(self, "__post_init__", None)
    if after is not None:
        after()


def _values(self):
    return tuple(getattr(self, name) for name in self._fields)


def _repr(self):
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"


def _eq(self, other):
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self):
    return hash(_values(self))


def _refuse(self, name, *_):
    raise FrozenInstanceError(name)


def replace(value, **named):
    return type(value)(**{**{name: getattr(value, name) for name in value._fields}, **named})
