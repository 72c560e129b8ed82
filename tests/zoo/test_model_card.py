"""A model card is in the Hub's own form: its client reads licence, data sets and results from it, without a network."""

import pytest
from huggingface_hub import ModelCard

from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.card_metadata import SCORES, hub_datasets
from rnn_demo.zoo.card_uses import BY_TASK, failures, weakest_labels
from rnn_demo.zoo.model_card import card


def read(name):
    return ModelCard((checkpoint.find(name) / checkpoint.CARD).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", checkpoint.available())
def test_the_hub_s_client_reads_what_was_measured(name):
    data, metrics = read(name).data, checkpoint.metrics(checkpoint.find(name))
    assert (data.license, data.library_name, data.model_name) == ("mit", "rnn_demo", name)
    assert metrics["task"] in data.tags
    assert data.pipeline_tag in ("text-classification", "text-generation")
    values = [round(part[key], 4) for part in metrics["measured"].values() for key in SCORES if key in part]
    assert [result.metric_value for result in data.eval_results] == values
    assert {result.metric_type for result in data.eval_results} == set(data.metrics)


@pytest.mark.parametrize("name", checkpoint.available())
def test_a_card_says_what_it_is_for_and_what_it_must_not_be_used_for(name):
    text = read(name).text
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    wanted = ["Uses", "Bias, risks and limitations", "Training data", "Training procedure", "Evaluation"]
    assert [heading for heading in headings if heading in wanted] == wanted
    assert "**Intended.**" in text
    assert "**Out of scope.**" in text


def test_names_are_never_to_decide_about_a_person_and_opinions_never_about_groups():
    assert "Never decide anything about a person" in read("names").text
    assert "groups of people" in read("sentiment").text
    assert set(BY_TASK) <= set(TASKS)


def test_public_data_sets_have_their_ids_on_the_hub():
    assert read("sentiment").data.datasets == ["stanfordnlp/imdb", "stanfordnlp/sst2"]
    results = {(one.dataset_type, one.dataset_split) for one in read("sentiment").data.eval_results}
    assert {("stanfordnlp/imdb", "test"), ("stanfordnlp/sst2", "validation")} <= results
    assert read("qa").data.datasets is None
    assert hub_datasets({"data": ["mine.csv"], "teaching": [{"data": [], "labelled": ["sst2_train.csv.gz"]}]}) == [
        "stanfordnlp/sst2"
    ]


def test_what_a_network_gets_wrong_stands_in_its_card():
    metrics = checkpoint.metrics(checkpoint.find("sentiment"))
    report = metrics["stress"]
    text = read("sentiment").text
    assert f"it fails {report['failures']:,} of {report['cases']:,}" in text
    for row in report["capabilities"]:
        assert f"| {row['name']} | {row['kind']} | {row['failures']} of {row['cases']} |" in text
    assert failures(None) == ""


def test_a_sentence_cannot_break_the_table_of_failures():
    example = {"texts": ["a | b ` c <b>"], "probabilities": [0.2], "expected": "positive"}
    row = {"name": "one", "area": "all", "kind": "MFT", "cases": 2, "failures": 1, "flips": 0, "example": example}
    made = failures({"cases_each": 2, "cases": 2, "failures": 1, "capabilities": [row]})
    (line,) = (line for line in made.splitlines() if line.startswith("| all"))
    assert line.count("|") == 6
    assert "`a / b ' c <b>` (0.20): should be positive" in line


def test_of_many_labels_those_that_are_missed_most_are_named():
    recall = {f"label {n:02}": n / 20 for n in range(20)}
    said = weakest_labels({"test": {"recall_by_label": recall}})
    assert said.startswith("On test it found these least often: label 00 (0%), label 01 (5%)")
    assert weakest_labels({"test": {"recall_by_label": {"a": 1.0, "b": 0.5}}}) == ""


def test_a_card_of_a_visitor_s_own_model_has_the_same_form():
    metrics = checkpoint.metrics(checkpoint.find("names")) | {"data": ["mine.csv"]}
    data = ModelCard(card("mine", 'Mine: "a" & b', "my own", metrics)).data
    assert data.model_name == "mine"
    assert data.eval_results[0].dataset_name == "mine.csv"


def test_a_transformer_that_taught_is_named():
    taught = checkpoint.metrics(checkpoint.find("sentiment"))
    assert "all-MiniLM-L6-v2 (22 million parameters, Apache-2.0)" in card("sentiment", "Title", "terms", taught)
    alone = taught | {"teaching": [stage | {"teacher": ""} for stage in taught["teaching"]]}
    assert "all-MiniLM-L6-v2" not in card("sentiment", "Title", "terms", alone)
