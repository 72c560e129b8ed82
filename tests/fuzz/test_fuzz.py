"""Whatever is given to the program, it answers or refuses in a sentence; nothing crashes, hangs or gives a wrong type.

The long form: make fuzz, or FUZZ_CASES=21000 python -m pytest tests/fuzz
"""

import math
from dataclasses import replace
from functools import partial

import pytest
from fuzz import fuzz_files, fuzz_http, fuzz_page, fuzz_texts
from helpers.fuzzing import CASES, SHORT, fuzz

HERE = fuzz_texts.TARGETS | fuzz_files.TARGETS | fuzz_page.TARGETS
ALL = HERE | fuzz_http.TARGETS
SHARES = sum(target.share for target in ALL.values())
CASES_OF = {name: max(5, math.ceil((CASES or SHORT) * target.share / SHARES)) for name, target in ALL.items()}

pytestmark = pytest.mark.timeout(0 if CASES else 120)


@pytest.mark.filterwarnings("ignore:Duplicate name")  # in a zip, on purpose
@pytest.mark.parametrize("name", HERE)
def test_a_function_answers_or_refuses_in_a_sentence(name):
    fuzz(name, HERE[name], CASES_OF[name])


@pytest.mark.parametrize("name", fuzz_http.TARGETS)
def test_a_server_answers_or_refuses_in_a_sentence(name, server):
    target = fuzz_http.TARGETS[name]
    fuzz(name, replace(target, run=partial(target.run, server)), CASES_OF[name])
