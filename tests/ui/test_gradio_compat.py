"""What the page takes from Gradio beyond its public names: a failure here says which feature a new version breaks."""

from __future__ import annotations

import ast
import inspect
import json
import tracemalloc
from pathlib import Path
from typing import Any

import gradio as gr
import plotly.graph_objects as go
import pytest
from gradio import queueing, routes, state_holder
from helpers import asynchronous

import rnn_demo.ui
from rnn_demo.figures.figure import CONFIG
from rnn_demo.ui import gradio_compat as compat
from rnn_demo.ui.server.fair_queue import FairQueue

UI = Path(rnn_demo.ui.__file__).parent
FRONT_END = Path(gr.__file__).parent / "templates"

# A class, attribute or global of Gradio's own pages, and what fails without it.
OF_THE_FRONT_END = {
    "js-plotly-plot": "the stepper cannot mark the present step in Plotly figures",
    "Plotly": "the stepper cannot mark the present step in Plotly figures",
    "js_on_load": "no widget is drawn",
    "html-container": "widgets get Gradio's padding",
    "submit-button": "the buttons inside text boxes lose their labels' room",
    "tab-wrapper": "the row of tabs loses its look",
    "block-info": "the sentence at a wrong setting in the lab is not marked",
    "status-tracker": "Gradio's overlay covers what is drawn while an event runs",
}


@pytest.fixture(scope="module")
def page() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.State([])
        for _ in range(20):
            gr.Textbox("a" * 1_000)
    return page


def size(kind: type[state_holder.SessionState], page: gr.Blocks, count: int = 20) -> float:
    """Bytes of memory that a session takes."""
    kind(page)  # what is made once
    tracemalloc.start()
    sessions = [kind(page) for _ in range(count)]
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return memory / len(sessions)


def test_a_session_keeps_its_states_and_costs_a_tenth_of_gradios(page: gr.Blocks) -> None:
    heavy, light = compat.LightSession.__mro__[1], compat.LightSession
    assert list(inspect.signature(heavy.__init__).parameters) == ["self", "blocks"], "sessions can no longer be light"
    assert hasattr(heavy, "_update_config"), "light sessions keep the page's description again"
    assert hasattr(heavy, "_update_value_in_config"), "light sessions keep all answers again"
    assert size(light, page) < size(heavy, page) / 10
    state = next(block for block in page.blocks.values() if isinstance(block, gr.State))
    one, other = light(page), light(page)
    one[state._id] = [1]
    assert (one[state._id], other[state._id]) == ([1], []), "visitors share their states"


def test_gradio_makes_light_sessions_on_request(monkeypatch: pytest.MonkeyPatch, page: gr.Blocks) -> None:
    monkeypatch.setattr(state_holder, "SessionState", state_holder.SessionState)
    compat.use_light_sessions()
    holder = state_holder.StateHolder()
    holder.set_blocks(page)
    assert isinstance(holder["x"], compat.LightSession), "every call of the API costs 400 KB of memory"


@pytest.mark.parametrize("changes", [{}, {0: "a"}, {2: 7}, {0: "a", 1: "b", 2: 7, 3: gr.Button(visible=False)}])
def test_what_is_skipped_is_sent_as_gradio_sends_it_and_builds_nothing(
    monkeypatch: pytest.MonkeyPatch, changes: dict[int, Any]
) -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        outputs = [gr.Textbox(), gr.Textbox(), gr.State(), gr.Button("go")]
        gr.on(None, lambda: None, None, outputs)
    (function,) = page.fns.values()
    values = [changes.get(k, gr.skip()) for k in range(4)]
    session, build, built = compat.LightSession(page), gr.Textbox.__init__, list[object]()
    monkeypatch.setattr(gr.Textbox, "__init__", lambda box, **options: (built.append(box), build(box, **options))[1])
    theirs = asynchronous.run(compat._postprocess(page, function, list(values), session))
    assert built or {0, 1} <= set(changes), "Gradio no longer builds what is skipped: `postprocess_changes` can go"
    built.clear()
    ours = asynchronous.run(compat.postprocess_changes(page, function, list(values), session))
    assert ours == theirs
    assert session[outputs[2]._id] == changes.get(2)
    assert len(built) <= 1


def test_a_script_can_trigger_an_event_of_its_own() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        picture = gr.HTML("", js_on_load="trigger('choose', {text: 'a'})")
        gr.on([compat.custom_event(picture, "choose")], lambda: None, None, None)
    targets = [event["targets"] for event in page.config["dependencies"]]
    assert targets == [[(picture._id, "choose")]], "clicks on examples and answers reach nobody"


def test_a_figure_takes_the_settings_of_its_toolbar_with_it() -> None:
    value = compat.plot_value(go.Figure())
    assert json.loads(value.plot)["config"] == CONFIG
    assert gr.Plot().postprocess(value).model_dump()["plot"] == value.plot, "figures lose their toolbar's settings"


def test_a_download_lands_in_the_folder_that_gradio_empties_and_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    path = Path(compat.save_for_download(b"content", "my-model.zip"))
    assert path.is_relative_to(tmp_path), "saved models are not served, or never deleted"
    assert (path.name, path.read_bytes()) == ("my-model.zip", b"content")


def test_a_function_can_be_published_without_a_component() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        compat.api(lambda: "", api_name="ask")
    assert [event["api_name"] for event in page.config["dependencies"]] == ["ask"], "the public API is gone"


def test_a_call_of_an_unknown_endpoint_has_an_error_of_its_own() -> None:
    assert issubclass(compat.UnknownEndpoint, Exception), "an unknown endpoint is told as a broken server"


def test_pages_have_a_queue_in_which_visitors_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "Queue", queueing.Queue)
    compat.use_queue(FairQueue)
    with gr.Blocks(analytics_enabled=False) as page:
        pass
    page.queue()
    assert isinstance(page._queue, FairQueue), "one visitor can lock all others out"
    gradios = FairQueue.__mro__[1]
    for name in ("push", "get_events", "compute_analytics_summary"):
        assert hasattr(gradios, name), "one visitor can lock all others out"
        there, here = (inspect.signature(getattr(kind, name)) for kind in (gradios, FairQueue))
        assert list(there.parameters) == list(here.parameters)
    assert "self.get_events()" in inspect.getsource(gradios.start_processing)


def test_every_call_of_a_function_passes_through_plain_words() -> None:
    for module in (queueing, routes):
        source = inspect.getsource(module)
        assert "route_utils.call_process_api" in source, "visitors read what Python says"
        assert "import call_process_api" not in source
    assert gr.Error("a").print_exception, "Gradio's own errors cannot be told from ours"


def test_values_that_gradio_cannot_read_are_no_fault_of_ours() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.on([page.load], lambda text: text + 1, gr.Textbox(), None)
    function = page.fns[0]

    def failure(values: list[object]) -> Exception:
        with pytest.raises((ValueError, TypeError)) as caught:
            asynchronous.run(page.process_api(function, values))
        return caught.value

    assert compat.is_of_inputs(failure([])), "hand-made calls fill the log with tracebacks"
    assert not compat.is_of_inputs(failure(["a"]))


def test_gradio_reads_the_parts_of_an_upload_as_it_did() -> None:
    source = inspect.getsource(compat._parse)
    assert '"on_headers_finished": self.on_headers_finished' in source, "texts are uploaded"
    assert "_files_to_close_on_error" in source, "refused uploads stay"
    assert "self._current_part.file = None" in inspect.getsource(compat._read_headers)
    assert Path(inspect.getfile(routes)) == compat.READS_REQUESTS


def test_the_files_of_the_page_itself_are_known() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        label = gr.Label()
    label.keep_in_cache.add("a")
    app = type("App", (), {"get_blocks": lambda self: page})()
    assert compat.kept_files(app) == {"a"}, "pictures of the page itself are removed after an hour"


@pytest.mark.parametrize("name", OF_THE_FRONT_END)
def test_gradios_pages_still_have_the_names_that_ours_look_for(name: str) -> None:
    files = (path for path in FRONT_END.rglob("*") if path.suffix in (".js", ".css"))
    assert any(name in path.read_text(encoding="utf-8", errors="ignore") for path in files), OF_THE_FRONT_END[name]


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: str(path.relative_to(UI)))
def test_private_names_of_gradio_stand_in_gradio_compat_alone(path: Path) -> None:
    if path.name == "gradio_compat.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith("gradio"), f"line {node.lineno}: move it to gradio_compat.py"
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.split(".")[0] == "gradio"]
            assert names in ([], ["gradio"]), (
                f"line {node.lineno}: {names}: import gradio as gr, or use gradio_compat.py"
            )


def test_the_program_starts_on_a_machine_too_busy_to_show_its_page_at_once(
    page: gr.Blocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradio.networking.url_ok", lambda url: False)
    try:
        _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, **compat.WITHOUT_SELF_CHECK)
        assert address.startswith("http://127.0.0.1:"), "Gradio ends the program where it answers slowly"
    finally:
        page.close()


@pytest.mark.parametrize("data", [None, {"other": 1}])
def test_an_event_without_its_data_is_the_senders_mistake(data: object) -> None:
    with pytest.raises((TypeError, AttributeError)) as error:
        _ = gr.EventData(None, data).turn
    assert compat.is_of_inputs(error.value)


def test_a_page_that_was_built_without_servers_gets_one_when_it_is_launched() -> None:
    """Gradio makes one whenever the page or its queue is changed, a tenth of a second each time."""
    with compat.without_servers(), gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox()
        page.queue(max_size=7)
    assert page.app is None
    assert page.config["components"]
    server = routes.App.create_app(page)
    assert server.get_blocks() is page
    assert page._queue.max_size == 7
