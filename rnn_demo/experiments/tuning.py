"""Hyperparameter search: Optuna tries learning rates, hidden sizes, dropouts and cells for a recipe."""

from __future__ import annotations

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


def search(
    name: str, recipe: Recipe, data: Path | None, trials: int, storage: str | None = None
) -> Iterator[dict[str, Any]]:
    """Train a recipe `trials` times with options that a tree-structured Parzen estimator proposes.

    Yields {"trial", "value", "options"} after each: the validation accuracy at the lowest validation loss, or
    minus the last loss where the task holds nothing out, so more is better. With `storage`, the address of a
    database, trials are added to those already there. A run that diverges is recorded as failed and not yielded.
    Raises ValueError for no trials and for a database that cannot be opened.
    """
    import optuna

    if trials < 1:
        raise ValueError(f"trials must be at least 1, got {trials}")
    examples = build.read_examples(recipe, data)
    study = open_study(name, recipe, storage)
    for _ in range(trials):
        trial = study.ask()
        options = suggest(trial)
        try:
            value = score(recipes.with_options(recipe, options), examples)
        except Diverged:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            continue
        study.tell(trial, value)
        yield {"trial": trial.number, "value": value, "options": options}


def open_study(name: str, recipe: Recipe, storage: str | None) -> optuna.Study:
    """The study of a recipe, new or from the database; the same seed proposes the same options."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = optuna.create_study(storage=storage, study_name=name, direction="maximize", load_if_exists=True)
    except Exception as error:  # each database driver has its own family of errors
        raise ValueError(
            f"the storage {storage!r} cannot be opened ({type(error).__name__}); give one such as sqlite:///tune.db"
        ) from error
    # Without the number of trials in the seed, a continued study would propose its first options again.
    study.sampler = optuna.samplers.TPESampler(seed=recipe.training.seed + len(study.trials))
    return study


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
