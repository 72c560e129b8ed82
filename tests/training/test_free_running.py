"""Running free: a network reads its own answers, one step at a time, and is taught so if that is wished."""

from itertools import product

import pytest
import torch
from helpers.samples import EXAMPLES, small_model

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.recurrence import SteppedRNN, advance, weights_of
from rnn_demo.tasks.characters import windows
from rnn_demo.training import TrainingConfig, train
from rnn_demo.training.free_running import both_losses, free_running, generate

TEXT = "abcd" * 20


def writer(cell="gru", text=TEXT, **options):
    """A fresh network that foresees the characters of a text."""
    torch.manual_seed(0)
    vocabulary = Vocabulary.build([text], "characters")
    options = {"hidden_size": 12, "input": "one_hot"} | options
    return SequenceModel(Architecture(cell, per_step=True, **options), vocabulary, sorted(set(text)), "characters")


def taught(free=0.0):
    model = writer()
    config = TrainingConfig(learning_rate=0.02, epochs=40, batch_size=8, device="cpu", free_running=free)
    list(train(model, windows(TEXT, 16), (), config))
    return model


@pytest.mark.parametrize(("cell", "layers"), product(CELLS, (1, 2)))
def test_step_by_step_gives_the_states_of_the_whole_sequence(cell, layers):
    model = writer(cell, num_layers=layers).eval()
    stepped = SteppedRNN(model.cell, model.rnn.input_size, 12, layers).eval()
    stepped.load_state_dict(model.rnn.state_dict())
    assert weights_of(stepped, 0)[0].shape == weights_of(model.rnn, 0)[0].shape
    x = torch.randn(3, 7, model.rnn.input_size, generator=torch.Generator().manual_seed(1))
    whole = model.rnn(x)[0]
    for rnn in (model.rnn, stepped):
        state, steps = None, []
        for x_t in x.unbind(1):
            h_t, state = advance(rnn, x_t, state)
            steps.append(h_t)
        torch.testing.assert_close(torch.stack(steps, 1), whole, atol=1e-6, rtol=1e-5)


def test_a_network_that_is_always_right_is_the_same_running_free():
    model = taught().eval()
    ids = torch.tensor([model.encode(TEXT[:12])])
    forced = model(ids, torch.tensor([12]))
    assert (forced.argmax(-1)[0, :-1] == free_running(model, ids).argmax(-1)[0, :-1]).all()
    torch.testing.assert_close(free_running(model, ids), forced)
    torch.testing.assert_close(free_running(model, ids, 0.0), forced)


def test_running_free_reads_its_own_answers_and_nothing_that_is_given_later():
    model = writer().eval()
    one, other = (torch.tensor([model.encode(text)]) for text in ("abcd", "addd"))
    assert torch.equal(free_running(model, one), free_running(model, other))
    assert not torch.equal(free_running(model, one, 0.0), free_running(model, other, 0.0))


def test_both_losses_begin_alike_and_part_where_the_network_errs():
    model = writer()
    forced, free = both_losses(model, windows("ab", 1), 1)
    assert forced == pytest.approx(free)  # one character: nothing of its own to read
    forced, free = both_losses(model, windows(TEXT, 16), 16)
    assert forced != pytest.approx(free)
    assert model.training  # as it was before
    forced, free = both_losses(taught(), windows(TEXT, 16), 16)
    assert free == pytest.approx(forced, rel=0.1)
    assert forced < 0.2


def test_taught_while_running_free_it_learns_too():
    free = both_losses(taught(free=1.0), windows(TEXT, 16), 16)[1]
    assert free < both_losses(writer(), windows(TEXT, 16), 16)[1] / 2


def test_it_writes_on_as_it_was_taught_and_the_seed_decides_the_rest():
    model = taught()
    assert generate(model, "ab", 8, temperature=0.0) == "cdabcdab"
    untaught = writer()
    drawn = [generate(untaught, "a", 30, 1.0, seed) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 30


def test_writing_leaves_the_chance_of_the_training_alone():
    model = writer()
    before = torch.get_rng_state()
    generate(model, "a", 5, 1.0)
    both_losses(model, windows(TEXT, 16), 16)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("temperature", [-0.1, 11, float("nan")])
def test_a_temperature_out_of_range_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature must be a number from 0 to 10"):
        generate(writer(), "a", 1, temperature)


def test_a_network_that_answers_once_cannot_run_free():
    with pytest.raises(
        ValueError, match="free_running is for a network that writes, not for one of the task 'sentiment'"
    ):
        next(train(small_model(), EXAMPLES, (), TrainingConfig(free_running=1.0, device="cpu")))
