"""The load test itself: a small class with everybody in it, its measures, its picture, its options."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from xml.etree import ElementTree

import pytest
from helpers import asynchronous
from load import curves, hostile, options, people, report, visitors, watch
from load.scene import Log
from load.server import serving

MIB = 2**20
pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read as Linux tells it")


def samples(growth: float) -> list[watch.Sample]:
    """Two minutes at 500 MiB and so many MiB a minute more."""
    return [watch.Sample(k, 3, int((500 + growth * k / 60) * MIB), 400 * MIB, k * MIB) for k in range(0, 121, 3)]


def verdicts(lines: list[report.Line]) -> dict[str, bool | None]:
    return {line.what: line.kept for line in lines}


def test_a_small_class_with_everybody_in_it_gets_right_answers_and_is_then_attacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(people, "THINK", (0.1, 0.5))
    monkeypatch.setattr(people, "REST", (30.0, 60.0))
    monkeypatch.setattr(people, "LAB", {"lab_epochs": 3})
    monkeypatch.setattr(people, "FILE_ROWS", 50)
    monkeypatch.setattr(visitors, "CALM", 0.5)
    monkeypatch.setattr(people, "LESSON_ROWS", 4)
    people.file_of_texts.cache_clear(), people.file_of_questions.cache_clear()
    numbers = {"visitors": 3, "seconds": 6, "training": 1, "teaching": 1, "uploading": 1, "burst": 5}
    asked = options.options([f"--{name}={number}" for name, number in {**numbers, "every": 1}.items()], {})
    with TemporaryFile() as log, serving(log, 3600) as server:
        result = asynchronous.run(visitors.hold(server, asked))
        outcomes = asynchronous.run(hostile.everybody(server.address, 2, 1))
    assert dict(result.log.errors) == {}
    assert {*report.API_CALLS, people.TRAINED, people.TAUGHT, people.JUDGED, people.READ} <= {*result.log.seconds}
    assert sum(counts["begun"] for counts in outcomes.values())
    assert max(sample.processes for sample in result.samples) > 2
    assert max(sample.temporary for sample in result.samples) > 0
    assert sum(map(len, result.burst.seconds.values())) == 5


def test_growth_is_measured_and_judged_over_the_last_half() -> None:
    for growth, kept in ((0.0, True), (10.0, True), (100.0, False)):
        measured = samples(growth)
        assert watch.slope(measured) * 60 / MIB == pytest.approx(growth, abs=1e-4)
        assert verdicts(list(report.resources(measured, report.Limits())))["memory, last half"] is kept


def test_one_job_more_in_the_end_is_no_growth() -> None:
    measured = [
        replace(sample, processes=processes, memory=sample.memory + 80 * MIB * processes)
        for number, sample in enumerate(samples(3.0))
        for processes in [3 + number % 5 + number // 40]
    ]
    assert watch.slope(measured) * 60 / MIB == pytest.approx(3.0, abs=1e-4)


def test_each_promise_is_broken_by_what_exceeds_it() -> None:
    lines = verdicts(list(report.resources(samples(0), report.Limits(memory=499, temporary=119))))
    assert (lines["memory"], lines["temporary files"]) == (False, False)
    log = Log()
    log.seconds["/ask"] = [0.1] * 99 + [2.0]
    assert report.timing(log, "/ask", report.Limits()).kept
    assert not report.timing(log, "/ask", report.Limits(worst=1.9)).kept
    assert not report.timing(log, "/ask", report.Limits(p95=0.1)).kept
    log.refused["/ask"] = 1
    assert not report.timing(log, "/ask", report.Limits()).kept
    assert not report.timing(log, "/trace", report.Limits()).kept


def test_the_memory_of_all_descendants_is_counted() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"

    async def story() -> watch.Sample:
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdin=-1)
        while len(watch.tree(child.pid)) < 2:
            await asyncio.sleep(0.01)
        sample = watch.look(child.pid, Path(__file__).parent, 0.0)
        await child.communicate(b"\n")
        return sample

    sample = asynchronous.run(story())
    assert sample.processes == 2
    assert 0 < sample.private <= sample.memory
    assert sample.temporary >= Path(__file__).stat().st_size
    assert os.getpid() in watch.tree(os.getppid())


def test_the_picture_is_xml_with_a_line_for_each_limit_that_is_near_and_for_each_stop() -> None:
    drawn = curves.picture("A class", samples(0), (600.0, 10_000.0), [40.0, 80.0])
    paths = [node for node in ElementTree.fromstring(drawn).iter() if node.get("stroke-dasharray")]
    assert len(paths) == 1 + 2 * 2


def test_a_number_comes_from_the_command_line_then_the_environment_then_the_kind() -> None:
    asked = options.options(["--hostile", "--teaching", "1"], {"TRAINING": "2", "TEACHING": "3", "SECONDS": "9"})
    assert (asked.training, asked.teaching, asked.uploading, asked.attackers) == (2, 1, 2, 3)
    assert (asked.seconds, asked.visitors, asked.keep) == (9, 200, 3600)
    quiet = options.options(["--quiet-class", "--restart", "--max-p95", "0.2"], {})
    assert (quiet.training, quiet.attackers, quiet.keep, quiet.limits.p95) == (0, 0, 90, 0.2)
    for both in (["--full", "--hostile"], ["--quiet-class", "--full"]):
        with pytest.raises(SystemExit):
            options.options(both, {})
