"""A live run in its own process, as a page holds it: it pauses, samples, stops, and survives its process.

Example:

    run = RemoteRun(configure("characters", {}))
    while not run.over:
        run.advance(pool, 0.1)     # waits for what happens in the next tenth of a second
        print(run.picture)         # as `LiveRun.picture` gives it
    run.outcome.trained
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rnn_demo.experiments.live_run import Backup, LiveRun, default_prompt
from rnn_demo.experiments.preview import sample
from rnn_demo.experiments.run_config import RunConfig
from rnn_demo.experiments.workers import WAIT, JobFaultError, NotBegunError, Pool, Run, WorkerLostError
from rnn_demo.tasks import Example
from rnn_demo.zoo.build import Trained

PACE = 0.25  # seconds of training between two pictures
LONGEST_SAMPLE = 10.0  # seconds to wait for a sample of a run that is paused
BACKUP_PAUSE = 2.0  # seconds of training between two backups that leave the process


@dataclass(frozen=True)
class Prompt:
    """What samples are made of from now on."""

    text: str
    temperature: float


Message = Literal["stop", "pause", "resume"] | Prompt


@dataclass(frozen=True, eq=False)
class Moment:
    """A run as it stands; now and then with the weights of the last good step."""

    picture: dict[str, Any]
    paused: bool = False
    backup: Backup | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """The end of a run. `config` tells how the same result is made again; `trained` is None where there is none."""

    config: RunConfig
    picture: dict[str, Any]
    trained: Trained | None
    sampled: Sequence[Example]  # what samples of a network that writes are compared on


def train_live(
    config: RunConfig, prompt: str, temperature: float
) -> Generator[Moment | Outcome | Literal["wait for a message"], tuple[Message, ...] | None, None]:
    """The job: a `Moment` after the first step and then at every `PACE`, last an `Outcome`; it listens to messages."""
    live, paused, backed_up = LiveRun(config, prompt, temperature), False, -BACKUP_PAUSE
    while True:
        if live.step is None:
            while live.step is None and not live.over:  # the first picture waits for one step only
                live.advance(0)
        elif not paused:
            live.advance(PACE)
        if live.over:
            break
        backup = live.backup if live.seconds - backed_up > BACKUP_PAUSE else None
        backed_up = live.seconds if backup else backed_up
        messages = yield Moment(live.picture(), paused, backup)
        if paused and not messages:
            messages = yield WAIT
        for message in messages or ():
            if isinstance(message, Prompt):
                live.prompt, live.temperature = message.text, message.temperature
                live.take_sample()
            elif message == "stop":
                live.stop()
            paused = message == "pause" or (paused and isinstance(message, Prompt))
    yield outcome(live)


def rescue(config: RunConfig, backup: Backup, prompt: str, temperature: float, seconds: float) -> Generator[Outcome]:
    """The job after a process was lost: evaluate the weights that had left it."""
    live = LiveRun(config, prompt, temperature)
    live.seconds = seconds
    live.go_back(backup)
    yield outcome(live)


def outcome(live: LiveRun) -> Outcome:
    """What is left of a run that is over; the examples it learnt from are at hand where it was configured.

    Its model is on the CPU from now on: the process that reads it may have no GPU.
    """
    if live.trained is not None:
        live.trained.model.to("cpu")
    return Outcome(replace(live.config, examples=()), live.picture(), live.trained, live.sampled)


class RemoteRun:
    """A run in a process that starts with its first `advance`. `picture` is {} until then; `notice` comes with it."""

    def __init__(self, config: RunConfig, prompt: str = "", temperature: float = 0.5, notice: str = "") -> None:
        self.config, self.temperature = config, temperature
        self.prompt = prompt or default_prompt(config)
        self.picture: dict[str, Any] = {}
        self.paused, self.stopping, self.over = False, False, False
        self._resuming = False
        self.outcome: Outcome | None = None
        self._notices = [notice] if notice else []
        self._lost = False
        self._backup: Backup | None = None
        self._run: Run | None = None

    @property
    def begun(self) -> bool:
        """Has a process been started for it?"""
        return self._run is not None

    @property
    def can_pause(self) -> bool:
        """Not on a GPU that is lent: it would be held meanwhile."""
        return self._run is None or self._run.listens

    def advance(self, pool: Pool, seconds: float) -> None:
        """Take in what happens in the next seconds; the first call starts the process.

        It returns earlier when the run ends, and as soon as there is a first picture.
        """
        try:
            if self._run is None:
                self._run = pool.start(train_live, self.config, self.prompt, self.temperature)
            events = self._run.events(seconds) if self.picture else self._run.receive(seconds)
            for event in events:
                self._take(event)
        except WorkerLostError:
            if not self.over:  # it was not closed in the meantime
                self._recover(pool)
        except NotBegunError as error:
            self._end(str(error))
        except ValueError as error:
            self._end(f"The training ended with an error: {error}.")
        except JobFaultError:  # the process wrote it into the log
            self._end("The training ended because something went wrong on the server; start it again.")

    def pause(self) -> None:
        """Let no step follow until `resume`."""
        self._send("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self.paused, self._resuming = False, True
        self._send("resume")

    def stop(self, notice: str = "") -> None:
        """Let no step follow; what was learnt so far is evaluated and kept. A `notice` may say why."""
        self._notices += [notice] if notice else []
        self.stopping, self.paused, self._resuming = True, False, True
        self._send("stop")

    def change_sample(self, prompt: str, temperature: float) -> None:
        """Sample with another prompt from now on; a run that is over does so at once."""
        self.prompt, self.temperature = prompt, temperature
        if self.outcome is None:
            self._send(Prompt(prompt, temperature))
            if self.paused and self._run is not None:  # nobody else reads what it says
                for event in self._run.receive(LONGEST_SAMPLE):
                    self._take(event)
        elif self.outcome.trained is not None:
            model = self.outcome.trained.model
            fresh = sample(model, prompt, temperature, tuple(self.outcome.sampled))
            self.picture["sample"] = fresh | {"epoch": self.picture.get("epoch", 0)}

    def close(self) -> None:
        """Give up the run and its process at once."""
        self.over = True
        if self._run is not None:
            self._run.close()

    def _send(self, message: Message) -> None:
        if self._run is not None:
            self._run.send(message)

    def _take(self, event: Moment | Outcome) -> None:
        picture = event.picture
        if "step" not in picture:  # it evaluated what another process had trained, whose curves stay
            picture = self.picture | {name: value for name, value in picture.items() if name != "curves"}
        self.picture = {"curves": event.picture["curves"]} | picture
        self.picture["notices"] = [*self._notices, *event.picture["notices"]]
        if isinstance(event, Outcome):
            self.config, self.outcome = event.config, event
            self.close()
        else:
            self._resuming = self._resuming and event.paused  # what it said during the pause may still be on its way
            self.paused = event.paused and not self._resuming
            self._backup = event.backup or self._backup

    def _recover(self, pool: Pool) -> None:
        """The process was lost: let another one evaluate the last weights that are known, once."""
        if self._backup is None or self._lost:
            self._end(
                "The process that trained this network was lost, perhaps for lack of memory, and nothing of the run "
                "could be saved; start it again."
            )
            return
        self._lost = True
        self._notices.append("The process that trained this network was lost, perhaps for lack of memory.")
        self.close()
        self.over = False
        seconds = self.picture.get("seconds", 0.0)
        self._run = pool.start(rescue, self.config, self._backup, self.prompt, self.temperature, seconds)

    def _end(self, notice: str) -> None:
        self._notices.append(notice)
        self.picture = self.picture | {"notices": [*self.picture.get("notices", []), notice], "over": True}
        self.close()
