"""What Windows and macOS lack or forbid is imposed here, and the program does its work all the same.

`helpers/systems/as_windows.py` has the rules.
"""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

import pytest
from helpers.systems import as_windows
from helpers.warm_python import run_python

ROOT = Path(__file__).parents[2]
PROGRAM = [*sorted((ROOT / "rnn_demo").rglob("*.py")), ROOT / "app.py"]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the rules are imposed with what Linux tells of a process")
HELPERS = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}


def run_there(program: str, *arguments: object) -> str:
    """What a program prints, which begins with the rules of Windows."""
    ended = run_python(["-c", program, *map(str, arguments)], ROOT, environment=HELPERS)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


WITHOUT = """
import importlib, pkgutil, sys
import optuna, pandas, typer.testing, gradio, multiprocessing.popen_spawn_posix, multiprocessing.connection
from helpers.systems import as_windows
as_windows.take_away()
import rnn_demo
modules = [module.name for module in pkgutil.walk_packages(rnn_demo.__path__, "rnn_demo.")]
for name in modules:
    if not name.endswith("__main__"):
        importlib.import_module(name)
from rnn_demo.machine import prepare_process
from rnn_demo.ui import environment
from rnn_demo.experiments import workers
prepare_process()
settings = {}
environment.prepare_environment(settings)
assert environment.is_own(environment.Path(settings["GRADIO_TEMP_DIR"])), settings
assert not workers.FORKS
from rnn_demo.__main__ import app
run = typer.testing.CliRunner().invoke
trained = run(app, ["train", "hello", "--epochs", "2", "--out", sys.argv[1] + "/hello", "--json"])
assert trained.exit_code == 0, trained.output
assert run(app, ["predict", sys.argv[1] + "/hello", "hell"]).exit_code == 0
assert run(app, ["tune", "hello", "--trials", "1", "--storage", sys.argv[1] + "/tune.log"]).exit_code == 0
print(len(modules))
"""


@LINUX
def test_without_what_only_unix_has_everything_is_imported_and_a_network_is_trained(tmp_path: Path) -> None:
    assert int(run_there(WITHOUT, tmp_path)) > 150


FILES = """
import sys
from pathlib import Path
from helpers.systems import as_windows
from helpers.samples import EXAMPLES, SENTENCES, small_model
as_windows.guard_files()
from rnn_demo.training import TrainingConfig, run_state, train
from rnn_demo.zoo import archive, checkpoint
from rnn_demo.zoo.example_index import pack, stored_index
place = Path(sys.argv[1])
models = []
for cell in ("gru", "lstm"):  # the second replaces the first, which is still in use
    checkpoint.save(small_model(cell), place / "small", {}, "", index=pack(small_model(cell), EXAMPLES * 20))
    models.append(checkpoint.load(place / "small"))
    assert stored_index(place / "small", models[-1], EXAMPLES * 20) is not None
(place / "small.zip").write_bytes(archive.pack(models[1], "small", {}, "", EXAMPLES))
models.append(archive.unpack(place / "small.zip")[0])
run_state.SECONDS = 0.0
for epochs in (1, 2):  # the second goes on where the first was saved
    run = train(small_model(), EXAMPLES, EXAMPLES, TrainingConfig(epochs=2, device="cpu"), place / "run" / "state")
    next(run), next(run)
import shutil
for part in ("small", "run"):
    shutil.rmtree(place / part)
(place / "small.zip").unlink()
print([model.logits(SENTENCES).shape for model in models], sorted(place.iterdir()))
"""


@LINUX
def test_where_no_file_in_use_can_be_moved_checkpoints_are_saved_loaded_and_replaced(tmp_path: Path) -> None:
    assert run_there(FILES, tmp_path) == "[(4, 2), (4, 2), (4, 2)] []\n"


IMPOSED = """
import mmap, os, sys
from pathlib import Path
from helpers.systems import as_windows
as_windows.guard_files()
file = Path(sys.argv[1], "file")
file.write_bytes(b"content")
def refused(change):
    try:
        change()
    except OSError as error:
        return type(error).__name__
with file.open("rb") as opened:
    print(refused(file.unlink), refused(lambda: file.parent.rename(file.parent.with_name("x"))), end=" ")
    print(refused(lambda: os.fsync(opened.fileno())), end=" ")
    mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
print(refused(file.unlink))
as_windows.take_away()
print(hasattr(os, "fork"), refused(file.stat))
"""


@LINUX
def test_the_rules_are_imposed(tmp_path: Path) -> None:
    expected = "PermissionError PermissionError OSError PermissionError\nFalse None\n"
    assert run_there(IMPOSED, tmp_path) == expected


def unguarded(source: str) -> list[str]:
    """What a text takes of what Windows lacks, in a function that does not ask for it first."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    alone = [node for node in ast.parse(source).body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    found = []
    for part in (*functions, *alone):
        text = ast.unparse(part)
        for node in ast.walk(part):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("os", "signal"):
                if node.attr in (*as_windows.OS, *as_windows.SIGNALS):
                    asked = f"hasattr({ast.unparse(node.value)}, {node.attr!r})"
                    found += [] if asked in text else [ast.unparse(node)]
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else {node.module}
                found += sorted(names & {*as_windows.MODULES})
    return found


def test_what_only_unix_has_is_asked_for_before_it_is_used() -> None:
    assert {path.name: names for path in PROGRAM if (names := unguarded(path.read_text(encoding="utf-8")))} == {}
    assert unguarded("import os\ndef f():\n    import pwd\n    os.nice(1)") == ["pwd", "os.nice"]
    assert unguarded("import os\ndef f():\n    if hasattr(os, 'nice'):\n        os.nice(1)") == []


OUR_OWN = ("read_text", "formatter.write_text", "os.open", "archive.open")  # which read and write no text of a file


def in_a_preferred_encoding(source: str) -> list[str]:
    """The calls that read or write text in whatever encoding the system prefers, which on Windows is not UTF-8."""
    found = []
    for call in ast.walk(ast.parse(source)):
        name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        end, options = name.rpartition(".")[2], {option.arg for option in getattr(call, "keywords", ())}
        binary = end == "open" and any("b'" in ast.unparse(part) for part in call.args)  # type: ignore[attr-defined]
        files = end in ("read_text", "write_text", "open") and name not in OUR_OWN
        program = name.startswith("subprocess.") and "text" in options
        if "encoding" not in options and (program or (files and not binary)):
            found.append(name)
    return found


def test_text_is_read_and_written_in_utf_8_everywhere() -> None:
    found = {path.name: in_a_preferred_encoding(path.read_text(encoding="utf-8")) for path in PROGRAM}
    assert {name: calls for name, calls in found.items() if calls} == {}
    text = "p.read_text(); open('x'); open('x', 'rb'); p.write_text('x', encoding='utf-8'); subprocess.run([], text=1)"
    assert in_a_preferred_encoding(text) == ["p.read_text", "open", "subprocess.run"]


MACOS = """
import ctypes, sys
from types import SimpleNamespace
sys.platform = "darwin"
ctypes.CDLL = lambda name: SimpleNamespace()  # no malloc of glibc's
from rnn_demo.machine import prepare_process
prepare_process()
from rnn_demo.experiments import workers
print(workers.FORKS, workers._system.get_start_method())
"""


def test_on_macos_no_process_that_has_begun_to_compute_is_forked() -> None:
    assert run_there(MACOS) == "False spawn\n"
