"""Studies whose results come with the package, so that the page shows them before anybody has trained anything.

    python -m rnn_demo studies            # make all of them again, in a minute or two
    load("race").results                  # the `Finish` of every run

A file has the settings of the study, everything that is drawn of it, the command, the seconds that it took on how many
processors, and the versions. Numbers are rounded to six digits.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.metadata
import json
import math
import platform
import time
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from rnn_demo.data.atomic_files import write_whole
from rnn_demo.data.wording import duration
from rnn_demo.experiments.cell_race import Finish, Race, race
from rnn_demo.experiments.clipping import Clipping, ClippingStep, clipping
from rnn_demo.experiments.gradient_study import Divergence, FlowEpoch, Study, study
from rnn_demo.experiments.shipped.durations import Duration, Durations, durations
from rnn_demo.experiments.shipped.explosion import Arrival, Explosion, explosion
from rnn_demo.experiments.shipped.learning_curves import CurveEpoch, LearningCurves, learning_curves
from rnn_demo.training.interleave import processors

FOLDER = Path(__file__).parent
DIGITS = 6  # of a number in a file


@dataclass(frozen=True)
class StudyKind:
    """A kind of study: its settings with the values that are shipped, its events, and those of them that are kept."""

    setting: Any
    run: Callable[[Any], Iterator[Any]]
    kept: tuple[type, ...]


STUDIES = {
    "race": StudyKind(Race(), race, (Finish,)),
    "gradient": StudyKind(Study(), study, (FlowEpoch, Divergence)),
    "clipping": StudyKind(Clipping(), clipping, (ClippingStep, Divergence)),
    "explosion": StudyKind(Explosion(), explosion, (Arrival,)),
    "durations": StudyKind(Durations(), durations, (Duration,)),
    "curves": StudyKind(LearningCurves(), learning_curves, (CurveEpoch,)),
}


@dataclass(frozen=True, eq=False)
class ShippedStudy:
    """The results of a study, and how they were made: `seconds` on `processors` processors, with these `versions`."""

    setting: Any
    results: tuple[Any, ...]
    command: str
    seconds: float
    processors: int
    versions: dict[str, str]

    def of(self, kind: type) -> list[Any]:
        """The results of one kind, in their order."""
        return [result for result in self.results if isinstance(result, kind)]

    @property
    def caption(self) -> str:
        """How the results were made, in a sentence of Markdown."""
        seeds = getattr(self.setting, "seeds", 1)
        which = f"seed {self.setting.seed}" if seeds == 1 else f"seeds 0 to {seeds - 1}"
        cores = {1: "one core", 2: "two cores"}.get(self.processors, f"{self.processors} cores")
        return (
            f"A real run, with {which}, in {duration(self.seconds)} on {cores}, by `{self.command}` "
            f"(torch {self.versions['torch']})."
        )


def make(name: str) -> ShippedStudy:
    """Run a study; ValueError for an unknown name."""
    kind = _kind(name)
    began = time.monotonic()
    results = tuple(event for event in kind.run(kind.setting) if isinstance(event, kind.kept))
    seconds = time.monotonic() - began
    versions = {package: importlib.metadata.version(package) for package in ("torch", "numpy")}
    versions["python"] = platform.python_version()
    command = f"python -m rnn_demo studies {name}"
    return ShippedStudy(kind.setting, _in_order(results), command, round(seconds, 1), processors(), versions)


def check(names: Sequence[str], folder: Path) -> None:
    """Refuse an unknown study, and a place that is not a folder and cannot become one; make the folder if need be."""
    for name in names:
        _kind(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"{folder} cannot be a folder ({error.strerror}); choose another one with --out") from None


def save(name: str, made: ShippedStudy, folder: Path = FOLDER) -> Path:
    """Write the results of a study to `folder`, each on its own line, and return the file."""
    about = {"command": made.command, "seconds": made.seconds, "processors": made.processors, "versions": made.versions}
    head = json.dumps({**about, "setting": as_json(made.setting)}, indent=2).removesuffix("\n}")
    parts = []
    for kind in _kind(name).kept:
        rows = ",\n".join(json.dumps(as_json(result, kind), allow_nan=False) for result in made.of(kind))
        parts.append(f'  "{kind.__name__}": [\n{rows}\n  ]')
    file = folder / f"{name}.json"
    write_whole(file, (",\n".join([head, *parts]) + "\n}\n").encode())
    return file


def run(names: Sequence[str], folder: Path) -> Iterator[str]:
    """Make and save studies; a line for each that is done. ValueError, before the work, for what cannot be saved."""
    check(names, folder)
    for name in names:
        made = make(name)
        yield f"{save(name, made, folder).name}: {len(made.results)} results in {made.seconds:.0f} s"


def load(name: str) -> ShippedStudy:
    """The results that come with the package; nothing is computed."""
    return read(name, FOLDER / f"{name}.json")


@functools.cache
def read(name: str, file: Path) -> ShippedStudy:
    """The results in a file that `save` has written."""
    kind, content = _kind(name), json.loads(file.read_text(encoding="utf-8"))
    results = tuple(from_json(part, row) for part in kind.kept for row in content[part.__name__])
    setting = from_json(type(kind.setting), content["setting"])
    return ShippedStudy(
        setting, results, content["command"], content["seconds"], content["processors"], content["versions"]
    )


def as_json(value: Any, kind: type | None = None) -> Any:
    """A value for JSON: the fields of a dataclass, or those that `kind` has; text for numbers that are not finite."""
    if dataclasses.is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(kind or value)}
    if isinstance(value, np.ndarray):
        return as_json(value.tolist())
    if isinstance(value, dict):
        return {key: as_json(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(part) for part in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else str(value)
    return value


def from_json(kind: Any, value: Any) -> Any:
    """What `as_json` made of a value of this type."""
    origin, parts = get_origin(kind), get_args(kind)
    if hasattr(origin, "__value__"):  # NumPy 2.5, from Python 3.12 on: its NDArray is the name of a type
        origin = get_origin(origin.__value__)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: from_json(hints[name], part) for name, part in value.items()})  # type: ignore[operator]
    if origin is types.UnionType:
        return None if value is None else from_json(next(part for part in parts if part is not type(None)), value)
    if origin is tuple:
        return tuple(from_json(parts[0], part) for part in value)
    if origin is dict:
        return {key: from_json(parts[1], part) for key, part in value.items()}
    if origin is np.ndarray:
        return np.array([float(number) for number in value])
    return float(value) if kind is float else value


def _kind(name: str) -> StudyKind:
    if name not in STUDIES:
        raise ValueError(f"there is no study {name!r}; choose one of {', '.join(STUDIES)}")
    return STUDIES[name]


def _in_order(results: tuple[Any, ...]) -> tuple[Any, ...]:
    """The results in an order that does not depend on which thread was faster."""
    names = ("recipe", "distance", "network", "cell", "seed", "epoch", "step", "factor", "experiment", "run")
    return tuple(sorted(results, key=lambda result: [str(type(result)), *_place(result, names)]))


def _place(result: Any, names: tuple[str, ...]) -> list[Any]:
    return [getattr(result, name) for name in names if hasattr(result, name)]
