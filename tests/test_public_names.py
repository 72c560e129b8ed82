"""The package gives what its first page shows, and every module name of version 0.1 still opens."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from helpers.warm_python import run_python
from torch import nn

import rnn_demo
from rnn_demo.public_names import DOORS, NAMES

ROOT = Path(__file__).parents[1]


def program(text: str) -> str:
    """What a Python program of its own prints."""
    ended = run_python(["-c", text], ROOT)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.parametrize("name", rnn_demo.__all__)
def test_every_public_name_is_the_object_of_its_module(name: str) -> None:
    module, attribute = NAMES[name]
    assert getattr(importlib.import_module(f"rnn_demo.{module}"), attribute) is not None
    assert name in dir(rnn_demo)


def test_the_list_of_names_is_complete_sorted_and_the_readmes_examples_are_in_it() -> None:
    assert set(rnn_demo.__all__) == set(NAMES)
    assert set(re.findall(r"rnn_demo\.(\w+)\(", rnn_demo.__doc__ or "")) <= set(NAMES)


def test_all_names_can_be_imported_at_once() -> None:
    listing = "from rnn_demo import *; print(*sorted(n for n in dir() if not n.startswith('_')))"
    assert program(listing).split() == sorted(NAMES)


def test_the_package_alone_imports_neither_torch_nor_gradio() -> None:
    loaded = "import rnn_demo, sys; dir(rnn_demo); print({'torch', 'gradio', 'plotly', 'pandas'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", loaded], text=True) == "set()\n"


def test_a_name_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(AttributeError, match="'nothing'; it offers CELLS, RECIPES"):
        _ = rnn_demo.nothing


@pytest.mark.parametrize("old", DOORS)
def test_every_old_module_opens_on_the_objects_of_the_new_one(old: str) -> None:
    modules = (DOORS[old],) if isinstance(DOORS[old], str) else DOORS[old]
    door, now = importlib.import_module(f"rnn_demo.{old}"), importlib.import_module(f"rnn_demo.{modules[0]}")
    public = [
        name for name, value in vars(now).items() if getattr(value, "__module__", "") == now.__name__ and name[0] != "_"
    ]
    assert public, "a module without a function or class of its own is no door"
    for name in public:
        assert getattr(door, name) is getattr(now, name)
        assert name in dir(door)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = door.nothing


@pytest.mark.parametrize(("door", "function"), [("trace", "trace"), ("flow", "flow"), ("race", "race")])
def test_a_function_that_was_a_module_is_both_in_either_order(door: str, function: str) -> None:
    before = f"import rnn_demo; f = rnn_demo.{door}; import rnn_demo.{door} as m; print(m.{function} is f, callable(m))"
    after = f"import rnn_demo.{door}; import rnn_demo; print(callable(rnn_demo.{door}), rnn_demo.{door}.{function})"
    assert program(before) == "True True"
    assert re.match(r"True <function \w+ at", program(after))


def test_a_door_that_is_called_does_what_the_public_name_does() -> None:
    module, x = nn.GRU(2, 3), torch.ones(4, 2)
    door = importlib.import_module("rnn_demo.trace")
    assert door(module, x).to_json("") == rnn_demo.trace(module, x).to_json("")
    with pytest.raises(ValueError, match="no token"):
        importlib.import_module("rnn_demo.explain")(rnn_demo.open_checkpoint("names"), [])
    with pytest.raises(TypeError, match=r"rnn_demo\.cells is a module and cannot be called"):
        importlib.import_module("rnn_demo.cells")()


def test_all_names_of_an_old_module_can_be_imported_at_once() -> None:
    assert program("from rnn_demo.cells import *; print(LSTM.title, CELLS['gru'].title)") == "LSTM GRU"


def test_the_package_can_be_loaded_again() -> None:
    again = "import rnn_demo, importlib, sys; importlib.reload(rnn_demo); import rnn_demo.cells; print(rnn_demo.CELLS"
    doors = "sum(type(f).__name__ == 'Doors' for f in sys.meta_path)"
    assert program(f"{again} is rnn_demo.cells.CELLS, {doors})") == "True 1"


def test_a_script_that_the_lab_saved_in_version_one_finds_its_names() -> None:
    assert program("from rnn_demo.recipes import RECIPES, Trained, fit, with_options; print(callable(fit))") == "True"
