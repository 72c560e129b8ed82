"""JSON contracts: where a value is not what a type says, and the paths of all keys of a type."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict


def faults(value: Any, kind: Any, where: str = "value") -> Iterator[str]:
    """Where a value from JSON is not what a type says."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return
    if origin in (Union, types.UnionType):
        if all(any(faults(value, part)) for part in parts):
            yield f"{where} is none of {kind}: {str(value)[:60]}"
    elif origin is Literal:
        if value not in parts:
            yield f"{where} is {value!r}"
    elif is_typeddict(kind):
        if not isinstance(value, dict):
            yield f"{where} is no object"
            return
        hints, missing = get_type_hints(kind), kind.__required_keys__ - set(value)
        if missing or set(value) - set(hints):
            yield f"{where} lacks {missing}, has {set(value) - set(hints)} beside {kind.__name__}"
        for key in set(value) & set(hints):
            yield from faults(value[key], hints[key], f"{where}.{key}")
    elif origin is list:
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for part in value:
            yield from faults(part, parts[0], f"{where}[]")
    elif origin is tuple:
        if not isinstance(value, list) or len(value) != len(parts):
            yield f"{where} has not {len(parts)} parts"
            return
        for part, one in zip(value, parts, strict=False):
            yield from faults(part, one, f"{where}[]")
    elif origin is dict:
        for part in value.values():
            yield from faults(part, parts[1], f"{where}.*")
    elif not isinstance(value, (int, float) if kind is float else kind):
        yield f"{where} is {value!r}, not {kind}"


def keys(kind: Any, where: str = "") -> Iterator[str]:
    """The paths of all keys of a type, as "turns[].reply"; "*" stands for any key of a dict."""
    origin, parts = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        for key, part in get_type_hints(kind).items():
            path = f"{where}.{key}" if where else key
            yield path
            yield from keys(part, path)
    elif origin in (list, tuple):
        for part in parts:
            yield from keys(part, f"{where}[]")
    elif origin is dict:
        yield f"{where}.*"
        yield from keys(parts[1], f"{where}.*")
    elif origin in (Union, types.UnionType):
        for part in parts:
            yield from keys(part, where)


def without_names(path: str, kind: Any) -> str:
    """A path that a script has read, with "*" in place of the keys of dicts."""
    for star in sorted({key.partition(".*")[0] for key in keys(kind) if ".*" in key}, key=len):
        if path.startswith(f"{star}."):
            _, _, rest = path.removeprefix(f"{star}.").partition(".")
            return f"{star}.*" + (f".{rest}" if rest else "")
    return path
