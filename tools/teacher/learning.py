"""How the teacher learns and answers: in batches of about as many tokens each, with AdamW, in bfloat16."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from rnn_demo.network.padding import pad
from tools.teacher.encoder import Teacher

POOL = 30  # batches, within which texts are sorted by length


def batches(encoded: Sequence[Sequence[int]], tokens: int, seed: int | None = None) -> list[list[int]]:
    """Rows in batches of at most `tokens` with their padding: by length, or with a seed shuffled in pools of `POOL`."""
    rows = list(range(len(encoded)))
    if seed is None:
        return list(_filled(sorted(rows, key=lambda row: len(encoded[row])), encoded, tokens))
    generator = random.Random(seed)
    generator.shuffle(rows)
    mean = sum(map(len, encoded)) / max(1, len(encoded))
    pool = max(1, round(POOL * tokens / mean))
    result = []
    for start in range(0, len(rows), pool):
        result += _filled(sorted(rows[start : start + pool], key=lambda row: len(encoded[row])), encoded, tokens)
    generator.shuffle(result)
    return result


def _filled(rows: Sequence[int], encoded: Sequence[Sequence[int]], tokens: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for row in rows:  # the longest one comes last
        if batch and (len(batch) + 1) * len(encoded[row]) > tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def learn(
    teacher: Teacher,
    encoded: Sequence[Sequence[int]],
    positive: np.ndarray,
    *,
    learning_rate: float = 1e-4,
    epochs: int = 1,
    tokens: int = 2048,
    seed: int = 0,
) -> Iterator[tuple[int, int, float]]:
    """Fine-tune on texts and their probability of positive (N,); yields the step, how many there are, and the loss."""
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(teacher.parameters(), lr=learning_rate, weight_decay=0.01, fused=True)
    steps = sum(len(batches(encoded, tokens, seed + epoch)) for epoch in range(epochs))
    teacher.train()
    done = 0
    for epoch in range(epochs):
        for rows in batches(encoded, tokens, seed + epoch):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * min(1.0, (done + 1) / (0.06 * steps), (steps - done) / (0.94 * steps))
            odds = _odds(teacher, [encoded[row] for row in rows])
            targets = torch.tensor(positive[rows], dtype=torch.float32)
            loss = nn.functional.binary_cross_entropy_with_logits(odds, targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimizer.step()
            done += 1
            yield done, steps, loss.item()


@torch.inference_mode()
def answer(
    teacher: Teacher, encoded: Sequence[Sequence[int]], tokens: int = 4096
) -> Iterator[tuple[list[int], np.ndarray]]:
    """Row numbers and the log-odds of positive of those texts, batch by batch."""
    teacher.eval()
    for rows in batches(encoded, tokens):
        yield rows, _odds(teacher, [encoded[row] for row in rows]).numpy()


def all_answers(teacher: Teacher, encoded: Sequence[Sequence[int]]) -> np.ndarray:
    """The log-odds of positive of all texts, (N,)."""
    odds = np.zeros(len(encoded), dtype=np.float32)
    for rows, part in answer(teacher, encoded):
        odds[rows] = part
    return odds


def _odds(teacher: Teacher, encoded: Sequence[Sequence[int]]) -> Tensor:
    ids, lengths = pad(encoded)
    with torch.autocast("cpu", torch.bfloat16):
        return teacher(ids, lengths)
