"""Whatever is given to the program, it answers or refuses in a sentence; nothing crashes, hangs or gives a wrong type.

The long form: make fuzz, or FUZZ_CASES=20000 python -m pytest tests/fuzz
"""

import math

import fuzz_files
import fuzz_page
import fuzz_texts
import pytest
from fuzzing import CASES, SHORT, fuzz

TARGETS = fuzz_texts.TARGETS | fuzz_files.TARGETS | fuzz_page.TARGETS
SHARES = sum(target.share for target in TARGETS.values())


@pytest.mark.timeout(0 if CASES else 120)
@pytest.mark.parametrize("name", TARGETS)
def test_it_answers_or_refuses_in_a_sentence(name):
    fuzz(name, TARGETS[name], max(5, math.ceil((CASES or SHORT) * TARGETS[name].share / SHARES)))
