"""The house is in order: nothing dangerous, nothing private, nothing too large."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

from rnn_demo.zoo import checkpoint as checkpoints

ROOT = Path(__file__).parents[2]
FOLDERS = ("rnn_demo", "tests", "tools", "checkpoints", "docs", ".ci")
FILES = [*ROOT.glob("*"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
FILES = [path for path in FILES if path.is_file() and not {"__pycache__", ".git"} & {*path.parts}]
TEXT = {".py", ".js", ".css", ".html", ".md", ".toml", ".json", ".csv", ".txt", ".svg", ".yaml", ".conf", ""}
PICKLE = re.compile(
    r"^\s*(?:import|from)\s+(?:pickle|dill|joblib|shelve|marshal)\b|(?<!safetensors\.)torch\.(?:load|save)\(|allow_pickle\s*=\s*True|"
    r"read_pickle|to_pickle",
    re.MULTILINE,
)
OWN_MACHINE = re.compile(r"(?<![\w.:/~-])(?:/(?:home|root|Users|work|mnt|tmp)/\w|[A-Z]:\\\\?Users)")


def containing(pattern, paths):
    """The files in which a pattern is found, each with its first match."""
    matches = {path.relative_to(ROOT).as_posix(): pattern.search(path.read_text(encoding="utf-8")) for path in paths}
    return {name: match[0] for name, match in matches.items() if match}


def test_nothing_is_pickled():
    program = [path for path in FILES if path.suffix == ".py" and "tests" not in path.parts]
    assert containing(PICKLE, program) == {"rnn_demo/experiments/workers.py": "import pickle"}  # to its own processes
    assert PICKLE.search("model = torch.load(file)")


def is_code(paragraph):
    """Does it read as Python that does something, or as a command?"""
    try:
        statements = ast.parse(paragraph).body
    except SyntaxError:
        return paragraph.startswith(("python ", "from ", "import "))
    calls = any(isinstance(part, ast.Call) for statement in statements for part in ast.walk(statement))
    return calls or any(isinstance(statement, ast.For | ast.Assign) for statement in statements)


def test_examples_in_the_docstrings_of_modules_are_indented_as_code():
    """Else `tools.api_pages` prints them as prose."""
    modules = [path for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "rnn_demo")]
    texts = {path: ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in modules}  # without their margin
    paragraphs = [(path.name, part) for path, text in texts.items() for part in (text or "").split("\n\n")]
    assert [(name, part) for name, part in paragraphs if is_code(part)] == []
    assert is_code("for event in race(Race()):\n    ...")


def test_no_file_names_a_place_on_somebodys_machine():
    assert containing(OWN_MACHINE, [path for path in FILES if path.suffix in TEXT]) == {}
    assert OWN_MACHINE.search("/".join(("read ", "home", "ann")))


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="these files are no clone")
def test_no_file_is_a_link_to_another_place():
    kept = subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    modes = {line.partition("\t")[2]: line[:6] for line in kept.splitlines()}
    assert modes["app.py"] == "100644"
    assert {name for name, mode in modes.items() if mode not in ("100644", "100755")} == set()


def test_a_checkpoint_has_its_four_files_each_under_10_mib():
    for name in checkpoints.available():
        files = list(checkpoints.find(name).iterdir())
        needed = {"README.md", "config.json", "metrics.json", "model.safetensors"}
        assert needed <= {path.name for path in files} <= checkpoints.FILES, name
        assert {path.name for path in files if path.stat().st_size >= 10 * 2**20} == set(), name


def test_the_json_of_a_checkpoint_is_strict():
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    for path in (ROOT / "checkpoints").glob("*/*.json"):
        assert json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse), path


def test_both_examples_of_nginx_pass_on_what_the_page_needs():
    snippet = (ROOT / "docs" / "deploy.md").read_text("utf-8").partition("For nginx and")[2].partition("\n## ")[0]
    example = (ROOT / "docs" / "nginx.conf").read_text("utf-8")

    def settings(text):
        return {" ".join(line.partition("#")[0].split()) for line in text.splitlines() if " proxy_" in line}

    assert "proxy_set_header X-Forwarded-Host $http_host;" in settings(snippet)  # with its port
    assert {s for s in settings(snippet) if "proxy_pass" not in s} == {
        s for s in settings(example) if "proxy_pass" not in s
    }
