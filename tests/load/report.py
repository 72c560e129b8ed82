"""What is printed after a class: a line for every promise, with what was measured and whether it was kept."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from load.scene import Log
from load.server import Restart
from load.watch import Sample, slope

MIB = 2**20
API_CALLS = ("/ask", "/sentiment", "/trace")


@dataclass(frozen=True)
class Limits:
    """What was promised."""

    p95: float = 0.5  # seconds, of the answers of each function
    worst: float = 3.0  # seconds
    memory: float = 2048.0  # MiB, of the server with all its processes
    growth: float = 5.0  # percent of it, over the last half
    temporary: float = 1024.0  # MiB of temporary files


@dataclass(frozen=True)
class Line:
    """One promise: what it is about, what was measured, and whether it was kept; None where nothing was promised."""

    what: str
    measured: str
    kept: bool | None = None


@dataclass
class Result:
    """All that was noted during a class."""

    log: Log
    burst: Log
    after: Log
    samples: list[Sample]
    restarts: list[Restart]
    leftovers: list[str] = field(default_factory=list)
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)


def quantile_95(seconds: Sequence[float]) -> float:
    """The time within which 95% of the answers came."""
    return (
        statistics.quantiles(seconds, n=20, method="inclusive")[-1]
        if len(seconds) > 1
        else seconds[0]
        if seconds
        else float("inf")
    )


def timing(log: Log, what: str, limits: Limits | None) -> Line:
    """How long the answers of one kind took, how many there were, and how many were none.

    Without `limits`, as for trainings and uploads, they may be slow, and some may be refused.
    """
    seconds, errors, refused = log.seconds.get(what, []), log.errors.get(what, []), log.refused.get(what, 0)
    if not seconds:
        times, fast = "0 answers", limits is None
    else:
        p95, worst = quantile_95(seconds), max(seconds)
        times = (
            f"{len(seconds)} answers, median {statistics.median(seconds):.3f} s, p95 {p95:.3f} s, worst {worst:.3f} s"
        )
        fast = limits is None or (p95 < limits.p95 and worst < limits.worst)
    told = f"; {errors[0]}" if errors else ""
    kept = fast and not errors and not (refused and limits)
    return Line(what, f"{times}, {len(errors)} errors, {refused} refused{told}", kept)


def lines(result: Result, limits: Limits) -> Iterator[Line]:
    """Every promise, in the order in which it is read."""
    for what in API_CALLS:
        yield timing(result.log, what, limits)
    for what in sorted({*result.log.seconds, *result.log.errors, *result.log.refused} - set(API_CALLS)):
        yield timing(result.log, what, None)
    yield from resources(result.samples, limits)
    for restart in result.restarts:
        told = "; ".join(restart.faults) or "nothing half written, no process left"
        yield Line(f"SIG{restart.name}", f"it answered again after {restart.seconds:.1f} s; {told}", not restart.faults)
    if result.restarts:
        told = "; ".join(result.leftovers) or "the old file was removed, the young one was not"
        yield Line("temporary files, by age", told, not result.leftovers)
        yield Line("cut by the restarts", f"{result.log.cut} calls")
    yield from burst(result)
    for attack, counts in sorted(result.outcomes.items()):
        yield Line(f"attack: {attack}", ", ".join(f"{number} x {what}" for what, number in counts.most_common()))


def resources(samples: Sequence[Sample], limits: Limits) -> Iterator[Line]:
    """Memory and temporary files: the most, and how memory grows in the end."""
    if not samples:
        yield Line("memory", "no sample", False)
        return
    most = max(samples, key=lambda sample: sample.memory)
    alone = max(sample.private for sample in samples) / MIB
    processes = max(sample.processes for sample in samples)
    measured = f"at most {most.memory / MIB:.0f} MiB (PSS), {alone:.0f} MiB private, {processes} processes"
    yield Line("memory", measured, most.memory / MIB < limits.memory)
    last = samples[len(samples) // 2 :]
    per_minute = slope(samples) * 60 / MIB
    seconds = last[-1].seconds - last[0].seconds
    percent = 100 * slope(samples) * seconds / statistics.mean(sample.memory for sample in last)
    measured = f"{per_minute:+.2f} MiB a minute at equal processes, {percent:+.1f}% in {seconds / 60:.1f} minutes"
    yield Line("memory, last half", measured, percent < limits.growth)
    files = max(sample.temporary for sample in samples) / MIB
    yield Line("temporary files", f"at most {files:.0f} MiB", files < limits.temporary)


def burst(result: Result) -> Iterator[Line]:
    """Many calls at once, of which some may be refused, and whether all was well afterwards."""
    answered, refused = sum(map(len, result.burst.seconds.values())), sum(result.burst.refused.values())
    errors = [error for told in result.burst.errors.values() for error in told]
    if answered or refused or errors:
        measured = f"{answered} answered, {refused} refused, {len(errors)} errors {errors[:1] or ''}"
        yield Line("calls at once", measured, answered > 0 and not errors)
    later = [seconds for times in result.after.seconds.values() for seconds in times]
    if later or result.after.errors or result.after.refused:
        errors = [error for told in result.after.errors.values() for error in told]
        measured = f"{len(later)} answered, p95 {quantile_95(later):.3f} s {errors[:1] or ''}"
        yield Line("5 s later", measured, not errors and not result.after.refused and quantile_95(later) < 1)
