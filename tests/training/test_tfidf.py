"""The linear model is that of scikit-learn, and it counts each text as much as it is told."""

from itertools import pairwise

import numpy as np
import pytest

from rnn_demo.data.tokens import words
from rnn_demo.tasks import TASKS
from rnn_demo.training.tfidf import Tfidf
from rnn_demo.zoo.recipes import SHIPPED


@pytest.fixture(scope="module")
def sentences():
    examples = TASKS["sentiment"].read(SHIPPED / "sentiment_sentences.csv")
    texts = [words(example.text) for example in examples]
    return texts, np.array([example.label == "positive" for example in examples])


def words_and_pairs(text):
    return [*text, *map(" ".join, pairwise(text))]


def test_it_is_the_model_of_scikit_learn(sentences):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, positive = sentences
    vectorizer = TfidfVectorizer(analyzer=words_and_pairs, min_df=2, sublinear_tf=True)
    reference = LogisticRegression(tol=1e-8, max_iter=1000).fit(vectorizer.fit_transform(texts[:200]), positive[:200])
    ours = Tfidf(texts[:200], positive[:200], np.ones(200))
    assert ours.parameters == len(vectorizer.get_feature_names_out()) + 1
    expected = reference.decision_function(vectorizer.transform(texts[200:]))
    assert ours.log_odds(texts[200:]) == pytest.approx(expected, abs=1e-3)


def test_pairs_make_the_order_count(sentences):
    texts, positive = sentences
    ours = Tfidf(texts, positive, np.ones(len(texts)))
    one, other = ours.log_odds([["was", "not"], ["not", "was"]])
    assert one != other


def test_a_text_that_counts_for_nothing_teaches_nothing(sentences):
    texts, positive = sentences
    counts = np.arange(len(texts)) % 3 > 0
    ours = Tfidf(texts, positive, counts.astype(float))
    others = Tfidf(texts, np.where(counts, positive, ~positive), counts.astype(float))
    assert ours.log_odds(texts).tolist() == others.log_odds(texts).tolist()
    assert ours.log_odds(texts).tolist() != Tfidf(texts, positive, np.ones(len(texts))).log_odds(texts).tolist()


def test_a_text_without_a_known_phrase_gets_the_bias_alone(sentences):
    texts, positive = sentences
    ours = Tfidf(texts, positive, np.ones(len(texts)))
    assert ours.log_odds([[], ["zzz"]]).tolist() == [float(ours.bias)] * 2
