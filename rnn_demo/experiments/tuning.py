"""Hyperparameter search: Optuna tries learning rates, hidden sizes, dropouts and cells for a recipe.

Several processes, on several machines, may search together in one storage: a database, or a journal, which is a file in
a folder that they share. Each trial draws its options with a seed of its own, from its number in the study.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_demo.network.cells import CELLS
from rnn_demo.tasks import Example
from rnn_demo.training import Diverged, Epoch, train
from rnn_demo.zoo import build, recipes
from rnn_demo.zoo.recipe import Recipe

if TYPE_CHECKING:
    import optuna

HIDDEN_SIZES = (16, 32, 64, 128, 256)
JOURNALS = (".log", ".journal")  # how the name of a file ends that holds a journal
HEARTBEAT, GRACE = 20, 90  # seconds between two signs of life of a trial, and without one until it counts as lost
MOST_RETRIES = 3  # of a trial whose process was lost


def search(
    name: str, recipe: Recipe, data: Path | None, trials: int, storage: str | None = None
) -> Iterator[dict[str, Any]]:
    """Train a recipe `trials` times with options that a tree-structured Parzen estimator proposes.

    Yields {"trial", "value", "options"} after each: the validation accuracy at the lowest validation loss, or
    minus the last loss where the task holds nothing out, so more is better. With `storage`, as `open_storage` takes it,
    trials are added to those already there. A run that diverges is recorded as failed and not yielded. In a database,
    a trial whose process was lost is tried again by whichever process begins a trial next.
    Raises ValueError for no trials and for a storage that cannot be opened.
    """
    import optuna

    if trials < 1:
        raise ValueError(f"trials must be at least 1, got {trials}")
    examples = build.read_examples(recipe, data)
    study = open_study(name, storage)
    results: list[dict[str, Any]] = []

    def objective(trial: optuna.Trial) -> float:
        study.sampler = optuna.samplers.TPESampler(seed=recipe.training.seed + trial.number)
        options = suggest(trial)
        value = score(recipes.with_options(recipe, options), examples)
        results.append({"trial": trial.number, "value": value, "options": options})
        return value

    for _ in range(trials):
        study.optimize(objective, n_trials=1, catch=(Diverged,))
        yield from results
        results.clear()


def best_trial(name: str, storage: str) -> dict[str, Any] | None:
    """The best trial in a storage, whichever process made it, as `search` yields it; None before the first one."""
    import optuna

    trials = open_study(name, storage).get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    if not trials:
        return None
    best = max(trials, key=lambda trial: float(trial.value or 0))
    return {"trial": best.number, "value": best.value, "options": dict(best.params)}


def open_study(name: str, storage: str | None) -> optuna.Study:
    """The study of a recipe, new or from the storage; ValueError if that cannot be opened."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for pause in (0.1, 0.3, 0.6, 1.0, 0.0):  # of several processes that begin at once, one makes a database's tables
        try:
            backend = storage and open_storage(storage)
            return optuna.create_study(storage=backend, study_name=name, direction="maximize", load_if_exists=True)
        except ImportError as error:
            raise ValueError(
                f"the storage {storage!r} needs a driver that is not installed ({error}); for PostgreSQL, "
                'pip install "rnn_demo[postgresql]" and write postgresql+pg8000://USER@HOST/DATABASE'
            ) from error
        except Exception as error:  # each database driver has its own family of errors
            if not pause:
                raise ValueError(
                    f"the storage {storage!r} cannot be opened ({type(error).__name__}); give a database such as "
                    "sqlite:///tune.db, or a file whose name ends in .log for a journal"
                ) from error
            time.sleep(pause)
    raise AssertionError


def open_storage(place: str) -> optuna.storages.BaseStorage:
    """A journal by the name of its file, which ends in .log or .journal, or a database by its URL."""
    import optuna
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    if "://" not in place and place.endswith(JOURNALS):
        lock = JournalFileOpenLock(place)  # the other kind of lock needs a symbolic link, which Windows may refuse
        return optuna.storages.JournalStorage(JournalFileBackend(place, lock))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        retry = optuna.storages.RetryHeartbeatStaleTrialCallback(max_retry=MOST_RETRIES)
        return optuna.storages.RDBStorage(
            place, heartbeat_interval=HEARTBEAT, grace_period=GRACE, heartbeat_stale_trial_callback=retry
        )


def suggest(trial: optuna.Trial) -> dict[str, Any]:
    """One proposal: options of the architecture and the training, by their names."""
    return {
        "learning_rate": trial.suggest_float("learning_rate", 1e-4, 5e-2, log=True),
        "hidden_size": trial.suggest_categorical("hidden_size", HIDDEN_SIZES),
        "dropout": trial.suggest_float("dropout", 0.0, 0.5),
        "cell": trial.suggest_categorical("cell", tuple(CELLS)),
    }


def score(recipe: Recipe, examples: list[Example]) -> float:
    """Train once; return the value that the search maximizes."""
    model, split = build.build_model(recipe, examples)
    epochs = [e for e in train(model, split.train, split.validation, recipe.training) if isinstance(e, Epoch)]
    validated = [(e.validation_loss, e.validation_accuracy) for e in epochs if e.validation_loss is not None]
    if validated:
        return float(min(validated)[1] or 0.0)
    return -epochs[-1].loss
