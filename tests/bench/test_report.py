"""docs/BENCHMARKS.md says what was measured and which promise was not kept."""

import datetime
import json
import platform
import sys

import pytest

from rnn_demo import __main__
from rnn_demo.bench import footprint, ratios, report

ROW = {"name": "a", "measured": 4.0, "unit": "times", "promise": "at least 5", "detail": "one against another"}


@pytest.mark.parametrize(
    ("promise", "measured", "kept"),
    [
        ("at least 5", 5.0, True),
        ("at least 5", 4.99, False),
        ("at most 1.5", 1.5, True),
        ("at most 1.5", 1.51, False),
        ("under 10", 9.99, True),
        ("under 10", 10.0, False),
    ],
)
def test_a_promise_is_kept_or_not(promise, measured, kept):
    assert report.keeps_promise(ROW | {"promise": promise, "measured": measured}) is kept


def test_a_promise_that_cannot_be_judged_is_an_error():
    with pytest.raises(ValueError, match="at least"):
        report.keeps_promise(ROW | {"promise": "fast"})


def test_the_table_holds_every_row_and_says_which_promise_failed_and_what_was_not_measured():
    rows = [ROW, ROW | {"name": "b", "measured": 6.0, "share": 0.456}, {"name": "c", "missing": "no browser"}]
    table = [line for line in report.document(rows, datetime.date(2026, 1, 2)).splitlines() if line.startswith("|")]
    assert table[2:] == [
        "| a | 4.00 times | at least 5 | **no** |  | one against another |",
        "| b | 6.00 times | at least 5 | yes | 46% | one against another |",
        "| c |  |  | not measured |  | no browser |",
    ]
    assert "46% of the limit" in report.line(rows[1])
    assert "MISSED" in report.line(rows[0])
    assert "MISSED" not in report.line(rows[1])
    assert "no browser" in report.line(rows[2])


def test_the_machine_is_described_without_the_name_of_a_computer():
    assert platform.node() not in report.machine()
    assert platform.python_version() in report.machine()


def test_the_command_prints_and_writes_what_it_measured(monkeypatch, tmp_path, capsys):
    result = {key: value for key, value in ROW.items() if key != "name"} | {"measured": 7.0}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ratios, "BENCHES", {"a": lambda: result, "b": lambda: result})
    monkeypatch.setattr(ratios, "SHORT", ("b",))
    monkeypatch.setattr(sys, "argv", ["rnn_demo", "bench", "--write", "--json"])
    with pytest.raises(SystemExit):
        __main__.main()
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert printed == [result | {"name": name} for name in "ab"]
    assert "| b | 7.00 times |" in (tmp_path / report.FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("others", [["--short"], ["--only", "a"]])
def test_the_document_is_never_written_with_a_part_of_all(monkeypatch, tmp_path, capsys, others):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ratios, "BENCHES", {"a": dict, "b": dict})
    monkeypatch.setattr(sys, "argv", ["rnn_demo", "bench", "--write", *others])
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 2
    assert "use only one of --only, --short and --write" in capsys.readouterr().err
    assert not (tmp_path / report.FILE).exists()


def test_the_short_form_is_a_part_of_the_whole():
    assert set(ratios.SHORT) < set(ratios.BENCHES)


def test_a_served_program_ends_with_its_block():
    program = [sys.executable, "-m", "http.server", "-b", "127.0.0.1"]
    code = f"import os, runpy, sys; sys.argv = {program[2:]!r} + [os.environ['GRADIO_SERVER_PORT']]; "
    with footprint.running_server(
        [sys.executable, "-c", code + "runpy.run_module('http.server', run_name='__main__')"]
    ) as (
        address,
        seconds,
    ):
        assert seconds > 0
        assert footprint._answers(address)
    assert not footprint._answers(address)
