"""Options of the model and its training as words of the command line."""

from __future__ import annotations

from typing import Any


def flag(name: str) -> str:
    """The option of a field: hidden_size -> --hidden-size"""
    return "--" + name.replace("_", "-")


def parse_options(arguments: list[str]) -> dict[str, Any]:
    """`--hidden-size 64 --bidirectional true` as values of the right type."""
    from rnn_demo.zoo.recipe import OPTIONS  # which imports torch

    options: dict[str, Any] = {}
    words = [word for text in arguments for word in (text.split("=", 1) if text.startswith("--") else [text])]
    for option, value in zip(words[::2], [*words[1::2], ""], strict=False):
        name = option.removeprefix("--").replace("-", "_")
        if not option.startswith("--") or name not in OPTIONS:
            raise ValueError(f"unknown option {option}; choose from {', '.join(map(flag, OPTIONS))}")
        try:
            options[name] = (_boolean if OPTIONS[name] is bool else OPTIONS[name])(value)
        except ValueError:
            raise ValueError(f"{option} takes a value of type {OPTIONS[name].__name__}, got {value!r}") from None
    return options


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError
    return text.lower() == "true"


def split_commas(text: str) -> list[str]:
    """What commas separate, without the blanks around it."""
    return [part.strip() for part in text.split(",")]


def whole_numbers(option: str, text: str) -> list[int]:
    """Whole numbers that commas separate; ValueError names the option."""
    try:
        return [int(part) for part in split_commas(text)]
    except ValueError:
        raise ValueError(f"{option} takes whole numbers separated by commas, as 5,10,20, got {text!r}") from None
