"""Work done side by side comes back in order, and torch has its threads again afterwards."""

import threading
from contextlib import ExitStack

import pytest
import torch

from rnn_demo.network.threads import one_thread, parallel_map
from rnn_demo.training.interleave import interleave


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


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def one_block(work=lambda: None):
    with one_thread():
        work()


def one_map(work=lambda: None):
    list(parallel_map(lambda n: work(), [0]))


def one_round(work=lambda: None):
    list(interleave([(work() for _ in range(1))], workers=1))


BLOCKS = (one_block, one_map, one_round)


def threads_of_a_new_thread():
    numbers = []
    thread = threading.Thread(target=lambda: numbers.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return numbers[0]


@pytest.mark.parametrize("first", BLOCKS)
@pytest.mark.parametrize("second", BLOCKS)
@pytest.mark.usefixtures("two_threads")
def test_blocks_that_overlap_in_two_threads_give_the_number_back(first, second):
    first_began, second_began, first_ended = (threading.Event() for _ in range(3))
    after = []

    def in_first():
        first(lambda: (first_began.set(), second_began.wait(20)))
        after.append(torch.get_num_threads())
        first_ended.set()

    def in_second():
        first_began.wait(20)
        second(lambda: (second_began.set(), first_ended.wait(20)))
        after.append(torch.get_num_threads())

    visitors = [threading.Thread(target=work) for work in (in_first, in_second)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert after == [2, 2]
    assert threads_of_a_new_thread() == 2


@pytest.mark.usefixtures("two_threads")
def test_a_block_within_a_block_ends_alone():
    with ExitStack() as outer:
        outer.enter_context(one_thread())
        with one_thread():
            pass
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == threads_of_a_new_thread() == 2
