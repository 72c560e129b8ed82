"""Work done side by side comes back in order, and torch has its threads again afterwards."""

import threading

import pytest
import torch

from rnn_demo.network.threads import one_thread, parallel_map


def test_what_is_made_in_parallel_comes_in_order_from_threads_of_its_own():
    meeting = threading.Barrier(2, timeout=20)  # the first two can only go on together

    def work(n):
        if n < 2:
            meeting.wait()
        return n, torch.get_num_threads(), threading.get_ident()

    results = list(parallel_map(work, range(20)))
    assert [n for n, _, _ in results] == list(range(20))
    assert {threads for _, threads, _ in results} == {1}
    assert threading.get_ident() not in {ident for _, _, ident in results}


def test_a_fault_in_one_piece_is_raised():
    with pytest.raises(ZeroDivisionError):
        list(parallel_map(lambda n: 1 / n, [1, 0, 2]))


def test_torch_has_its_threads_again_after_one_thread_even_after_a_fault():
    def fail():
        assert torch.get_num_threads() == 1
        raise ValueError("in between")

    before = torch.get_num_threads()
    with pytest.raises(ValueError, match="in between"), one_thread():
        fail()
    assert torch.get_num_threads() == before
