"""Files appear whole or not at all."""

import errno
import os

import pytest

from rnn_demo.data import atomic_files
from rnn_demo.data.atomic_files import write_whole


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path):
    for content in (b"first", b"second"):
        write_whole(tmp_path / "a", content)
        assert (tmp_path / "a").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    write_whole(tmp_path / "a", b"old")
    monkeypatch.setattr(atomic_files.os, "fsync", lambda file: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_only_what_is_open_for_writing_must_be_forced_to_the_disk(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="Windows itself refuses, and needs no imitation")

    def as_windows_does(descriptor):
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(atomic_files.os, "fsync", as_windows_does)
    write_whole(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"
