"""What needs a CUDA GPU: `python -m pytest tests/gpu`, and `python tests/gpu/speeds.py` for a table of speeds."""

import pytest
import torch


def pytest_collection_modifyitems(items):
    for item in items:
        if not torch.cuda.is_available() and "gpu" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason="there is no CUDA GPU here"))
