"""Every module stands on a shelf, and imports point to the left only: data < network < ... < ui."""

import ast
import re
from pathlib import Path

from tools import draw_shelves

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rnn_demo"
SHELVES = ("data", "network", "tasks", "training", "analysis", "zoo", "experiments", "figures", "ui")
FLOOR = ("limits", "machine", "display")  # modules at the top of the package that every shelf may import
ROOF = ("bench", "__main__", "app")  # what imports everything, and nothing imports
SHARED_BY_FIGURES = {"palette", "figure"}
MOST_LINES, MOST_FILES = 400, 15


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {name_of(path): path for path in [*sorted(PACKAGE.rglob("*.py")), ROOT / "app.py"]}


def imports(source: str, modules: frozenset[str]) -> set[str]:
    """Every module of the project that a text imports, at its top or within a function, by name or by a string."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write the whole name in place of a relative import"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
            names.add(str(node.module))
        elif isinstance(node, ast.Call) and _name_of_call(node) in ("import_module", "__import__", "run_module"):
            text = node.args[0] if node.args else None
            assert isinstance(text, ast.Constant), "an import by name must name a constant, so that it can be checked"
            names.add(str(text.value))
    return names & modules


def _name_of_call(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def shelf_of(module: str) -> str:
    """The shelf of a module, or its own name where it stands at the top."""
    return module.removeprefix("rnn_demo.").partition(".")[0]


def rank(module: str) -> int:
    order = (*FLOOR, *SHELVES, *ROOF)
    shelf = shelf_of(module)
    return order.index(shelf) if shelf in order[len(FLOOR) :] else -1


DOORWAY = {"rnn_demo", "rnn_demo.public_names"}  # the package's face: lazy, so it may name every shelf
GRAPH = {
    module: imports(path.read_text(encoding="utf-8"), frozenset(FILES)) - {"rnn_demo"}
    for module, path in FILES.items()
    if module not in DOORWAY
}


def test_every_module_stands_on_a_shelf():
    strange = {module for module in GRAPH if shelf_of(module) not in (*FLOOR, *SHELVES, *ROOF)}
    assert not strange, "put it on one of the shelves, or list a new one here"


def test_imports_point_left_only():
    upward = {(module, other) for module, others in GRAPH.items() for other in others if rank(other) > rank(module)}
    assert not upward


def test_an_import_by_name_is_seen():
    source = 'import importlib\nimportlib.import_module("rnn_demo.ui.page")\n__import__("rnn_demo.zoo.recipes")'
    assert imports(source, frozenset(FILES)) == {"rnn_demo.ui.page", "rnn_demo.zoo.recipes"}


def test_nothing_imports_the_benchmarks_but_the_command_line():
    users = {module for module, others in GRAPH.items() if any(shelf_of(other) == "bench" for other in others)}
    assert {module for module in users if shelf_of(module) != "bench"} == {"rnn_demo.__main__"}


def libraries(path: Path) -> set[str]:
    """The first part of every name that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).partition(".")[0])
    return names


def test_gradio_lives_in_the_page_and_plotly_in_the_figures():
    used = {module: libraries(path) for module, path in FILES.items()}
    assert {shelf_of(module) for module, names in used.items() if "gradio" in names} <= {"ui", "app"}
    assert {shelf_of(module) for module, names in used.items() if "plotly" in names} == {"figures"}


def test_the_viewer_needs_no_gradio():
    reached, todo = set(), {module for module in FILES if module.startswith("rnn_demo.ui.viewer")}
    while todo:
        module = todo.pop()
        reached.add(module)
        todo |= GRAPH.get(module, set()) - reached
    assert not {module for module in reached if "gradio" in libraries(FILES[module])}


def test_the_network_from_scratch_needs_nothing_but_numpy():
    assert not {"torch", "pandas", "plotly", "gradio"} & libraries(PACKAGE / "network" / "numpy_rnn.py")


def siblings(module: str) -> set[str]:
    """The other modules of its own folder that a module imports, by their last name."""
    folder = module.rpartition(".")[0] + "."
    return {other.removeprefix(folder) for other in GRAPH[module] if other.startswith(folder)}


def test_tabs_never_import_tabs():
    tabs = {folder.parent.name for folder in (PACKAGE / "ui").glob("*/tab.py")}
    tab_of = {m: m.split(".")[2] for m in GRAPH if m.startswith("rnn_demo.ui.") and m.split(".")[2] in tabs}
    assert not {(m, o) for m, tab in tab_of.items() for o in GRAPH[m] if tab_of.get(o, tab) != tab}


def test_figures_never_import_figures_and_tasks_no_tasks():
    for folder, shared in (("figures", SHARED_BY_FIGURES), ("tasks", {"base", "answers"})):
        own = [m for m in GRAPH if m.startswith(f"rnn_demo.{folder}.") and m.count(".") == 2]
        pairs = {(m, o) for m in own for o in siblings(m)}
        assert not {(m, o) for m, o in pairs if o not in shared}


def test_a_folder_is_one_idea():
    folders: dict[Path, int] = {}
    for path in [*FILES.values(), *PACKAGE.rglob("*.js")]:
        folders[path.parent] = folders.get(path.parent, 0) + 1
    assert {folder.name for folder, count in folders.items() if count > MOST_FILES} == set()


def test_no_file_is_longer_than_400_lines():
    code = [
        p for f in ("rnn_demo", "tests", "tools") for end in ("py", "js", "css") for p in (ROOT / f).rglob(f"*.{end}")
    ]
    assert {path.name for path in code if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES} == set()


def test_the_picture_of_the_architecture_shows_these_shelves_and_no_module_that_is_gone():
    shown = re.findall(r"<text[^>]*>(\w+/?)</text>", draw_shelves.FILE.read_text(encoding="utf-8"))
    assert [name.rstrip("/") for name in shown if name.rstrip("/") in SHELVES] == list(SHELVES)
    present = {f"{shelf}/" for shelf in SHELVES}.union(*map(draw_shelves.modules, SHELVES))
    assert set(shown) - present == {"imports"}, "draw it again: python -m tools.draw_shelves"
