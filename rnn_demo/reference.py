"""API.md, the library's public names with their docstrings: python -m rnn_demo.reference"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

FILE = Path(__file__).parent.parent / "API.md"
# What a reader would import, in the order in which it is understood.
MODULES = (
    *("cells", "vocabulary", "recurrence", "model", "checkpoints", "trace", "explain", "flow", "generation"),
    *("batches", "training_config", "training", "evaluation", "recipe", "recipes", "own", "tuning"),
    *("tasks.task", "tasks", "tasks.memory", "race", "vanishing", "from_scratch", "limits"),
)
_HEAD = """\
# The library

Written from the docstrings by `python -m rnn_demo.reference`; a test holds it to the code. B is a batch, T time steps,
E the size of an input, H hidden units, D directions, G gates, C classes.
"""


def document() -> str:
    """The whole page."""
    parts = [_HEAD]
    for name in MODULES:
        module = importlib.import_module(f"rnn_demo.{name}")
        parts.append(f"## rnn_demo.{name}\n\n{inspect.getdoc(module)}\n")
        for title, thing in public(module):
            parts.append(f"### {title}\n\n```python\n{signature(title, thing)}\n```\n\n{inspect.getdoc(thing)}\n")
            if inspect.isclass(thing):
                parts.extend(methods(title, thing))
    return "\n".join(parts)


def public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The functions and classes that a module defines and explains, in the order of its text."""
    found = [
        (name, thing)
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == module.__name__
        and thing.__doc__
    ]
    yield from sorted(found, key=lambda pair: inspect.getsourcelines(pair[1])[1])


def methods(title: str, cls: type) -> Iterator[str]:
    """A line for each public method and property that a class itself explains."""
    for name, member in vars(cls).items():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        text = inspect.getdoc(function) if inspect.isfunction(function) else None
        if text and not name.startswith("_"):
            shown = f"{title}.{name}" if isinstance(member, property) else signature(f"{title}.{name}", function)
            yield f"* `{shown}`: {text.splitlines()[0]}\n"


class _AsWritten(str):
    """An annotation or a default that is shown without quotation marks."""

    __repr__ = str.__str__


def signature(title: str, thing: Any) -> str:
    """The name with its arguments, as they stand in the code."""
    try:
        found = inspect.signature(thing)
    except ValueError:  # a class that inherits torch's own
        return title
    arguments = [
        parameter.replace(
            annotation=_written(parameter.annotation),
            default=_AsWritten("...") if inspect.isfunction(parameter.default) else parameter.default,
        )
        for parameter in found.parameters.values()
        if parameter.name not in ("self", "cls")
    ]
    result = inspect.Signature.empty if inspect.isclass(thing) else _written(found.return_annotation)
    shown = str(found.replace(parameters=arguments, return_annotation=result))
    return title + ("" if shown == "(*args, **kwargs)" else shown)


def _written(annotation: Any) -> Any:
    return _AsWritten(annotation) if isinstance(annotation, str) else annotation


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
