"""A stand-in for the package `spaces` of a Space with ZeroGPU, which does what that does, as far as its source says.

It is imported as `spaces` where this folder is on the path. Torch claims to have a GPU everywhere; a decorated function
runs in a forked process, to which everything is pickled; whoever has too little time left is refused before it begins;
and a program without a decorated function does not start. No GPU is there, so a lent one is as fast as the processor.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Generator
from functools import wraps
from typing import Any

TOO_LATE = "torch" in sys.modules  # when this was imported

import gradio as gr  # noqa: E402
import torch  # noqa: E402
from gradio.context import LocalContext  # noqa: E402

TOKEN = "x-ip-token"  # the header by which a Space knows a visitor
QUOTA = float(os.environ.get("STAND_IN_QUOTA", "300"))  # seconds of each visitor
left: dict[str | None, float] = {}  # of each visitor's seconds, by the token
decorated: list[Callable[..., Any]] = []
_system = multiprocessing.get_context("fork")
_is_available, _launch = torch.cuda.is_available, gr.Blocks.launch


def gradio_auto_wrap(function: Any) -> Any:
    """Gradio passes every function of a page through this."""
    return function


def GPU(task: Any = None, *, duration: Any = 60) -> Any:  # noqa: N802
    """The decorator, here for generator functions alone."""
    if task is None:
        return lambda function: GPU(function, duration=duration)

    @wraps(task)
    def lend(*arguments: Any) -> Generator[Any, None, None]:
        charge(duration(*arguments) if callable(duration) else duration)
        mine, theirs = _system.Pipe()
        leave = _system.Event()
        process = _system.Process(target=work, args=(task, theirs, leave), daemon=True)
        process.start()
        theirs.close()
        try:
            mine.send(arguments)
            while (news := mine.recv())[0] == "value":
                yield news[1]
            if news[0] == "error":
                raise gr.Error(news[1], print_exception=False)
        except EOFError:
            raise gr.Error("GPU task aborted", print_exception=False) from None
        except GeneratorExit:
            leave.set()
            raise
        finally:
            mine.close()

    decorated.append(lend)
    return lend


def charge(seconds: float) -> None:
    """Take the time from the visitor whose request this is, or refuse it."""
    request = LocalContext.request.get(None)
    visitor = request.headers.get(TOKEN) if request is not None else None
    has = left.setdefault(visitor, QUOTA)
    if seconds > has:
        raise gr.Error(
            f"You have exceeded your free ZeroGPU quota ({seconds:.0f}s requested vs. {has:.0f}s left). "
            "Try again in 3:12:01. ",
            print_exception=False,
        )
    left[visitor] = has - seconds


def work(task: Callable[..., Any], connection: Any, leave: Any) -> None:
    """The forked process: the only place with real CUDA, and none of its own processes are allowed."""
    torch.cuda.is_available = _is_available
    try:
        events = task(*connection.recv())
        for value in events:
            if leave.is_set():
                events.close()
                return
            connection.send(("value", value))
        connection.send(("end", None))
    except BrokenPipeError:
        return
    except Exception as error:
        connection.send(("error", type(error).__name__))


def launch(page: gr.Blocks, *arguments: Any, **options: Any) -> Any:
    """What a Space checks when the page is launched."""
    if TOO_LATE:
        raise RuntimeError("`spaces` was imported after torch")
    if not decorated:
        raise RuntimeError("No @spaces.GPU function detected during startup")
    return _launch(page, *arguments, **options)


def lie() -> None:
    """Let torch claim to have a GPU."""
    torch.cuda.is_available = lambda: True


if __name__ == "spaces":
    lie()
    gr.Blocks.launch = launch  # type: ignore[method-assign]
