"""Memory that is free again goes back to the system."""

import ctypes
import platform
from pathlib import Path

import pytest

from rnn_demo.ui import heap

BLOCK, COUNT = 60_000, 2_000  # bytes: small enough that C's library keeps what is freed


def resident():
    return int(Path("/proc/self/status").read_text(encoding="utf-8").partition("VmRSS:")[2].split()[0]) * 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked to give memory back")
def test_what_was_freed_between_blocks_in_use_goes_back():
    c = ctypes.CDLL(None)
    c.malloc.restype, c.malloc.argtypes, c.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
    blocks = [c.malloc(BLOCK) for _ in range(COUNT)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks[:-1]:  # the last one is in use, so the heap cannot shrink by itself
        c.free(block)
    before = resident()
    assert heap.give_back()
    assert before - resident() > BLOCK * COUNT / 2
    c.free(blocks[-1])


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda name: object())
    assert heap.give_back() is False
