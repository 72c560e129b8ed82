"""A configuration is checked when it is made: what is wrong is said, and which setting is to blame."""

import pytest

from rnn_demo.experiments import run_config
from rnn_demo.experiments.run_config import (
    FILE,
    SettingError,
    apply_settings,
    configure,
    differences,
    presets,
    with_settings,
)
from rnn_demo.limits import MAX_LAB_CHARACTERS
from rnn_demo.tasks import MEMORY
from rnn_demo.zoo.recipes import RECIPES


def test_what_is_offered_has_its_data_at_hand():
    offered = presets()
    assert {"hello", "characters", "surnames", "facts", "turns", "sentiment-notebook", "qa", *MEMORY} <= set(offered)
    assert not {"names", "sentiment", "qa-own"} & set(offered)


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_a_plan_with_nothing_changed(name):
    config = configure(name, run_config.settings_of(RECIPES[name]))
    assert config.options == {}
    assert config.examples
    assert config.recipe.training.device == "cpu"


WRONG = [
    ("hidden_size", {"hidden_size": 0}, "from 1 to"),
    ("hidden_size", {"hidden_size": None}, "the field is empty"),
    ("hidden_size", {"hidden_size": 513}, "at most 512 hidden units here"),
    ("epochs", {"epochs": 1001}, "at most 1000 epochs here"),
    ("num_layers", {"num_layers": -1}, "from 1 to 8"),
    ("cell", {"cell": "gur"}, "choose one of rnn_tanh"),
    ("bidirectional", {"bidirectional": True}, "must not depend on later ones"),
    ("learning_rate", {"learning_rate": 11.0}, "from 1e-08 to 10"),
    ("learning_rate", {"learning_rate": float("nan")}, "you entered nan"),
    ("dropout", {"dropout": 1.0}, "below 1"),
    ("seed", {"seed": -1}, "from 0"),
    ("free_running", {"free_running": 2.0}, "from 0 to 1"),
    ("optimizer", {"optimizer": "newton"}, "choose one of adam"),
]


@pytest.mark.parametrize(("setting", "options", "words"), WRONG, ids=[f"{w[0]}-{n}" for n, w in enumerate(WRONG)])
def test_a_wrong_setting_is_refused_and_to_blame(setting, options, words):
    with pytest.raises(SettingError, match=words) as refused:
        apply_settings("characters", options)
    assert refused.value.setting == setting


def test_a_model_or_a_step_that_takes_too_much_is_refused():
    for setting, options, words in (
        ("hidden_size", {"hidden_size": 512}, "too many hidden units"),
        ("batch_size", {"batch_size": 1024}, "batch size too large"),
    ):
        with pytest.raises(SettingError, match=f"^{words}") as refused:
            configure("turns", {"hidden_size": 256, "embedding_size": 128} | options)
        assert refused.value.setting == setting


def test_running_free_is_refused_where_answers_cannot_be_read():
    with pytest.raises(SettingError, match="is for a network that writes, not for one of the task 'copy'") as refused:
        configure("copy", {"free_running": 1.0})
    assert refused.value.setting == "free_running"


@pytest.mark.parametrize(("text", "words"), [("a", "has 1 character; at least 2"), ("aaaa", "at least 2 labels")])
def test_a_text_from_which_nothing_can_be_learnt_is_to_blame(text, words):
    with pytest.raises(SettingError, match=words) as refused:
        configure("characters", {}, text)
    assert refused.value.setting == run_config.TEXT


def test_a_megabyte_of_text_is_cut_and_the_cut_is_reported():
    config = configure("characters", {}, "ab c" * 2**18)
    assert len(config.text) == MAX_LAB_CHARACTERS
    (remark,) = config.remarks
    assert "1,048,576" in remark
    assert f"{MAX_LAB_CHARACTERS:,}" in remark
    assert sum(len(example.text) for example in config.examples) == MAX_LAB_CHARACTERS - 1


def test_a_text_of_ones_own_is_cut_into_pieces_of_the_sequence_length():
    config = configure("characters", {"max_tokens": 10}, "one two three four five\n")
    assert [len(example.text) for example in config.examples] == [10, 10, 2]
    assert str(config.data) == FILE
    assert configure("characters", {}, " \n").text == ""  # blanks are no text
    assert configure("surnames", {}, "a text").text == ""  # and names are learnt from names


def test_settings_of_other_recipes_are_left_out():
    assert configure("hello", {"distance": 9, "count": 5, "hidden_size": 4}).options == {"hidden_size": 4}
    assert configure("recall", {"distance": 9, "count": 50}).options == {"distance": 9, "count": 50}


def test_what_differs_is_named():
    base = configure("hello", {})
    assert differences([base]) == [""]
    assert differences([base, with_settings(base, hidden_size=4)]) == ["8 hidden units", "4 hidden units"]
    apart = differences([base, configure("hello", {"cell": "gru"}), configure("hello", {"cell": "gru"}, "abc")])
    assert apart == [
        "RNN (tanh), the built-in text",
        "GRU, the built-in text",
        "GRU, own text",
    ]
    assert differences([base, configure("recall", {"count": 40})]) == [
        "hello: hell -> ello",
        "Recall the first symbol, 40 examples",
    ]
    stopped = with_settings(configure("characters", {"free_running": 1.0}), max_steps=3)
    assert differences([configure("characters", {}), stopped]) == [
        "teacher forcing",
        "free running, stopped at step 3",
    ]


def test_a_changed_plan_tells_what_differs_from_the_recipe_alone():
    once = with_settings(configure("hello", {"cell": "gru"}), max_steps=3)
    assert once.options == {"cell": "gru", "max_steps": 3}
    assert with_settings(once, cell="rnn_tanh").options == {"max_steps": 3}
    assert once.recipe.training.max_steps == 3
