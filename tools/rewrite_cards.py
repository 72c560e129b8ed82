"""Write again what follows from each checkpoint's weights and metrics, which stay as they are.

This is its model card and, where the recipe wants one, the index of its training examples.

python -m tools.rewrite_cards
"""

from __future__ import annotations

from rnn_demo.data.atomic_files import write_whole
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.build import packed_index
from rnn_demo.zoo.model_card import card
from rnn_demo.zoo.recipes import RECIPES


def text_of(name: str) -> str:
    """The card of a checkpoint as the program writes it now."""
    recipe = RECIPES[name]
    return card(name, recipe.title, recipe.terms, checkpoint.metrics(checkpoint.find(name)))


if __name__ == "__main__":
    for name in checkpoint.available():
        (checkpoint.find(name) / checkpoint.CARD).write_text(text_of(name), encoding="utf-8")
        print(f"checkpoints/{name}/{checkpoint.CARD}")
        folder = checkpoint.find(name)
        if index := packed_index(name, RECIPES[name], checkpoint.load(folder), checkpoint.metrics(folder)):
            write_whole(checkpoint.find(name) / checkpoint.INDEX, index)
            print(f"checkpoints/{name}/{checkpoint.INDEX}")
