"""What app.py sets before Gradio and torch are imported, and that the page starts with it where it did not before."""

from __future__ import annotations

import os
import tempfile
import urllib.request
from pathlib import Path

import pytest
from helpers.serving import ROOT, serving
from helpers.warm_python import run_python

from rnn_demo.ui.environment import own_folder, prepare_environment
from rnn_demo.ui.page import GARBAGE


def test_nothing_that_is_set_is_changed_but_for_a_socks_proxy() -> None:
    environment = {"GRADIO_TEMP_DIR": "/x", "OMP_WAIT_POLICY": "ACTIVE", "NO_PROXY": "a.b, localhost", "no_proxy": "*"}
    proxies = {"ALL_PROXY": "socks5://127.0.0.1:9", "all_proxy": "SOCKS4://x", "HTTPS_PROXY": "http://proxy:1"}
    both = environment | proxies
    prepare_environment(both)
    assert (both["GRADIO_TEMP_DIR"], both["OMP_WAIT_POLICY"]) == ("/x", "ACTIVE")
    assert both["NO_PROXY"] == "a.b,localhost,127.0.0.1,::1"
    assert both["no_proxy"] == "*,localhost,127.0.0.1,::1"
    assert set(proxies) & set(both) == {"HTTPS_PROXY"}


def test_an_empty_environment_is_made_private_and_patient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment: dict[str, str] = {}
    prepare_environment(environment)
    assert environment["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert environment["OMP_WAIT_POLICY"] == "PASSIVE"
    assert Path(environment["GRADIO_TEMP_DIR"]).parent == tmp_path


def test_a_search_for_garbage_does_not_look_through_the_page() -> None:
    """It takes half a second, in which nobody gets an answer."""
    program = (
        "import gc, runpy, gradio\n"
        "gradio.Blocks.launch = lambda *_, **__: print(gc.get_freeze_count(), gc.isenabled(), *gc.get_threshold())\n"
        "runpy.run_path('app.py', run_name='__main__')"
    )
    told = run_python(["-c", program], ROOT)
    count, enabled, *thresholds = told.stdout.split()
    assert int(count) > 100_000, told.stderr
    assert enabled == "True"
    assert tuple(map(int, thresholds)) == GARBAGE


def test_only_a_space_believes_another_machine_where_a_visitor_is() -> None:
    alone: dict[str, str] = {"GRADIO_TEMP_DIR": "/x"}
    space = {**alone, "SPACE_ID": "somebody/rnn_demo"}
    prepare_environment(alone)
    prepare_environment(space)
    assert "FORWARDED_ALLOW_IPS" not in alone
    assert space["FORWARDED_ALLOW_IPS"] == "10.0.0.0/8,127.0.0.1,::1"


def test_the_folder_for_files_is_this_users_alone(tmp_path: Path) -> None:
    folder = own_folder(tmp_path)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert own_folder(tmp_path) == folder
    folder.rmdir()
    folder.symlink_to(tmp_path)  # somebody else took the name
    other = own_folder(tmp_path)
    assert (other != folder, other.is_dir(), other.parent) == (True, True, tmp_path)


def test_the_page_starts_behind_a_proxy_and_after_another_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.lower() == "no_proxy"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "gradio").write_text("not a folder that can be written to", encoding="utf-8")
    with serving() as (address, _):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        assert opener.open(address, timeout=30).status == 200
