"""A recurrent network with nothing but NumPy: forward, loss, backpropagation through time, training.

The equations, for one sequence of one-hot characters x_0 ... x_{T-1} (V characters, H hidden units):

    h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h)         (H,)
    y_t = W_hy h_t + b_y                              (V,)
    p_t = softmax(y_t)                                the probability of each next character
    L   = mean over t of -log p_t[target_t]

Backpropagation through time (Werbos 1990; Goodfellow et al. 2016, section 10.2.2) walks the same steps
from the last to the first: dL/dh_t is what y_t sends down plus what h_{t+1} sends back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rnn_demo.network.arrays import softmax

Array = NDArray[np.float64]
PARAMETERS = ("W_xh", "W_hh", "W_hy", "b_h", "b_y")


def one_hot(ids: NDArray[np.int64], size: int) -> Array:
    """Rows of the identity: ids (T,) -> (T, V)."""
    return np.eye(size)[ids]


@dataclass(eq=False)
class CharRNN:
    """A character-level RNN of plain arrays: W_xh (H, V), W_hh (H, H), W_hy (V, H), b_h (H,), b_y (V,)."""

    W_xh: Array
    W_hh: Array
    W_hy: Array
    b_h: Array
    b_y: Array

    @classmethod
    def random(cls, vocabulary_size: int, hidden_size: int, seed: int = 0) -> CharRNN:
        """Weights drawn from U(-k, k) with k = 1/sqrt(H), as PyTorch draws them."""
        rng, k = np.random.default_rng(seed), hidden_size**-0.5
        V, H = vocabulary_size, hidden_size
        return cls(*(rng.uniform(-k, k, shape) for shape in ((H, V), (H, H), (V, H), (H,), (V,))))

    def forward(self, x: Array) -> tuple[Array, Array]:
        """Read x (T, V); return the hidden states (T, H) and the scores of each next character (T, V)."""
        h = np.zeros((len(x), len(self.b_h)))
        h_prev = np.zeros_like(self.b_h)
        for t, x_t in enumerate(x):
            h[t] = np.tanh(self.W_xh @ x_t + self.W_hh @ h_prev + self.b_h)
            h_prev = h[t]
        return h, h @ self.W_hy.T + self.b_y

    def loss(self, x: Array, targets: NDArray[np.int64]) -> float:
        """Mean cross-entropy in nats of targets (T,) given x (T, V)."""
        p = softmax(self.forward(x)[1])
        return float(-np.log(p[np.arange(len(targets)), targets]).mean())

    def gradients(self, x: Array, targets: NDArray[np.int64]) -> dict[str, Array]:
        """dL/dW for each parameter by backpropagation through time, and dL/dh_t (T, H) under "h"."""
        h, y = self.forward(x)
        T = len(x)
        dy = (softmax(y) - one_hot(targets, y.shape[1])) / T  # of softmax and cross-entropy together
        grads = {name: np.zeros_like(getattr(self, name)) for name in PARAMETERS}
        grads["h"] = np.zeros_like(h)
        from_later = np.zeros_like(self.b_h)
        for t in reversed(range(T)):
            h_prev = h[t - 1] if t else np.zeros_like(self.b_h)
            dh = self.W_hy.T @ dy[t] + from_later
            da = dh * (1 - h[t] ** 2)  # through tanh
            grads["h"][t] = dh
            grads["W_hy"] += np.outer(dy[t], h[t])
            grads["b_y"] += dy[t]
            grads["W_xh"] += np.outer(da, x[t])
            grads["W_hh"] += np.outer(da, h_prev)
            grads["b_h"] += da
            from_later = self.W_hh.T @ da
        return grads


@dataclass(eq=False)
class Adam:
    """Adam (Kingma & Ba 2015, algorithm 1) over named arrays, changed in place."""

    learning_rate: float = 0.01
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8
    step_count: int = 0
    m: dict[str, Array] = field(default_factory=dict)
    v: dict[str, Array] = field(default_factory=dict)

    def step(self, model: CharRNN, grads: dict[str, Array]) -> None:
        self.step_count += 1
        beta1, beta2 = self.betas
        for name in PARAMETERS:
            g = grads[name]
            self.m[name] = beta1 * self.m.get(name, np.zeros_like(g)) + (1 - beta1) * g
            self.v[name] = beta2 * self.v.get(name, np.zeros_like(g)) + (1 - beta2) * g**2
            m_hat = self.m[name] / (1 - beta1**self.step_count)
            v_hat = self.v[name] / (1 - beta2**self.step_count)
            weight = getattr(model, name)
            weight -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)


def characters(text: str) -> list[str]:
    """The alphabet of a text: each character once, sorted. "hello" -> e h l o."""
    return sorted(set(text))


def train(
    text: str = "hello", hidden_size: int = 8, steps: int = 100, learning_rate: float = 0.01, seed: int = 0
) -> Iterator[tuple[CharRNN, float, str]]:
    """Learn to predict the next character of `text`; after each step yield the model, its loss (nats) and its output.

    For "hello" it reads "hell" and should answer "ello".
    """
    if len(text) < 2:
        raise ValueError(f"text must have at least 2 characters, so that one follows another; got {text!r}")
    alphabet = characters(text)
    ids = np.array([alphabet.index(character) for character in text])
    x, targets = one_hot(ids[:-1], len(alphabet)), ids[1:]
    model, optimizer = CharRNN.random(len(alphabet), hidden_size, seed), Adam(learning_rate)
    for _ in range(steps):
        optimizer.step(model, model.gradients(x, targets))
        output = "".join(alphabet[i] for i in model.forward(x)[1].argmax(axis=1))
        yield model, model.loss(x, targets), output
