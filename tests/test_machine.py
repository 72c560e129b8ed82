"""What a long training asks of the machine is asked once, and never against what the user has set."""

import os
import subprocess
import sys

import pytest

from rnn_demo.machine import is_zero_gpu

SEES = (
    "import os; from rnn_demo.machine import prepare_process; prepare_process(); import torch; "
    "print(os.environ['OMP_WAIT_POLICY'], torch.ones(9).sum())"
)


@pytest.mark.parametrize(("given", "kept"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_wait_without_spinning_unless_the_user_wants_them_to(given, kept):
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    environment |= {"OMP_WAIT_POLICY": given} if given else {}
    ended = subprocess.run([sys.executable, "-c", SEES], env=environment, capture_output=True, text=True)
    assert (ended.stderr, ended.stdout) == ("", f"{kept} tensor(9.)\n")


@pytest.mark.parametrize(("value", "is_one"), [("true", True), ("1", True), ("false", False), ("", False)])
def test_a_space_with_zero_gpu_says_so_in_its_environment(value, is_one):
    assert is_zero_gpu({"SPACES_ZERO_GPU": value}) is is_one
    assert not is_zero_gpu({})
