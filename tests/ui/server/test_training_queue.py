"""A waiting queue serves who came first, and tells everybody the place."""

import pytest

from rnn_demo.limits import MAX_LAB_TRAINING, MAX_TRAININGS_OF_ADDRESS
from rnn_demo.ui.page import MAX_THREADS
from rnn_demo.ui.server.training_queue import Full, TrainingQueue
from rnn_demo.ui.training_controls import IN_QUEUE


def test_who_came_first_is_served_first_and_all_know_their_place():
    queue = TrainingQueue(places=1)
    first, second, third = (queue.join() for _ in range(3))
    assert [queue.place(ticket) for ticket in (first, second, third)] == [0, 1, 2]
    queue.leave(first)
    assert [queue.place(ticket) for ticket in (second, third)] == [0, 1]
    queue.leave(third)
    assert queue.place(second) == 0


def test_several_places_are_served_at_once():
    queue = TrainingQueue(places=2)
    assert [queue.place(ticket) for ticket in [queue.join() for _ in range(4)]] == [0, 0, 1, 2]


def test_a_full_line_says_so_and_leaving_twice_makes_room_once():
    queue = TrainingQueue(places=1, longest=1)
    first, second = queue.join(), queue.join()
    with pytest.raises(Full, match="1 visitors are already waiting"):
        queue.join()
    queue.leave(first)
    queue.leave(first)
    third = queue.join()
    assert [queue.place(ticket) for ticket in (second, third)] == [0, 1]
    with pytest.raises(Full):
        queue.join()


def test_addresses_take_turns():
    queue = TrainingQueue(places=1)
    served, second, third, other = (queue.join(address) for address in ("a", "a", "a", "b"))
    assert [queue.place(ticket) for ticket in (served, other, second, third)] == [0, 1, 2, 3]
    queue.leave(served)
    assert [queue.place(ticket) for ticket in (other, second, third)] == [1, 0, 2]
    newest = queue.join("c")
    assert [queue.place(ticket) for ticket in (other, newest, third)] == [1, 2, 3]


def test_a_full_line_has_room_for_a_newcomer_at_the_cost_of_who_has_most_places():
    queue = TrainingQueue(places=1, longest=3)
    served, first, second, third = (queue.join("greedy") for _ in range(4))
    with pytest.raises(Full, match="already waiting"):
        queue.join("greedy")
    other = queue.join("b")
    with pytest.raises(Full, match="from another internet address with fewer people"):
        queue.place(third)
    assert [queue.place(ticket) for ticket in (served, other, first, second)] == [0, 1, 2, 3]
    queue.join("c")
    with pytest.raises(Full):
        queue.join("d")  # all have one place
    queue.leave(third)
    assert queue.place(first) == 3


def test_gradio_lets_in_one_who_then_reads_that_the_line_is_full():
    queue = TrainingQueue(MAX_LAB_TRAINING)
    assert queue.places + queue.longest < IN_QUEUE["concurrency_limit"] < MAX_THREADS / 2  # the lessons have as many
    assert queue.places + queue.longest > MAX_TRAININGS_OF_ADDRESS  # one address cannot fill it
