"""A session costs little, so that many calls of the API fit in memory."""

import tracemalloc

import gradio as gr
from gradio import state_holder

from rnn_demo.ui import sessions
from rnn_demo.ui.page import build_page

HEAVY = state_holder.SessionState


def bytes_of(kind, page, count=20):
    kind(page)  # what is made once
    tracemalloc.start()
    kept = [kind(page) for _ in range(count)]
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / len(kept)


def test_a_session_of_the_page_is_light_and_tenfold_lighter_than_gradios():
    page = build_page()
    assert state_holder.SessionState is sessions.LightState
    light = bytes_of(sessions.LightState, page)
    assert light < 40_000
    assert light < bytes_of(sessions.LightState.__base__, page) / 10


def test_a_light_session_keeps_the_states_of_its_visitor_and_no_answers():
    with gr.Blocks() as page:
        state, text = gr.State([]), gr.Textbox("a")
    one, other = sessions.LightState(page), sessions.LightState(page)
    one[state._id] = [1]
    one._update_value_in_config(text._id, "b" * 1_000_000)
    assert (one[state._id], other[state._id]) == ([1], [])
    assert text._id not in one.config_values
