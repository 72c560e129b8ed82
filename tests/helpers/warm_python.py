"""Programs in separate processes that need not import torch, pandas and Gradio first: they are forked, not started.

As a script this file is the process that has imported them. For each line that it reads, {"arguments", "folder",
"environment", "files"}, it forks a program with those arguments and writes its exit code. The package itself is never
imported there, so a program can bring its own copy of it.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

FILES = {"stdin": os.O_RDONLY, "stdout": os.O_WRONLY, "stderr": os.O_WRONLY}  # in the order of their numbers


def run_python(
    arguments: Sequence[str | Path], folder: Path, stdin: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What `python ARGUMENTS`, that is `-c PROGRAM ...` or `-m MODULE ...`, does in a folder."""
    words = [str(word) for word in arguments]
    environment = {**(environment or os.environ)}
    if not hasattr(os, "fork"):
        python = [sys.executable, *words]
        return subprocess.run(python, cwd=folder, input=stdin, env=environment, capture_output=True, encoding="utf-8")
    with tempfile.TemporaryDirectory() as beside:
        files = [Path(beside, name) for name in FILES]
        for file in files:
            file.write_text(stdin if file.name == "stdin" else "", encoding="utf-8")
        order = {
            "arguments": words,
            "folder": str(folder),
            "environment": environment,
            "files": [str(file) for file in files],
        }
        server = warm_server()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(order) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(
            words, code, *(file.read_text(encoding="utf-8", errors="replace") for file in files[1:])
        )


@cache
def warm_server() -> subprocess.Popen[str]:
    """The process that forks, started when it is needed first."""
    server = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.kill)
    return server


def become(order: Mapping[str, Any]) -> int:
    """Be the program that was asked for; its exit code."""
    for number, (file, mode) in enumerate(zip(order["files"], FILES.values(), strict=True)):
        opened = os.open(file, mode)
        os.dup2(opened, number)
        os.close(opened)
    for number, name in enumerate(FILES):
        setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    kind, what, *rest = order["arguments"]
    searched = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:1] = ["" if kind == "-c" else order["folder"], *(path for path in searched if path not in sys.path)]
    sys.argv = [kind, *rest]
    try:
        if kind == "-c":
            sys.modules["__main__"] = ModuleType("__main__")
            exec(compile(what, "<string>", "exec"), vars(sys.modules["__main__"]))
        else:
            runpy.run_module(what, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
            return 1
        return ended.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    import gradio  # noqa: F401
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401
    import torch

    torch.set_num_threads(1)  # a process with threads cannot be forked
    for line in sys.stdin:
        if not (child := os.fork()):
            code = become(json.loads(line))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
