"""A run on a GPU that is lent for it: on a Space with ZeroGPU, whose package `spaces` lends one to a call at a time.

    run = LentRun(pool, on_device(config), prompt, temperature)     # in place of pool.start(train_live, ...)

`spaces` runs the call in a process that it forks, which may have no children, so the training itself runs there. What
it yields comes back as bytes. No message reaches it: when its visitor presses Stop, the call is ended, and the last
weights that came back are evaluated here, on the CPU.
"""

from __future__ import annotations

import contextvars
import math
import queue
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from typing import Any

import torch

from rnn_demo.experiments.live_run import Backup
from rnn_demo.experiments.remote_run import Moment, rescue, train_live
from rnn_demo.experiments.run_config import RunConfig
from rnn_demo.experiments.workers import Job, NotBegunError, Pool, Run, WorkerLostError, pack
from rnn_demo.limits import MAX_LENT_SECONDS
from rnn_demo.network.threads import use_one_thread
from rnn_demo.training.config import import_compiler
from rnn_demo.zoo.recipes import with_options

GPU = "cuda"
# Seconds: until the first step, for a step of training, for a token of it in each layer, and for the evaluation;
# docs/gpu.md measures steps of training.
START, OF_A_STEP, OF_A_TOKEN, END = 5.0, 0.004, 1e-4, 5.0
CAREFUL = 2.0  # how many times the estimate is asked for
NOT_LENT = "No GPU was lent for this run: {reason} It can be trained on the CPU instead: press Start."
STOPPED = "Stopped before there was anything to keep."
STOP = b"stop"
LATE = "Training was stopped after {seconds:.0f} seconds, for which the GPU was lent."


def on_device(config: RunConfig, device: str = GPU) -> RunConfig:
    """The same run, to be trained on a device."""
    return replace(config, recipe=with_options(config.recipe, {"device": device}))


def seconds_to_ask(config: RunConfig, *_: Any, **__: Any) -> int:
    """The seconds for which a GPU is asked: a generous estimate, for a visitor who has fewer left gets none at all."""
    training = config.recipe.training
    steps = training.max_steps or training.epochs * math.ceil(len(config.examples) / training.batch_size)
    longest = max((len(example.text) for example in config.examples), default=1)
    each = OF_A_STEP + OF_A_TOKEN * min(longest, training.max_tokens) * config.recipe.architecture.num_layers
    return math.ceil(min(MAX_LENT_SECONDS, START + CAREFUL * steps * each + END))


def train_lent(config: RunConfig, prompt: str, temperature: float) -> Generator[bytes, None, None]:
    """What runs where the GPU is: `train_live` with its events packed, stopped in time to be evaluated there."""
    end = time.monotonic() + seconds_to_ask(config) - END
    here = on_device(config, GPU if torch.cuda.is_available() else "cpu")
    late: list[str] = []
    use_one_thread()
    try:
        events = train_live(here, prompt, temperature)
        event = next(events)
        while True:
            if late and not isinstance(event, str):
                event.picture["notices"] = [*event.picture["notices"], *late]
            yield pack("event", event)
            if time.monotonic() > end and not late:
                late = [LATE.format(seconds=seconds_to_ask(config))]
                event = events.send(("stop",))
            else:
                event = next(events)
    except StopIteration:
        yield pack("end")
    except (ValueError, ArithmeticError) as error:
        yield pack("refusal", error)


def lent() -> Callable[..., Generator[bytes, None, None]]:
    """`train_lent` as the package `spaces` lends a GPU to it; where that is not imported, as it is."""
    spaces = sys.modules.get("spaces")
    return spaces.GPU(train_lent, duration=seconds_to_ask) if spaces else train_lent


class LentRun(Run):
    """A run on a lent GPU at work, with the events of `train_live`; none of its messages but "stop" is heard."""

    listens = False

    def __init__(self, pool: Pool, call: Callable[..., Generator[bytes, None, None]], *arguments: Any) -> None:
        self.over = False
        self._pool, self._arguments = pool, arguments
        self._left = threading.Event()
        self._rescue: Run | None = None
        self._news: queue.Queue[bytes | Exception] = queue.Queue()
        self._backup: Backup | None = None
        self._seconds = 0.0  # of training
        # In the context of the visitor's request, from which `spaces` reads whose GPU time it is.
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._read, call), name="lent-gpu", daemon=True).start()

    def _read(self, call: Callable[..., Generator[bytes, None, None]]) -> None:
        """Pass on what comes from where the GPU is, until the run is left; an error says why nothing came."""
        begun = False
        try:
            with closing(call(*self._arguments)) as messages:
                for message in messages:
                    if self._left.is_set():
                        return
                    begun = True
                    self._news.put(message)
            raise WorkerLostError("the call ended early")  # after a message that says "end" nobody reads this
        except Exception as error:
            reason = str(getattr(error, "message", error)).strip()
            if begun:
                self._news.put(WorkerLostError(reason))
            else:
                self._news.put(NotBegunError(NOT_LENT.format(reason=reason.rstrip(".") + ".")))

    def receive(self, seconds: float | None) -> list[Any]:
        if self._rescue is not None:
            events = self._rescue.receive(seconds)
            self.over = self._rescue.over
            return events
        try:
            news = self._news.get(timeout=seconds)
        except queue.Empty:
            return []
        if isinstance(news, Exception):
            self.over = True
            raise news
        if news == STOP:
            return self._stop()
        events = self.unpack(news)
        for event in events:
            if isinstance(event, Moment):
                self._backup, self._seconds = event.backup or self._backup, event.picture["seconds"]
        return events

    def _stop(self) -> list[Any]:
        """End the call, and begin to evaluate the last weights that came back."""
        self._left.set()
        if self._backup is None:
            self.over = True
            raise NotBegunError(STOPPED)
        config, prompt, temperature = self._arguments
        self._rescue = self._pool.start(rescue, config, self._backup, prompt, temperature, self._seconds)
        return []

    def send(self, message: object) -> None:
        if message == "stop":
            self._news.put(STOP)

    def close(self) -> None:
        self.over = True
        self._left.set()
        if self._rescue is not None:
            self._rescue.close()


class LendingPool(Pool):
    """Processes for jobs, and for runs on the GPU the one that `spaces` lends."""

    def __init__(self) -> None:
        super().__init__()
        self._call = lent()
        import_compiler()  # here, before the process for the GPU is forked: there its seconds count

    def start(self, job: Job, *arguments: Any) -> Run:
        if job is train_live and arguments[0].recipe.training.device == GPU:
            return LentRun(self, self._call, *arguments)
        return super().start(job, *arguments)
