"""Frozen dataclasses as JSON documents and back, exactly, driven by their own types.

All fields are written, so that a default that changes later changes no stored task. A field
that a document lacks takes its default: a new field needs no migration. A field that the
class does not know was written by a newer version and is refused, never dropped.
"""

from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import orjson

from .errors import StoreCorrupt, StoreError, StoreTooNew, StoreUnwritable

type Decode = Callable[[Any], Any]


def dump(value: object) -> str:
    """Return the document of a frozen dataclass.

    Raises StoreUnwritable for what would not load as it was: a text that is not UTF-8, a time
    without a zone, a value of another type than its field's. Now it can still be refused; at
    the next start it would be a queue that cannot be read.
    """
    try:
        document = orjson.dumps(
            value, default=_encode, option=orjson.OPT_PASSTHROUGH_DATETIME
        ).decode()
        same = load(type(value), document) == value
    except (orjson.JSONEncodeError, StoreError) as err:
        raise StoreUnwritable(*_unwritable(value)) from err
    if not same:
        raise StoreUnwritable(*_unwritable(value))
    return document


def _unwritable(value: Any) -> tuple[str, object]:
    """Return the name and the value of the innermost field that would not load."""
    hints = get_type_hints(type(value))
    for field in fields(value):
        item = getattr(value, field.name)
        try:
            document = orjson.dumps(
                item, default=_encode, option=orjson.OPT_PASSTHROUGH_DATETIME
            )
            if _decoder(hints[field.name])(orjson.loads(document)) == item:
                continue
        except orjson.JSONEncodeError, StoreError, TypeError, ValueError:
            pass
        for inner in item if isinstance(item, tuple) else (item,):
            if is_dataclass(inner):
                with suppress(_Whole):
                    return _unwritable(inner)
        return field.name, item
    raise _Whole


class _Whole(Exception):
    """Each field alone would load."""


def load[T](kind: type[T], document: str) -> T:
    """Return what was dumped. Raises StoreCorrupt, StoreTooNew."""
    try:
        value: T = _decoder(cast(Hashable, kind))(orjson.loads(document))
    except (TypeError, ValueError) as err:
        raise StoreCorrupt(f"document of a {kind.__name__}") from err
    return value


def _encode(value: object) -> list[Any] | str:
    if isinstance(value, frozenset):
        return sorted(value, key=orjson.dumps)
    if isinstance(value, tuple):  # of a class of its own
        return list(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    raise TypeError


@cache
def _decoder(kind: Any) -> Decode:
    origin, args = get_origin(kind), get_args(kind)
    if origin is Literal:
        return lambda value: args[args.index(_a(str, value))]
    if isinstance(kind, UnionType) and NoneType not in args:
        plain, word = map(_decoder, args)
        return lambda value: (word if isinstance(value, str) else plain)(value)
    if isinstance(kind, UnionType):
        (inner,) = (arg for arg in args if arg is not NoneType)
        decode = _decoder(inner)
        return lambda value: None if value is None else decode(value)
    if origin is tuple and args[-1] is Ellipsis:
        decode = _decoder(args[0])
        return lambda value: tuple(map(decode, _a(list, value)))
    if origin is tuple:
        decoders = tuple(map(_decoder, args))
        return lambda value: tuple(
            decode(item) for decode, item in zip(decoders, _a(list, value), strict=True)
        )
    if origin is frozenset:
        decode = _decoder(args[0])
        return lambda value: frozenset(map(decode, _a(list, value)))
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    if issubclass(kind, Enum):
        return cast(Decode, kind)
    if issubclass(kind, datetime):  # also a frozen clock's own class
        return _moment
    if kind is float:
        return lambda value: float(_a((int, float), value))
    return lambda value: _a(kind, value)


def _dataclass_decoder(kind: Any) -> Decode:
    decoders = {name: _decoder(hint) for name, hint in get_type_hints(kind).items()}
    required = {
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    }

    def decode(value: Any) -> Any:
        given = _a(dict, value)
        if unknown := given.keys() - decoders.keys():
            raise StoreTooNew(f"{kind.__name__}: {', '.join(sorted(unknown))}")
        if missing := required - given.keys():
            raise StoreCorrupt(f"{kind.__name__}: {', '.join(sorted(missing))}")
        return kind(**{name: decoders[name](item) for name, item in given.items()})

    return decode


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_a(str, value))
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone")
    return moment.astimezone(UTC)


def _a(kind: Any, value: Any) -> Any:
    """Return the value if it is of this very type: JSON's true is not a number."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(type(value).__name__)
    return value
