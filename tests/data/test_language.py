"""Which language a text is in: named where its function words say so, and English is never taken for another one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rnn_demo.data.language import ENGLISH, OTHERS, foreign_language
from rnn_demo.data.tokens import reviews
from rnn_demo.zoo.recipes import SHIPPED

SENTENCES = {
    "German": (
        "Der Film war schlecht.",
        "Dieser Film ist eine Katastrophe, ich habe geschlafen.",
        "Das Essen war kalt und der Kellner hat uns nicht beachtet.",
        "Ich habe selten so gelacht wie in diesem Stück.",
    ),
    "French": (
        "Ce film est magnifique, j'ai adoré chaque minute.",
        "Le repas était froid et le serveur ne nous a pas regardés.",
        "Je ne le conseille à personne, c'est trop long.",
        "Une belle histoire, mais la fin est ratée.",
    ),
    "Spanish": (
        "Esta película es maravillosa y la recomiendo a todos.",
        "La comida estaba fría y el camarero no nos hizo caso.",
        "No me gustó nada, es muy larga y aburrida.",
        "El hotel es bonito, pero las habitaciones son pequeñas.",
    ),
    "Italian": (
        "Questo film è bellissimo e lo consiglio a tutti.",
        "Il cibo era freddo e il cameriere non ci ha guardati.",
        "Non mi è piaciuto per niente, è troppo lungo.",
        "La storia è bella, ma gli attori sono pessimi.",
    ),
    "Portuguese": (
        "Este filme é maravilhoso e eu recomendo a todos.",
        "A comida estava fria e o empregado não olhou para nós.",
        "Não gostei nada, é muito longo e a história não tem fim.",
        "O hotel é bonito, mas os quartos são pequenos.",
    ),
    "Dutch": (
        "Deze film is prachtig en ik raad hem iedereen aan.",
        "Het eten was koud en de ober keek niet naar ons.",
        "Ik vond er niets aan, het is veel te lang.",
        "Een mooi verhaal, maar het einde is slecht.",
    ),
}
OURS = [
    "Die Hard is the best film of its kind.",
    "Les Misérables made me cry.",
    "The La La Land soundtrack is a joy.",
    "Not bad at all!",
    "El Mariachi cost next to nothing, and you can tell.",
    "hello",
    "great",
    "",
]


@pytest.mark.parametrize(("language", "text"), [(name, text) for name, texts in SENTENCES.items() for text in texts])
def test_the_language_of_a_sentence_is_named(language: str, text: str) -> None:
    assert foreign_language(reviews(text)) == language


@pytest.mark.parametrize("text", OURS)
def test_english_with_foreign_names_is_english(text: str) -> None:
    assert foreign_language(reviews(text)) is None


@pytest.mark.parametrize("file", [SHIPPED / "sentiment_sentences.csv", SHIPPED / "turns.csv"])
def test_no_english_sentence_that_ships_is_taken_for_another_language(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    assert len(texts) > 250
    assert [text for text in texts if foreign_language(reviews(text))] == []


def test_what_two_languages_share_with_english_counts_for_english() -> None:
    assert not any(words & ENGLISH for words in OTHERS.values())
    assert min(map(len, OTHERS.values())) > 60
