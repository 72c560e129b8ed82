"""Whether a device computes in a precision is found out by trying."""

import torch
from torch import nn

from rnn_demo.network.precision import has_kernel

CPU = torch.device("cpu")


def test_a_device_has_a_kernel_exactly_where_an_lstm_runs():
    try:
        with torch.autocast("cpu", torch.bfloat16):
            nn.LSTM(3, 5)(torch.ones(2, 3))
        runs = True
    except RuntimeError:
        runs = False
    assert has_kernel(torch.bfloat16, CPU) == runs


def test_finding_it_out_draws_no_random_number():
    before = torch.get_rng_state()
    has_kernel.cache_clear()
    has_kernel(torch.bfloat16, CPU)
    assert torch.equal(torch.get_rng_state(), before)
