"""The page's scripts: their pure functions, tested by Node.js, and one style for all of them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from helpers.find_node import executable
from helpers.node_scripts import needs_node

from rnn_demo.ui.viewer.static_files import SCRIPTS, bundle, imports, script

HERE = Path(__file__).parent
STRING = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`|/\*.*?\*/|//[^\n]*|/(?![*/ ])(?:\\.|\[[^\]]*\]|[^/\\\n])+/[gimsuy]*", re.S
)


@needs_node
@pytest.mark.parametrize("file", sorted(path.relative_to(HERE).as_posix() for path in HERE.glob("*/*.test.mjs")))
def test_pure_functions(file: str) -> None:
    result = subprocess.run(
        [str(executable()), "--test", str(HERE / file)], capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_a_module_in_one_style(name: str) -> None:
    text = script(name)
    bare = STRING.sub("", text)
    assert text.startswith("// "), "the first line says what the module is for"
    assert text.endswith("\n")
    assert "'" not in bare, "strings stand in double quotes"
    assert "\t" not in text
    assert max(map(len, text.splitlines())) <= 120
    own = re.sub(r"unit_weights\(|embedding_neighbours\(", "", bare)  # but for Python's
    assert not re.findall(r"\b[a-z]+_[a-z_]+\(", own), "functions have camelCase names"
    assert not re.findall(r"^import (?!\{)|^export (?:default|\{|\*)", text, re.M), (
        "names in braces, exports where they are made"
    )
    assert " as " not in "".join(re.findall(r"^import \{[^}]*\}", text, re.M)), "an import keeps its name"
    assert len(re.findall(r"^import ", text, re.M)) == len(imports(name))


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_import_is_there_and_none_goes_in_a_circle(name: str) -> None:
    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, f"{module} imports itself by way of {' and '.join(above)}"
        for imported in imports(module):
            assert imported in SCRIPTS
            visit(imported, (*above, module))

    visit(name, ())
    for names, path in re.findall(r'^import \{([^}]*)\} from "([^"]*)";', script(name), re.M):
        other = (SCRIPTS[name].parent / path).resolve().read_text(encoding="utf-8")
        exported = set(re.findall(r"^export (?:async )?(?:const|let|function) ([\w$]+)", other, re.M))
        assert {each.strip() for each in names.split(",") if each.strip()} <= exported


@needs_node
@pytest.mark.parametrize("name", ["stepper/notebook.js", "handout/start.js"])
def test_the_stepper_in_one_piece_is_a_script_too(tmp_path: Path, name: str) -> None:
    """No name is made twice, and nothing is left to import: what a notebook and a handout hold."""
    whole = tmp_path / "whole.mjs"
    whole.write_text(bundle(name), encoding="utf-8")
    assert not re.search(r"^\s*import ", whole.read_text(encoding="utf-8"), re.M)
    assert "</script" not in whole.read_text(encoding="utf-8")
    subprocess.run([str(executable()), "--check", str(whole)], check=True)
