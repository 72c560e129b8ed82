"""Compare the facts about states and elements with lists that others keep: python -m tools.check_facts

It needs three packages that nothing else here needs: `pip install babel countryinfo periodictable`. What differs is
printed; each difference has been looked at, and stands in docs/models.md where ours is to be kept.
"""

from __future__ import annotations

import importlib
import unicodedata
from collections.abc import Iterator
from typing import Any

from tools.qa_grammar.facts import Fact, elements, states

# Names under which the lists have a state that is called otherwise here.
CODES = {
    "Cape Verde": "CV",
    "the Ivory Coast": "CI",
    "the Czech Republic": "CZ",
    "the Democratic Republic of the Congo": "CD",
    "the Republic of the Congo": "CG",
    "Micronesia": "FM",
    "Turkey": "TR",
    "Myanmar": "MM",
    "Saint Kitts and Nevis": "KN",
    "Saint Vincent and the Grenadines": "VC",
    "São Tomé and Príncipe": "ST",
    "Kosovo": "XK",
    "Bosnia and Herzegovina": "BA",
}
OURS = ("England", "Scotland", "Wales")  # which the lists have as one state


def plain(text: str) -> str:
    """A text without case, accents and punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("saint", "st"))
    return "".join(filter(str.isalnum, decomposed))


def words(text: str) -> set[str]:
    """The languages that an answer names."""
    return {plain(word) for word in text.replace(" and ", ", ").split(", ")}


def state_differences() -> Iterator[str]:
    """A line for each capital, currency and language that a list does not have, or has otherwise."""
    babel: Any = importlib.import_module("babel")
    numbers, languages = (importlib.import_module(f"babel.{part}") for part in ("numbers", "languages"))
    country: Any = importlib.import_module("countryinfo").CountryInfo
    english = babel.Locale("en")
    codes = {plain(name.replace("&", "and")): code for code, name in english.territories.items() if len(code) == 2}

    def others(fact: Fact, code: str) -> set[str]:
        if fact.relation == "capital":
            return {plain(str(country(code).capital()))}
        if fact.relation == "currency":
            current = numbers.get_territory_currencies(code)
            return {plain(numbers.get_currency_name(unit, locale="en")) for unit in current}
        official = languages.get_official_languages(code, de_facto=True)
        return {plain(english.languages.get(name.split("_")[0], name)) for name in official}

    for fact in states():
        name = fact.names[0]
        code = CODES.get(name) or codes.get(plain(name)) or codes.get(plain(name.removeprefix("the ")))
        if name in OURS or code is None:
            if name not in OURS:
                yield f"{fact.relation} of {name}: not in the lists"
            continue
        try:
            theirs = others(fact, code)
        except Exception as error:  # a list may lack a state in any way
            theirs = {type(error).__name__}
        alike = (
            words(fact.answer) == theirs
            if fact.relation == "language"
            else any(plain(fact.answer) in other for other in theirs)
        )
        if not alike:
            yield f"{fact.relation} of {name}: {fact.answer} here, {', '.join(sorted(theirs))} there"


def element_differences() -> Iterator[str]:
    """A line for each symbol and atomic number that is another in the list."""
    table: Any = importlib.import_module("periodictable").elements
    by_name = {element.name: element for element in table}
    for fact in elements():
        element = next((by_name[name] for name in fact.names if name in by_name), None)
        if element is None or fact.answer not in (element.symbol, str(element.number)):
            yield f"{fact.relation} of {fact.names[0]}: {fact.answer} here, {element} there"


def main() -> None:
    differences = [*state_differences(), *element_differences()]
    print("\n".join(differences))
    print(f"{len([*states(), *elements()]):,} facts compared, {len(differences)} differ")


if __name__ == "__main__":
    main()
