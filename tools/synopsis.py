"""The synopsis of the command line, from its own definition."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import typer

from rnn_demo.__main__ import app

HIDDEN = ("install_completion", "show_completion", "help")


def synopsis() -> str:
    """A line for each command with its arguments and all its options, as a block of code."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    blocks = [_usage(f"python -m rnn_demo {name}", command) for name, command in commands.items()]
    return "```\n" + "\n".join(blocks) + "\n```"


def _usage(start: str, command: Any) -> str:
    words = [_word(parameter) for parameter in command.params if parameter.name not in HIDDEN]
    if command.context_settings.get("allow_extra_args"):
        words.append("[--OPTION VALUE]...")
    whole = [word.replace(" ", "\0") for word in words]  # an option and its value are not parted
    lines = textwrap.wrap(" ".join(whole), 100 - len(start), break_on_hyphens=False)
    indent = "\n" + " " * (len(start) + 1)
    return f"{start} {indent.join(lines)}".replace("\0", " ")


def _word(parameter: Any) -> str:
    """A parameter as a synopsis shows it, with its default."""
    if parameter.param_type_name == "argument":
        name = parameter.name.upper()
        return str(parameter.metavar or (name if parameter.required else f"[{name}]"))
    if parameter.is_flag:
        return f"[{parameter.opts[0]}]"
    kind = "PATH" if parameter.type_descriptor.annotation is Path else "NAME"
    return (
        f"[{parameter.opts[0]} {kind if parameter.default is None else parameter.default}]" + "..." * parameter.multiple
    )
