"""Imports point down only: a module may import what stands on a lower floor, or before it on its own."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rnn_demo"
FLOORS = (
    (
        "limits",
        "equations",
        "cells",
        "vocabulary",
        "letters",
        "variants",
        "spelling",
        "from_scratch",
        "tables",
        "snapshots",
        "machine",
        "stopwatch",
        "threads",
        "training_config",
        "line",
        "turns",
        "licences",
    ),
    ("recurrence", "model", "explain", "flow", "tasks", "lessons"),
    (
        *("batches", "judging", "generation", "training", "pretraining", "teaching", "stages", "trace", "evaluation"),
        *("neighbours", "checkpoints", "parcels", "reliability", "cards", "reading", "text_files", "order"),
    ),
    (
        "recipe",
        "small_recipes",
        "recipes",
        "own",
        "slips",
        "tuning",
        "plans",
        "samples",
        "script",
        "race",
        "vanishing",
        "lab",
        "comparison",
        "qa_comparison",
        "report",
        "footprint",
        "bench_page",
        "bench_reviews",
        "bench_questions",
        "bench_lab",
        "bench_training",
        "bench",
        "benchmarks",
        "reference",
    ),
    ("figures",),
    ("ui",),
    ("__main__", "app"),
)
ORDER = [module for floor in FLOORS for module in floor]
FILES = sorted(path for path in [*PACKAGE.rglob("*.py"), ROOT / "app.py"] if path != PACKAGE / "__init__.py")
NAMES = [path.relative_to(ROOT).with_suffix("").as_posix() for path in FILES]
SHARED_BY_FIGURES = {"palette", "figure", "layout"}


def part_of(path):
    """The module or package of the floors that a file belongs to."""
    return path.stem if path.parent in (ROOT, PACKAGE) else path.relative_to(PACKAGE).parts[0]


def imports(path):
    """Every module that a file imports, at its top or within a function, by its full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively; write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts_imported(path):
    return {name.split(".")[1] for name in imports(path) if name.startswith("rnn_demo.")} & {
        part_of(file) for file in FILES
    }


def siblings_imported(path):
    """The modules of its own package that a file imports."""
    package = ".".join(path.parent.relative_to(ROOT).parts) + "."
    modules = {file.stem for file in path.parent.glob("*.py")}
    return {name.removeprefix(package).split(".")[0] for name in imports(path) if name.startswith(package)} & modules


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_module_stands_on_a_floor(path):
    assert part_of(path) in ORDER, f"list {part_of(path)} on one of the floors in {Path(__file__).name}"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_point_down_only(path):
    own = part_of(path)
    upward = {other for other in parts_imported(path) - {own} if ORDER.index(other) > ORDER.index(own)}
    assert not upward


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_gradio_lives_in_the_page_and_plotly_in_the_figures(path):
    libraries = {name.split(".")[0] for name in imports(path)}
    assert "gradio" not in libraries or part_of(path) in ("ui", "app")
    assert "plotly" not in libraries or part_of(path) == "figures"


@pytest.mark.parametrize("library", ["torch", "pandas", "plotly", "gradio"])
def test_the_network_from_scratch_needs_nothing_but_numpy(library):
    assert library not in {name.split(".")[0] for name in imports(PACKAGE / "from_scratch.py")}


@pytest.mark.parametrize("path", sorted((PACKAGE / "ui").glob("*_tab.py")), ids=lambda path: path.stem)
def test_tabs_never_import_tabs(path):
    assert not {name for name in siblings_imported(path) if name.endswith("_tab")}


@pytest.mark.parametrize("path", sorted((PACKAGE / "figures").glob("[!_]*.py")), ids=lambda path: path.stem)
def test_figures_never_import_figures(path):
    assert siblings_imported(path) <= SHARED_BY_FIGURES


@pytest.mark.parametrize("path", sorted((PACKAGE / "tasks").glob("[!_]*.py")), ids=lambda path: path.stem)
def test_tasks_import_no_task_but_what_a_task_is(path):
    assert siblings_imported(path) <= {"task"}


def test_the_picture_in_the_readme_shows_these_floors():
    from draw_floors import FILE, picture

    assert FILE.read_text(encoding="utf-8") == picture(), "draw it: python tests/draw_floors.py"
