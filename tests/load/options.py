"""What kind of class is asked for: every number on the command line, or as an environment variable."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from load.report import Limits

KINDS = {  # who does something else than to ask, read and look
    "quiet class": {"training": 0, "teaching": 0, "uploading": 0, "attackers": 0},
    "full class": {"training": 4, "teaching": 5, "uploading": 2, "attackers": 0},
    "hostile class": {"training": 4, "teaching": 5, "uploading": 2, "attackers": 3},
}
KEEP, KEEP_SHORT = 3600, 90  # seconds that the server keeps temporary files, without and with a restart
# By option: the environment variable, the number, and what it is.
NUMBERS: dict[str, tuple[str, float | None, str]] = {
    "visitors": ("VISITORS", 200, "who ask, read and look"),
    "seconds": ("SECONDS", 600, "that the class lasts"),
    "rate": ("RATE", 1, "of all they do; at 0.25 they take four times as long to think"),
    "training": ("TRAINING", None, "who train in the lab"),
    "teaching": ("TEACHING", None, "who teach tables"),
    "uploading": ("UPLOADING", None, "who upload files of 10,000 rows"),
    "attackers": ("HOSTILE", None, "who replay attacks"),
    "burst": ("BURST", 300, "calls at once when the class is over"),
    "every": ("EVERY", 3, "seconds between two samples of memory and files"),
    "keep": ("KEEP", None, f"seconds that the server keeps temporary files: {KEEP}, or {KEEP_SHORT} with --restart"),
}


def options(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> argparse.Namespace:
    """The options, all of them set; those of the command line come before the environment, the kind of class last."""
    parser = argparse.ArgumentParser(prog="visitors.py", description="A class of many visitors at once.")
    kind = parser.add_mutually_exclusive_group()
    for name, told in (("quiet", "everybody only asks"), ("full", "some do more"), ("hostile", "under attack, too")):
        option = {"quiet": "--quiet-class"}.get(name, f"--{name}")
        kind.add_argument(option, dest="kind", action="store_const", const=f"{name} class", help=told)
    parser.set_defaults(kind="full class")
    parser.add_argument("--restart", action="store_true", help="stop the server by SIGTERM and later by SIGKILL")
    parser.add_argument("--one-address", action="store_true", help="the class shares one address, as in a school")
    for name, (variable, number, told) in NUMBERS.items():
        default = environment.get(variable, number)
        parser.add_argument(f"--{name}", type=float, default=default and float(default), help=f"{told} ({variable})")
    for limit in fields(Limits):
        variable = f"MAX_{limit.name.upper()}"
        default = float(environment.get(variable, limit.default))
        parser.add_argument(f"--max-{limit.name}", type=float, default=default, help=f"promised ({variable})")
    parser.add_argument("--output", type=Path, default=Path("build/load"), help="of the CSV and SVG, without an ending")
    asked = parser.parse_args(arguments)
    for name, number in {**KINDS[asked.kind], "keep": KEEP_SHORT if asked.restart else KEEP}.items():
        if getattr(asked, name) is None:
            setattr(asked, name, number)
    asked.limits = Limits(*(getattr(asked, f"max_{limit.name}") for limit in fields(Limits)))
    return asked
