"""A waiting line serves who came first, and tells everybody the place."""

import pytest

from rnn_demo.limits import MAX_LAB_TRAINING, MAX_TRAININGS_OF_ADDRESS
from rnn_demo.ui.page import MAX_THREADS
from rnn_demo.ui.training_controls import IN_LINE, Full, Line


def test_who_came_first_is_served_first_and_all_know_their_place():
    line = Line(places=1)
    first, second, third = (line.join() for _ in range(3))
    assert [line.place(ticket) for ticket in (first, second, third)] == [0, 1, 2]
    line.leave(first)
    assert [line.place(ticket) for ticket in (second, third)] == [0, 1]
    line.leave(third)
    assert line.place(second) == 0


def test_several_places_are_served_at_once():
    line = Line(places=2)
    assert [line.place(ticket) for ticket in [line.join() for _ in range(4)]] == [0, 0, 1, 2]


def test_a_full_line_says_so_and_leaving_twice_makes_room_once():
    line = Line(places=1, longest=1)
    first, second = line.join(), line.join()
    with pytest.raises(Full, match="1 visitors are already waiting"):
        line.join()
    line.leave(first)
    line.leave(first)
    third = line.join()
    assert [line.place(ticket) for ticket in (second, third)] == [0, 1]
    with pytest.raises(Full):
        line.join()


def test_addresses_take_turns():
    line = Line(places=1)
    served, second, third, other = (line.join(address) for address in ("a", "a", "a", "b"))
    assert [line.place(ticket) for ticket in (served, other, second, third)] == [0, 1, 2, 3]
    line.leave(served)
    assert [line.place(ticket) for ticket in (other, second, third)] == [1, 0, 2]
    newest = line.join("c")
    assert [line.place(ticket) for ticket in (other, newest, third)] == [1, 2, 3]


def test_a_full_line_has_room_for_a_newcomer_at_the_cost_of_who_has_most_places():
    line = Line(places=1, longest=3)
    served, first, second, third = (line.join("greedy") for _ in range(4))
    with pytest.raises(Full, match="already waiting"):
        line.join("greedy")
    other = line.join("b")
    with pytest.raises(Full, match="from another internet address with fewer people"):
        line.place(third)
    assert [line.place(ticket) for ticket in (served, other, first, second)] == [0, 1, 2, 3]
    line.join("c")
    with pytest.raises(Full):
        line.join("d")  # all have one place
    line.leave(third)
    assert line.place(first) == 3


def test_gradio_lets_in_one_who_then_reads_that_the_line_is_full():
    line = Line(MAX_LAB_TRAINING)
    assert line.places + line.longest < IN_LINE["concurrency_limit"] < MAX_THREADS / 2  # the lessons have as many
    assert line.places + line.longest > MAX_TRAININGS_OF_ADDRESS  # one address cannot fill it
