"""Settings and what is wrong with them are told in the words of the page."""

from __future__ import annotations

import pytest

from rnn_demo.experiments.lab.setting_words import NAMES, for_visitors, in_words
from rnn_demo.experiments.run_config import MOST, SettingError, apply_settings, presets, settings_of
from rnn_demo.ui.lab.settings import CONTROLS
from rnn_demo.zoo.recipes import RECIPES


def test_every_setting_of_the_lab_has_a_name_without_an_underscore():
    assert set(CONTROLS) <= set(NAMES)
    assert not [name for name in NAMES.values() if "_" in name]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("hidden_size", 64, "64 hidden units"),
        ("num_layers", 1, "1 layer"),
        ("cell", "gru", "GRU"),
        ("learning_rate", 0.04, "learning rate 0.04"),
        ("max_steps", 7, "stopped at step 7"),
        ("max_steps", 0, ""),
        ("pooling", "attention", "attention pooling"),
        ("bidirectional", True, "both directions"),
        ("clip_norm", 0.0, "gradient not clipped"),
    ],
)
def test_a_setting_in_words(key, value, words):
    assert in_words(key, value) == words


@pytest.mark.parametrize("recipe", presets())
def test_no_setting_is_told_by_its_internal_name(recipe):
    own = settings_of(RECIPES[recipe])
    assert not [key for key in NAMES if key in own and "_" in in_words(key, own[key])]


@pytest.mark.parametrize("key", MOST)
def test_too_large_a_value_is_told_with_what_was_entered(key):
    with pytest.raises(SettingError, match=rf"{MOST[key]}.* here \(you entered 100000\)") as refused:
        apply_settings("characters", {key: 100000})
    assert refused.value.setting == key
    assert "_" not in str(refused.value)


def test_messages_of_the_command_line_become_those_of_the_page():
    message = "hidden_size must be a whole number from 1 to 4096, got 0"
    assert for_visitors(message) == "hidden units must be a whole number from 1 to 4096 (you entered 0)"
    empty = "learning_rate must be a number, got None"
    assert for_visitors(empty) == "learning rate must be a number; the field is empty"
