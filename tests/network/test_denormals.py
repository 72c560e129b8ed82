"""Small numbers are zero in every thread and process that computes, so that no step is slow where gradients vanish."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from helpers.serving import ROOT
from helpers.systems.denormals import lost_numbers
from helpers.warm_python import run_python

from rnn_demo.network.cells import CELLS
from rnn_demo.network.denormals import flush_denormals
from rnn_demo.network.recurrence import make, run, unroll, weights_of
from rnn_demo.network.threads import one_thread, parallel_map, use_one_thread
from rnn_demo.training.interleave import interleave

pytestmark = pytest.mark.skipif(not flush_denormals(), reason="this processor has no such switch")


class Product(torch.autograd.Function):
    """Computes a denormal product while the gradient is on its way back, and notes the thread."""

    seen: list[tuple[int, int]] = []

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        return x.clone()

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        Product.seen.append((threading.get_ident(), lost_numbers()))
        return gradient


def read_a_text() -> None:
    rnn = make(CELLS["lstm"], 2, 3, 1, 0.0, False)
    run(rnn, torch.zeros(1, 4, 2), torch.tensor([4]))


def unroll_a_text() -> None:
    rnn = make(CELLS["gru"], 2, 3, 1, 0.0, False)
    unroll(CELLS["gru"], torch.zeros(1, 4, 2), weights_of(rnn, 0))


@pytest.mark.parametrize("work", [flush_denormals, use_one_thread, read_a_text, unroll_a_text])
def test_whoever_runs_a_network_flushes_also_where_a_thread_begins_without(work: Callable[[], object]) -> None:
    def alone() -> tuple[int, int]:
        before = torch.get_num_threads()
        torch.set_flush_denormal(False)  # as a thread of Windows begins
        kept = lost_numbers(4)
        work()
        torch.set_num_threads(before)
        return kept, lost_numbers(4)

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(alone).result() == (0, 4)


def test_the_threads_of_a_program_all_flush() -> None:
    everything = lost_numbers()
    assert everything > 0  # of the main thread of these tests
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lost_numbers).result() == everything
    assert list(parallel_map(lambda _: lost_numbers(), range(2))) == [everything] * 2
    assert list(interleave([iter([1])])) == [1]
    assert list(interleave((lost_numbers() for _ in range(2)) for _ in range(2))) == [everything] * 4
    with one_thread():
        assert lost_numbers() == everything
    Product.apply(torch.ones(1, requires_grad=True)).backward()  # type: ignore[no-untyped-call]
    assert Product.seen.pop() == (threading.get_ident(), everything)


PROGRAMS = {
    "the library": "import rnn_demo; rnn_demo.train",
    "the threads of torch": "import torch; torch.set_num_threads(2); import rnn_demo; rnn_demo.SequenceModel",
    "the command line": """
import contextlib, sys
from rnn_demo import __main__
sys.argv = ["rnn_demo", "predict", "hello", "hell"]
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(sys.stderr):
    __main__.main()
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_flushes_from_its_first_tensor_on(name: str) -> None:
    done = run_python(["-c", f"{PROGRAMS[name]}\n{AND_PRINT}"], ROOT)
    lost, all_of_them = map(int, done.stdout.split())
    assert lost == all_of_them, done.stderr


AND_PRINT = """
import sys
sys.path.insert(0, "tests")
from helpers.systems.denormals import COUNT, lost_numbers
print(lost_numbers(), COUNT)
"""

PAGE = """
import json, sys, urllib.request
from rnn_demo.ui.environment import prepare_environment
prepare_environment()
from rnn_demo.ui.page import LAUNCH, build_page
sys.path.insert(0, "tests")
from helpers.systems.denormals import lost_numbers
from helpers.serving import call, free_port

def probe(which: str) -> list[str]:
    import threading
    return [threading.current_thread().name, str(lost_numbers())]

async def probe_in_loop(which: str) -> list[str]:
    import threading
    return [threading.current_thread().name, str(lost_numbers())]

page = build_page()
with page:
    import gradio as gr
    gr.api(probe, api_name="probe")
    gr.api(probe_in_loop, api_name="probe_in_loop")
port = free_port()
page.launch(**LAUNCH | {"server_name": "127.0.0.1", "server_port": port, "prevent_thread_lock": True, "quiet": True})
print(json.dumps([call(f"127.0.0.1:{port}", name, ["x"])[1][0] for name in ("probe", "probe_in_loop")]), flush=True)
page.close()
"""


def test_the_threads_in_which_the_page_answers_flush() -> None:
    done = run_python(["-c", PAGE], ROOT)
    lines = [line for line in done.stdout.splitlines() if line.startswith("[[")]
    assert lines, done.stderr
    (handler, lost), (loop, lost_in_loop) = json.loads(lines[0])
    assert handler != loop != "MainThread"
    assert int(lost) == int(lost_in_loop) == lost_numbers()
