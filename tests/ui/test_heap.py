"""Memory that is free again goes back to the system."""

import ctypes
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from rnn_demo.ui import heap

ROOT = Path(__file__).parents[2]
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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a heap for each thread")
def test_threads_share_a_few_heaps():
    code = """
import ctypes, threading
from rnn_demo.ui.heap import few_heaps
assert few_heaps()
c = ctypes.CDLL(None)
c.malloc.restype, c.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
heaps, together = set(), threading.Barrier(12)
def work():
    together.wait()
    heaps.add(c.malloc(1000) >> 26)  # glibc's heaps begin at multiples of 64 MiB
threads = [threading.Thread(target=work) for _ in range(12)]
[t.start() for t in threads]; [t.join() for t in threads]
print(len(heaps))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(told.stdout) <= heap.HEAPS


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda name: object())
    assert heap.give_back() is False
    assert heap.few_heaps() is False
