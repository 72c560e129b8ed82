"""Imports made before a job process forks; each uses one torch thread."""

from __future__ import annotations

import gc

import torch

import rnn_demo.experiments.clipping
import rnn_demo.experiments.gradient_study
import rnn_demo.experiments.lab.exhibits
import rnn_demo.experiments.lab.series_run
import rnn_demo.experiments.remote_run
import rnn_demo.experiments.teach_table  # noqa: F401
from rnn_demo.training.config import import_compiler

torch.set_num_threads(1)
import_compiler()  # the first optimizer would import it
gc.freeze()  # a job that looks through all this for garbage would make a copy of it, of 80 MiB
