# make demo: set up and start the app on the shipped checkpoints.   make test: set up and run all tests.

PYTHON ?= python3
VENV ?= .venv
DATA ?= data
RECIPES = hello qa-notebook qa-fast sentiment-notebook qa names names-gru names-rnn names-deep sentiment

RUN = $(VENV)/bin/python

.PHONY: demo test fuzz load coverage mutants lint checkpoints
demo: $(VENV)/.app
	$(RUN) app.py

test: $(VENV)/.dev
	$(RUN) tests/find_chromium.py
	$(RUN) -m pytest

# The long form of what `make test` does in short: about so many texts, files and requests that no friend would send.
CASES ?= 21000
fuzz: $(VENV)/.dev
	FUZZ_CASES=$(CASES) $(RUN) -m pytest tests/fuzz

# A classroom of 50 for five minutes, with one training in the lab, then 300 calls at once.
load: $(VENV)/.dev
	$(RUN) tests/load/visitors.py

# Which lines of the core no test runs. The page is tested in a browser, and what only measures is left out.
coverage: $(VENV)/.dev
	$(RUN) -m coverage run -m pytest --ignore=tests/browser --ignore=tests/fuzz
	$(RUN) -m coverage report

# Change the cells, the trace and the explanations in every small way, and see whether a test notices.
mutants: $(VENV)/.dev
	$(RUN) -m pip install -q "mutmut>=3.8,<4"
	PATH=$(VENV)/bin:$$PATH OMP_NUM_THREADS=1 $(VENV)/bin/mutmut run
	$(VENV)/bin/mutmut results

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# Train every shipped checkpoint again; DATA is the folder with the public data sets (see the README).
checkpoints: $(VENV)/.app
	set -e; for recipe in $(RECIPES); do $(RUN) -m rnn_demo train $$recipe --data $(DATA) --device cpu; done

$(VENV)/.app: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install -q -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.app
	$(RUN) -m pip install -q -r requirements-dev.txt
	touch $@
