"""JSON holds nothing that a browser cannot parse."""

import json

import numpy as np
import pytest

from rnn_demo.data.json_text import finite, strict_json


def test_nan_is_null_in_json():
    value = {
        "loss": float("nan"),
        "curve": [(1, float("-inf")), {"x": (float("inf"), "NaN")}, (2, 0.5)],
        "name": "é",
        "none": None,
        "count": 3,
    }
    assert json.loads(strict_json(value), parse_constant=pytest.fail) == {
        "loss": None,
        "curve": [[1, None], {"x": [None, "NaN"]}, [2, 0.5]],
        "name": "é",
        "none": None,
        "count": 3,
    }


def test_an_array_is_a_list_and_what_is_not_a_number_in_it_is_none():
    assert finite({"h": np.float32([[1.5, np.nan], [-np.inf, 2]])}) == {"h": [[1.5, None], [None, 2.0]]}
    assert finite(np.arange(3)) == [0, 1, 2]
