"""The names that ship: none of those to measure on, and spelt as names of other alphabets are."""

from collections import Counter

import pytest
from helpers.samples import SMALL

from rnn_demo.data.csv_files import Column, read_table
from rnn_demo.tasks.base import normal
from rnn_demo.tasks.names import WELL_KNOWN
from tools import make_names, romanise


def rows(path):
    columns = [Column(name) for name in ("name", "language", "kind")]
    return list(read_table(path, columns).whole().itertuples(index=False, name=None))


def test_the_file_is_in_order_and_has_every_name_once():
    names = rows(make_names.FILE)
    assert names == sorted(names, key=make_names.place)
    forms = Counter((normal(name), language, kind.removeprefix(WELL_KNOWN)) for name, language, kind in names)
    assert max(forms.values()) == 1
    assert len({language for _, language, _ in names}) == 18


@pytest.mark.parametrize("file", make_names.KEPT_BACK)
def test_no_name_to_measure_on_is_learnt(file):
    learnt = {normal(name) for name, _, _ in rows(make_names.FILE)}
    assert not learnt & {normal(name) for name, _, _ in rows(SMALL / file)}


def test_the_kept_back_names_are_as_many_of_each_language_and_kind():
    counts = Counter((language, kind) for _, language, kind in rows(SMALL / "names_fresh.csv"))
    assert len(counts) == 36
    assert set(counts.values()) == {7}


def test_known_names_are_in_the_file_under_their_language_alone():
    languages = {}
    for name, language, kind in rows(make_names.FILE):
        languages.setdefault((name, kind), set()).add(language)
    assert ("Ivan", "first name") not in languages
    for name, kind, language in (
        ("Ivan", "well-known first name", "Russian"),
        ("Tolstoy", "well-known surname", "Russian"),
    ):
        assert languages[name, kind] == {language}


@pytest.mark.parametrize(
    ("romanised", "name", "spellings"),
    [
        (romanise.russian, "Юрий", ["Yury", "Yuriy", "Yuri"]),
        (romanise.russian, "Ефим", ["Yefim", "Efim"]),
        (romanise.russian, "Щукина", ["Shchukina"]),
        (romanise.russian, "Ия", ["Iya", "Ia"]),
        (romanise.greek, "Παπαδόπουλος", ["Papadopoulos"]),
        (romanise.greek, "Γιώργος", ["Giorgos", "Yiorgos"]),
        (romanise.greek, "Χατζής", ["Chatzis", "Hatzis"]),
        (romanise.korean, "영수", ["Yeongsu", "Youngsoo", "Young-soo"]),
        (romanise.latin, "CHIA-HAO", ["Chia-Hao"]),
        (romanise.latin, "McKay", ["McKay"]),
    ],
)
def test_a_name_in_another_alphabet_is_spelt_as_it_is_in_use(romanised, name, spellings):
    assert romanised(name) == spellings


def test_without_faker_the_program_says_what_to_install(monkeypatch):
    monkeypatch.setattr(make_names, "VERSION", "0")
    with pytest.raises(SystemExit, match="pip install faker==0"):
        make_names.main()
