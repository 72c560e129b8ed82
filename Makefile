# make demo: set up and start the app on the shipped checkpoints.   make test: set up and run all tests.

PYTHON ?= python3
VENV ?= .venv
DATA ?= data
RECIPES = hello qa-notebook qa-fast sentiment-notebook qa names names-gru names-rnn names-deep sentiment

RUN = $(VENV)/bin/python

.PHONY: demo test fuzz lint checkpoints
demo: $(VENV)/.app
	$(RUN) app.py

test: $(VENV)/.dev
	$(RUN) tests/find_chromium.py
	$(RUN) -m pytest

# The long form of what `make test` does in short: about so many texts, files and requests that no friend would send.
CASES ?= 21000
fuzz: $(VENV)/.dev
	FUZZ_CASES=$(CASES) $(RUN) -m pytest tests/fuzz

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
