"""Pictures without a browser: every one is an SVG that any program draws alike, and says what it shows."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.page.pictures import YOUNG

from rnn_demo import __main__ as command_line
from rnn_demo.analysis.trace import record
from rnn_demo.experiments import shipped
from rnn_demo.experiments.shipped.learning_curves import CurveEpoch
from rnn_demo.figures import VIEWS
from rnn_demo.figures.drawing import axes, cell, files, lesson_figures, network, svg
from rnn_demo.figures.drawing.chart import chart
from rnn_demo.figures.drawing.lesson_figures import between, jumping_unit
from rnn_demo.figures.drawing.ready import (
    FURTHER_LINKS,
    LESSON_PICTURES,
    NAMES,
    PICTURES,
    STUDY_PICTURES,
    draw,
    figure_of,
)
from rnn_demo.figures.drawing.slide import Drawing, Slide
from rnn_demo.figures.palette import OF_LABELS, faint
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.ui.links import parse
from rnn_demo.ui.page import TABS
from rnn_demo.ui.teachers.pictures import FOLDER
from rnn_demo.ui.teachers.section import captions
from rnn_demo.zoo.checkpoint import open_checkpoint

SVG = "{http://www.w3.org/2000/svg}"
KINDS = {"svg", "title", "g", "rect", "path", "polyline", "polygon", "circle", "text", "tspan"}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
CLOSE = 3.0  # pixels of a slide of 1920: processors round in different ways


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_a_slide_in_plain_svg_with_its_title_and_its_source(name: str) -> None:
    text = draw(name).svg()
    assert not YOUNG.search(text)
    assert "nan" not in re.sub(r">[^<]*<", "><", text).lower().replace("dominant", "")
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 1920 1080"
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= KINDS
    words = texts(root)
    assert "python -m rnn_demo figure" in " ".join(words)
    assert len(text) < 120_000


@pytest.mark.parametrize("name", LESSON_PICTURES)
def test_the_pictures_of_the_page_are_what_the_command_draws(name: str, tmp_path: Path) -> None:
    files.save(name, None, None, tmp_path / "a.svg")
    fresh, kept = ((p / f).read_text(encoding="utf-8") for p, f in ((tmp_path, "a.svg"), (FOLDER, f"{name}.svg")))
    assert NUMBER.sub("", re.sub(r"<path[^>]*>", "", fresh)) == NUMBER.sub("", re.sub(r"<path[^>]*>", "", kept))
    fresh, kept = (re.sub(r'(?<=<path d=")[^"]*', "", text) for text in (fresh, kept))  # cells may change their colour
    pairs = zip(NUMBER.findall(fresh), NUMBER.findall(kept), strict=True)
    assert max(abs(float(a) - float(b)) for a, b in pairs) < CLOSE


def test_the_document_shows_them_all_with_their_commands() -> None:
    from tools.teaching_pictures import DOCUMENT, document

    assert DOCUMENT.read_text(encoding="utf-8") == document()
    assert list(captions()) == list(LESSON_PICTURES)
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(LESSON_PICTURES)


@pytest.mark.parametrize("name", LESSON_PICTURES)
def test_each_of_a_lesson_leads_to_a_place_of_the_page(name: str) -> None:
    link = parse(LESSON_PICTURES[name], TABS)
    assert link is not None
    if "figure" in link:
        assert link["figure"] in VIEWS


def test_the_titles_say_what_their_numbers_show() -> None:
    study = shipped.load("curves")
    rows = [row for row in study.of(CurveEpoch) if row.recipe == "characters"]
    held = [row.validation_loss for row in rows]
    best = int(np.argmin(held))
    title = draw("overfitting").title
    assert f"after epoch {rows[best].epoch} the validation loss rises from {held[best]:.2f} to {held[-1]:.2f}" in title
    assert held[-1] > 1.1 * held[best]
    assert rows[-1].loss < rows[best].loss
    free = [(row.forced, row.free) for row in rows if row.free is not None]
    assert free[-1][1] > free[-1][0]
    assert f"{free[-1][0]:.1f}" in draw("forcing").title


def test_gates_and_verdict_name_the_step_that_they_mark() -> None:
    for name in ("gates", "verdict"):
        figure = figure_of(name)
        shape, ticks = figure.layout.shapes[0], figure.layout.xaxis
        assert ticks.ticktext[list(ticks.tickvals).index(int(shape.x0 + 0.5))] == "not"
        assert "“not”" in figure.layout.title.text
    jumps = {trace.name.split()[0]: (trace.y[9], trace.y[10]) for trace in figure_of("gates").data}
    gate = max(jumps, key=lambda name: abs(jumps[name][1] - jumps[name][0]))
    was, now = jumps[gate]
    assert f"the {gate} gate" in draw("gates").title
    assert f"from {was:.2f} to {now:.2f}" in draw("gates").title


def test_the_verdict_has_the_colours_of_the_page_above_and_below_one_half() -> None:
    data = {(trace.name, trace.mode): trace for trace in figure_of("verdict").data}
    line = np.array(data["probability", "lines"].y)
    for label, side in (("positive", line >= 50), ("negative", line < 50)):
        points, area = data[label, "markers"], data[label, "lines"]
        assert points.marker.color == OF_LABELS[label]
        assert area.fillcolor == faint(OF_LABELS[label])
        assert np.array_equal(np.isfinite(np.array(points.y, float)), side)
        assert all((corner >= 50) == (label == "positive") or corner == 50 for corner in area.y)
    assert between(np.array([80.0, 20.0]), 50, True) == [(0, 50), (0, 80), (0.5, 50), (1, 50), (1, 50)]
    assert between(np.array([80.0, 20.0]), 50, False) == [(0, 50), (0, 50), (0.5, 50), (1, 20), (1, 50)]


def test_the_gates_are_those_of_a_unit_that_jumps_there_alone_and_that_the_link_opens() -> None:
    jumps = np.abs(np.diff([trace.y for trace in figure_of("gates").data], axis=1)).max(axis=0)
    assert jumps[9] > max(*jumps[:8], *jumps[11:])  # at "not"; the step after it, the unit comes back
    assert f"of unit {int(LESSON_PICTURES['gates']['unit']) + 1} " in draw("gates").title  # the page counts from 1
    values = np.zeros((2, 5, 3))
    values[0, :, 0] = [0, 1, 0, 1, 0]
    values[1, 3:, 2] = 0.5
    assert jumping_unit(values, 3) == (1, 2)


@pytest.mark.parametrize("name", CELLS)
def test_any_cell_is_drawn_with_every_operation_of_its_equations(name: str) -> None:
    model = SequenceModel(Architecture(name, 4), open_checkpoint("hello").vocabulary, ["a", "b"]).eval()
    drawing = cell.cell(record(model, "hell"), 2)
    words = texts(ElementTree.fromstring(Slide("a", "b", drawing).svg()))
    for quantity in CELLS[name].quantities:
        for operation in re.findall(r"\\(?:tanh|sigma|odot|max)", quantity.equation):
            sign = {"\\odot": "×", "\\sigma": "σ", "\\tanh": "tanh", "\\max": "max"}[operation]
            assert any(sign in line for line in words)
        assert any(quantity.title in line for line in words) or quantity.name in CELLS[name].state


def test_three_cells_are_of_one_size_and_the_title_counts_their_gates_and_states() -> None:
    slide = draw("cells")
    assert slide.title.startswith("The RNN (tanh) has no gates, the GRU 2, the LSTM 3; only the LSTM carries a second")
    root = ElementTree.fromstring(slide.svg())
    sums = [node for node in root.iter(f"{SVG}text") if "".join(node.itertext()) == "W x + W h + b"]
    assert len(sums) == 1 + 3 + 4
    assert len({node.get("font-size") for node in sums}) == 1
    scales = re.findall(r"scale\(([\d.]+)\)", slide.svg())
    assert len(scales) == 1, "no cell is drawn larger than another"
    assert min(float(node.get("font-size")) for node in root.iter(f"{SVG}text")) * float(scales[0]) > 13


@pytest.mark.parametrize("name", FURTHER_LINKS)
def test_a_picture_of_several_networks_leads_to_each(name: str) -> None:
    models = [parse(link, TABS)["model"] for link in FURTHER_LINKS[name].values()]
    assert len(set(models)) == len(models) > 1
    assert LESSON_PICTURES[name]["model"] in models


def test_the_strips_have_the_colours_of_the_numbers() -> None:
    strip = ElementTree.fromstring(f"<g>{network.strip(np.array([1.0, -1.0, 0.0]), 1, 0, 0, 10, 30)}</g>")
    fills = [node.get("fill") for node in strip if node.tag == "path"]
    assert fills == ["#a84300", "#f2f2f2", "#0b4f94"]


def test_a_chart_has_its_points_where_the_axes_say() -> None:
    figure = go.Figure(go.Scatter(x=[0, 10], y=[1, 100], mode="lines", line={"color": "#123456"}))
    figure.update_layout(xaxis={"range": [0, 10], "title": "step"}, yaxis={"type": "log", "range": [0, 2]})
    root = ElementTree.fromstring(Slide("a", "b", chart(figure)).svg())
    (line,) = [node for node in root.iter(f"{SVG}polyline") if node.get("stroke") == "#123456"]
    (x0, y0), (x1, y1) = (map(float, point.split(",")) for point in line.get("points").split())
    assert x0 < x1
    assert y0 > y1
    assert {"step", "1", "10", "100"} <= set(texts(root))


def test_what_cannot_be_drawn_is_refused_and_a_gap_stays_a_gap() -> None:
    with pytest.raises(ValueError, match="a pie cannot be drawn"):
        chart(go.Figure(go.Pie(values=[1, 2])))
    broken = chart(go.Figure(go.Scatter(x=[0, 1, 2, 3], y=[1, 2, None, 4], mode="lines"))).content
    assert broken.count("<polyline") == 2


def test_ticks_are_round_and_few() -> None:
    axis = go.layout.YAxis()
    assert [label for _, label in axes.ticks(axis, 0, 1, False, 6)] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert [label for _, label in axes.ticks(axis, -3, 1, True, 8)] == [
        "10<sup>−3</sup>",
        "10<sup>−2</sup>",
        "10<sup>−1</sup>",
        "1",
        "10",
    ]
    assert len(axes.ticks(axis, 0.1, 0.6, True, 6)) >= 2


def test_no_text_becomes_markup_and_every_letter_can_be_saved() -> None:
    line = svg.text(0, 0, "<script>&amp;\x01 a<sub>t</sub>")
    node = ElementTree.fromstring(line)
    assert "".join(node.itertext()) == "<script>&␁ at"
    slide = Slide("<img onerror=alert(1)>", "s", Drawing(svg.rect(0, 0, 1, 1), 1, 1))
    assert not [node for node in ElementTree.fromstring(slide.svg()).iter() if "img" in node.tag]


# --- the command --------------------------------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr("sys.argv", ["rnn_demo", "figure", *arguments])
    with pytest.raises(SystemExit) as end:
        command_line.main()
    out = capsys.readouterr()
    return int(end.value.code or 0), out.out + out.err


def test_the_command_writes_svg_and_html_of_a_trace_of_ones_own(monkeypatch, capsys, tmp_path: Path) -> None:
    for view in ("heat map", "unrolled"):
        for end in ("svg", "html"):
            file = tmp_path / f"a.{end}"
            assert run(monkeypatch, capsys, view, "hello", "hell", "--out", str(file)) == (0, f"{file}\n")
            assert "hell" in file.read_text(encoding="utf-8")
    assert "https://" not in re.sub(r"<script.*?</script>", "", (tmp_path / "a.html").read_text(), flags=re.DOTALL)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["pie", "--out", "a.svg"], "there is no picture 'pie'; choose one of heat map, answers"),
        (["unrolled", "nobody", "text", "--out", "a.svg"], "nobody"),
        (["unrolled", "names", "", "--out", "a.svg"], "text"),
        (["unrolled", "names", "--out", "a.pdf"], "--out must end in .svg, .png or .html, got 'a.pdf'"),
        (["unrolled", "--out", "nowhere/a.svg"], "there is no folder 'nowhere'"),
        (["unrolled"], "say where the picture goes: --out unrolled.svg"),
        (["race", "names", "Ivan", "--out", "a.svg"], "race shows a study that comes with the package"),
        (["attention", "names", "Ivan", "--out", "a.svg"], "names does not pool by attention"),
        (["unrolled", "hello", "--out", "a.svg"], "give a text for hello to read"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    monkeypatch, capsys, tmp_path: Path, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, output = run(monkeypatch, capsys, *arguments)
    assert code == 2
    assert says in output
    assert output.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_png_without_kaleido_is_refused_with_what_to_do(monkeypatch, capsys, tmp_path: Path) -> None:
    def missing(*_: object, **__: object) -> bytes:
        raise ValueError('Image export using the "kaleido" engine requires the kaleido package')

    monkeypatch.setattr(go.Figure, "to_image", missing)
    code, output = run(monkeypatch, capsys, "race", "--out", str(tmp_path / "a.png"))
    assert (code, output) == (2, f"error: {files.NO_KALEIDO}\n")
    assert not list(tmp_path.iterdir())


def test_every_view_is_a_picture() -> None:
    assert set(VIEWS) <= set(PICTURES)
    assert set(LESSON_PICTURES) <= set(NAMES) == {*PICTURES, *STUDY_PICTURES}
    assert dataclasses.is_dataclass(Slide)
    assert lesson_figures.turns(np.array([0.5, 0.6, 0.1, 0.2])) == 2
