"""Training: configurations, batches, losses, and loops that yield events."""

from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.device import choose_device
from rnn_demo.training.loop import Check, Diverged, Epoch, Event, Step, train

__all__ = ["Check", "Diverged", "Epoch", "Event", "Step", "TrainingConfig", "choose_device", "train"]
