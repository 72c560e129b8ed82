"""Everything that is imported is declared, with an upper bound, and installed in a version that the bounds allow."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def lines(name):
    return [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line and line[0] not in "-#"]


def names(*files):
    """The distributions that some requirements files ask for, in the spelling that pip compares."""
    return {Requirement(line).name.lower().replace("-", "_") for file in files for line in lines(file)}


def imported(path):
    """The first part of every module that a file imports, at its top or within a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0]


def undeclared(paths, declared):
    """(file, module) for each import from a distribution that is not declared."""
    ours = {"rnn_demo", "tools", "__future__", *sys.stdlib_module_names, "spaces"}  # a Space brings the last itself
    distributions = packages_distributions()
    return {
        (path.name, module)
        for path in paths
        for module in imported(path)
        if module not in ours
        and not {name.lower().replace("-", "_") for name in distributions.get(module, [])} & declared
    }


def test_every_requirement_has_an_upper_bound_and_is_met():
    for line in [*lines("requirements.txt"), *lines("requirements-dev.txt")]:
        wanted = Requirement(line)
        assert any(pin.operator in ("==", "<", "~=") for pin in wanted.specifier), f"{line} has no upper bound"
        assert wanted.specifier.contains(version(wanted.name), prereleases=True), line


def test_the_requirements_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert lines("requirements.txt") == project["dependencies"]


def test_whatever_the_program_imports_is_declared():
    benchmarks = set((ROOT / "rnn_demo" / "bench").rglob("*.py"))
    program = {*(ROOT / "rnn_demo").rglob("*.py"), ROOT / "app.py"} - benchmarks
    assert undeclared(program, names("requirements.txt")) == set()
    everything = names("requirements.txt", "requirements-dev.txt")
    assert undeclared([*benchmarks, *(ROOT / "tools").glob("*.py")], everything) == set()


def test_an_import_that_is_not_declared_is_seen(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import json\ndef f():\n    from numpy.linalg import norm\n", encoding="utf-8")
    assert undeclared([script], {"torch"}) == {("script.py", "numpy")}
