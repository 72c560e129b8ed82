"""What is swept from the folder for uploads and downloads, and what is never touched."""

from __future__ import annotations

import inspect
import os
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import gradio as gr
import pytest
from gradio.route_utils import GradioMultiPartParser
from helpers.asynchronous import run
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

from rnn_demo.limits import MAX_STORED_BYTES
from rnn_demo.ui.environment import is_own, own_folder
from rnn_demo.ui.gradio_compat import use_uploads_of_files
from rnn_demo.ui.guard import server
from rnn_demo.ui.server import temp_files
from rnn_demo.ui.server.temp_files import sweep


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return own_folder(tmp_path)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time() + seconds
    monkeypatch.setattr(temp_files.time, "time", lambda: now)


def test_what_a_killed_server_and_a_broken_upload_left_is_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tmpbroken").write_bytes(b"half an upl")
    (folder / "hash").mkdir()
    (folder / "hash" / "texts.csv").write_bytes(b"text\n")
    kept = folder / "kept.svg"
    kept.write_bytes(b"<svg/>")
    sweep(folder, {str(kept)})
    assert len(list(folder.rglob("*"))) == 4, "what is new stays"
    later(monkeypatch, temp_files.AGE + 1)
    sweep(folder, {str(kept)})
    assert list(folder.rglob("*")) == [kept]


def test_when_there_is_too_much_the_oldest_go_first(folder: Path) -> None:
    """By default where there is more than MAX_STORED_BYTES."""
    assert inspect.signature(sweep).parameters["most"].default == MAX_STORED_BYTES
    for age, name in enumerate(("new", "middle", "old")):
        (folder / name).write_bytes(bytes(100))
        os.utime(folder / name, (time.time() - age,) * 2)
        time.sleep(0.02)
    (folder / "old").chmod(0o600)  # its status is the newest, as of a file that is handed out again
    sweep(folder, most=250)
    assert len(list(folder.iterdir())) == 2
    sweep(folder, most=0)
    assert list(folder.iterdir()) == []


def test_a_folder_that_somebody_else_chose_is_never_swept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 10 * temp_files.AGE)
    for other in (tmp_path, tmp_path / "data", folder / "gradio-inside"):
        other.mkdir(exist_ok=True)
        (other / "thesis.csv").write_bytes(b"text\n")
        assert not is_own(other)
        sweep(other)
        assert (other / "thesis.csv").exists()
    link = tmp_path / "gradio-link"
    link.symlink_to(tmp_path / "data")
    sweep(link)
    assert (tmp_path / "data" / "thesis.csv").exists()


def test_a_server_sweeps_when_it_starts_and_again_and_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    monkeypatch.setattr(temp_files, "INTERVAL", 0.01)
    swept: list[Path] = []
    twice = threading.Event()

    def note(place: Path, keep: set[str], age: float) -> None:
        assert age == temp_files.AGE
        swept.append(place)
        if len(swept) > 1:
            twice.set()

    monkeypatch.setattr(temp_files, "sweep", note)
    with gr.Blocks(analytics_enabled=False) as page:
        pass
    with TestClient(gr.routes.App.create_app(page, app_kwargs=server())):
        assert twice.wait(30)
    assert set(swept) == {folder}


@pytest.mark.parametrize("reason", [HTTPException(413), MultiPartException("no name"), ClientDisconnect()])
def test_an_upload_that_is_refused_or_breaks_off_leaves_no_file(folder: Path, reason: Exception) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b'--bb\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n' + b"a" * 5_000
        assert [path for path in folder.iterdir() if path.is_file()] != []
        raise reason

    use_uploads_of_files()
    headers = Headers({"Content-Type": "multipart/form-data; boundary=bb"})
    parser = GradioMultiPartParser(headers, body(), upload_dir=folder, max_file_size=10**6)  # type: ignore[arg-type]
    with pytest.raises(type(reason)):
        run(parser.parse())
    assert list(folder.iterdir()) == []
