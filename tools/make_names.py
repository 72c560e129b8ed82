"""Write `rnn_demo/data/files/names_more.csv`: first names and further surnames of 18 languages, in Latin letters.

    pip install faker==40.63.0
    python -m tools.make_names

They come from the lists of Faker (MIT) and from `known_names.txt` beside this file. The same Faker gives the same
bytes. Names that are kept back to measure on, in `tests/data`, are left out in every spelling.
"""

from __future__ import annotations

import csv
import hashlib
import importlib
import itertools
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from rnn_demo.tasks.base import normal
from rnn_demo.tasks.names import WELL_KNOWN
from tools.romanise import ALPHABETS, latin

VERSION = "40.63.0"
SEED = 1
MOST, MOST_COMPOSED = 1000, 400  # names of a language and kind, and how many with those that are put together
FILE = Path(__file__).parents[1] / "rnn_demo" / "data" / "files" / "names_more.csv"
KNOWN = Path(__file__).with_name("known_names.txt")
KEPT_BACK = ("names_fresh.csv", "names_choice.csv")
FIRST, LAST = "first name", "surname"

# Faker's lists of names that are at home in a language. Those of "-" are left out.
AT_HOME = {
    "Arabic": ("fr_DZ",),
    "Chinese": ("zh_CN", "zh_TW"),
    "Czech": ("cs_CZ",),
    "French": ("fr_FR",),
    "Greek": ("el_GR",),
    "Italian": ("it_IT",),
    "Japanese": ("ja_JP",),
    "Korean": ("ko_KR",),
    "Polish": ("pl_PL",),
    "Portuguese": ("pt_PT",),
    "Russian": ("ru_RU",),
    "Spanish": ("es_ES", "es_MX"),
    "Vietnamese": ("vi_VN",),
    "-": ("tr_TR", "hu_HU", "ro_RO", "sv_SE", "da_DK", "no_NO", "fi_FI"),
}
# Lists of names that are borne in a country, whatever language they are from: what is at home elsewhere goes.
BORNE = {
    "Dutch": ("nl_NL", "nl_BE"),
    "English": ("en_GB", "en_US"),
    "French": ("fr_CA", "fr_QC"),
    "German": ("de_DE", "de_AT"),
    "Irish": ("ga_IE", "en_IE"),
    "Portuguese": ("pt_BR",),
}
# Of a list, what stands in these too is left out: the Irish bear many English names, and the English Irish ones.
WITHOUT = {
    ("Irish", "first name"): ("en", "en_NZ"),
    ("Irish", "surname"): ("en_GB",),
    ("English", "surname"): ("en_IE",),
}
HYPHENATED = {"Korean"}  # half of the given names of two parts

Names = dict[str, dict[str, list[str]]]  # of each normal form, the languages that have it, and their spellings


def chance(name: str) -> bytes:
    """A place in a random order that is the same everywhere."""
    return hashlib.sha256(f"{SEED}:{name}".encode()).digest()


def from_faker(locale: str, kind: str) -> list[str]:
    """The list of a locale, romanised where Faker has it so; empty where Faker knows none."""
    provider: Any = importlib.import_module(f"faker.providers.person.{locale}").Provider
    stem = "first" if kind == FIRST else "last"
    for attributes in (
        (f"{stem}_romanized_names",),
        (f"{stem}_names_male", f"{stem}_names_female", f"{stem}_names_unisex"),
        ("male_last_names", "unisex_last_names") if kind == LAST else (f"{stem}_names",),
        (f"{stem}_names",),
    ):
        names = [name for attribute in attributes for name in getattr(provider, attribute, ())]
        if names:
            return list(dict.fromkeys(names))
    return []


def composed(language: str, kind: str) -> list[str]:
    """Given names of two parts, as parents put them together, where a list of them would have no end."""
    if kind != FIRST:
        return []
    parts = itertools.product(*(known(part).get(language, ()) for part in ("first part", "second part")))
    pairs = ((a, b) for a, b in parts if a.lower() != b)
    return [f"{a}-{b}" if language in HYPHENATED and chance(a + b)[0] % 2 else a + b for a, b in pairs]


def feminine(language: str, name: str) -> Iterator[str]:
    """The surname that a woman of the family bears."""
    if language == "Polish" and name.endswith(("ski", "cki", "dzki")):
        yield f"{name[:-1]}a"


@cache
def known(kind: str) -> dict[str, list[str]]:
    """The names of one kind in `known_names.txt`, by language."""
    lines = (line for line in KNOWN.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    names: dict[str, list[str]] = defaultdict(list)
    for language, its_kind, its_names in (line.split(" | ") for line in lines):
        if its_kind == kind:
            names[language] += its_names.split(", ")
    return names


def kept_back() -> set[str]:
    """The normal forms of the names to measure on."""
    folder = Path(__file__).parents[1] / "tests" / "data"
    rows = (row for name in KEPT_BACK for row in csv.DictReader((folder / name).open(encoding="utf-8", newline="")))
    return {normal(row["name"]) for row in rows}


def collect(lists: dict[str, tuple[str, ...]], kind: str, hidden: set[str]) -> Names:
    """The names of Faker's lists in Latin letters, without those of which any spelling is hidden."""
    names: Names = defaultdict(lambda: defaultdict(list))
    for language, locales in lists.items():
        left_out = {name for locale in WITHOUT.get((language, kind), ()) for name in from_faker(locale, kind)}
        listed = itertools.chain.from_iterable(from_faker(locale, kind) for locale in locales)
        for name in (name for name in listed if name not in left_out):
            spellings = ALPHABETS.get(language, latin)(name)
            spellings += [other for spelling in spellings for other in feminine(language, spelling)]
            if hidden.isdisjoint(map(normal, spellings)):
                for spelling in spellings:
                    names[normal(spelling)][language].append(spelling)
    return names


def choose(kind: str, hidden: set[str]) -> dict[str, list[str]]:
    """For each language its names of one kind: all that are known, and of the others at most so many by chance."""
    certain = known(kind)
    decided = {normal(name) for names in certain.values() for name in names}
    at_home, borne = collect(AT_HOME, kind, hidden), collect(BORNE, kind, hidden)
    others: dict[str, list[str]] = defaultdict(list)
    for form in {**at_home, **borne}:
        home = at_home.get(form, {}).keys() & AT_HOME.keys()
        languages = home or borne[form].keys()
        if form and form not in decided and len(languages) <= 2 and "-" not in languages:  # else it is everybody's
            for language in languages:
                spelt = (at_home if home else borne)[form][language]
                others[language].append(min(spelt, key=chance))
    chosen = {}
    for language in sorted({*AT_HOME, *BORNE, *certain} - {"-"}):
        first = [name for name in certain.get(language, []) if normal(name) not in hidden]
        made = [n for n in composed(language, kind) if normal(n) not in hidden | decided]
        listed = _each_once((*first, *sorted(others[language], key=chance)))[: max(MOST, len(first))]
        chosen[language] = _each_once((*listed, *sorted(made, key=chance)))[: max(MOST_COMPOSED, len(listed))]
    return chosen


def _each_once(names: Iterable[str]) -> list[str]:
    """The names without those that differ in accents alone."""
    return list({normal(name): name for name in reversed([*names])}.values())[::-1]


def rows() -> list[tuple[str, str, str]]:
    """(name, language, kind), in order of language, kind and name, the well-known ones first."""
    hidden = kept_back()
    chosen = ((kind, choose(kind, hidden)) for kind in (FIRST, LAST))
    table = [
        (name, language, f"{WELL_KNOWN if name in known(kind).get(language, ()) else ''}{kind}")
        for kind, lists in chosen
        for language, names in lists.items()
        for name in names
    ]
    return sorted(table, key=place)


def place(row: tuple[str, str, str]) -> tuple[str, bool, str, str]:
    """What the rows are ordered by: of a name that is both a first name and a surname, the better known is read."""
    name, language, kind = row
    return language, not kind.startswith(WELL_KNOWN), kind, name


def main() -> None:
    """Write the file, and say how many names of each language it has."""
    try:
        found = importlib.import_module("faker").VERSION
    except ModuleNotFoundError:
        found = "none"
    if found != VERSION:
        sys.exit(f"the names come from Faker {VERSION}, and this Python has {found}; pip install faker=={VERSION}")
    table = rows()
    with FILE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("name", "language", "kind"), *table])
    for language in sorted({row[1] for row in table}):
        print(language, *(sum(row[1] == language and row[2].endswith(kind) for row in table) for kind in (FIRST, LAST)))


if __name__ == "__main__":
    main()
