"""The scripts and styles under static/, and the words for readers under texts/."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

UI = Path(__file__).parents[1]
CSS = UI / "static" / "css"
_JS = UI / "static" / "js"

SCRIPTS = {path.relative_to(_JS).as_posix(): path for path in sorted(_JS.rglob("*.js"))}  # "core/dom.js": where it is
GLOSSARY = UI / "texts" / "glossary.md"
# Of all of them, and of the glossary, which is served beside them.
VERSION = sha256(b"\0".join(path.read_bytes() for path in (*SCRIPTS.values(), GLOSSARY))).hexdigest()[:12]

# As the formatter writes it: names in braces, from a path relative to the module.
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]*)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_SPARE = re.compile(r"^ *//[^\n]*\n|^ +", re.MULTILINE)  # a whole line of comment, and indentation


def script(name: str) -> str:
    """The text of a module under static/js/, as "core/dom.js"."""
    return SCRIPTS[name].read_text(encoding="utf-8")


def imports(name: str) -> list[str]:
    """The modules that a module imports, by their names."""
    here = SCRIPTS[name].parent
    return [(here / path).resolve().relative_to(_JS.resolve()).as_posix() for path in _IMPORT.findall(script(name))]


def bundle(name: str) -> str:
    """A module and all that it imports as one text, for a page without a server; what is imported comes first.

    Imports and `export` are left out, so no two of these modules may have a name at their top level in common. So are
    lines of comment and indentation, to keep a file small.
    """
    order: dict[str, None] = {}

    def visit(module: str) -> None:
        for imported in imports(module):
            visit(imported)
        order[module] = None

    visit(name)
    return "\n".join(_SPARE.sub("", _EXPORT.sub("", _IMPORT.sub("", script(module)))) for module in order)


def words(name: str) -> str:
    """Words for readers, from a Markdown file under texts/ that a teacher can edit."""
    return (UI / "texts" / f"{name}.md").read_text(encoding="utf-8")
