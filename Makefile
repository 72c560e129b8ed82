# make demo: set up and start the app with the included checkpoints.
# make test: set up and run all tests.

PYTHON ?= python3
VENV ?= .venv
DATA ?= data
RECIPES = hello qa-notebook qa-fast sentiment-notebook qa names names-gru names-rnn names-deep sentiment \
	sentiment-small-bag sentiment-small-rnn sentiment-small-gru sentiment-small-lstm

RUN = $(VENV)/bin/python

# What is compiled once need not be compiled again by each of the hundred programs that the tests start.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo test fuzz load coverage mutants lint docs licences audit lock checkpoints
demo: $(VENV)/.app
	$(RUN) app.py

# WORKERS test files at a time, each worker with a server and a browser of its own.
WORKERS ?= 2
PYTEST = pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

test: $(VENV)/.dev
	$(RUN) tests/helpers/find_chromium.py
	$(RUN) tests/helpers/find_node.py
	$(RUN) -m $(PYTEST)

# The long form of what `make test` does briefly: about CASES malicious or malformed texts, files and requests.
CASES ?= 21000
fuzz: $(VENV)/.dev
	FUZZ_CASES=$(CASES) $(RUN) -m pytest tests/fuzz

# A class of VISITORS (200) for SECONDS (600), some of whom train, teach and upload, then 300 simultaneous calls.
# CLASS="--hostile --restart" has it attacked and the server stopped in the middle; docs/deploy.md tells the rest.
CLASS ?= --full
load: $(VENV)/.dev
	$(RUN) tests/load/visitors.py $(CLASS)

# Which lines of the library no test runs: everything but the page, which is tested in a browser, and the benchmarks.
coverage: $(VENV)/.dev
	$(RUN) -m coverage erase
	$(RUN) -m coverage run -m $(PYTEST) --ignore=tests/browser --ignore=tests/fuzz
	$(RUN) -m coverage combine --quiet
	$(RUN) -m coverage report --fail-under=98

# Make every small change to the cells, the trace and the attributions, and see whether a test notices.
mutants: $(VENV)/.dev
	$(RUN) -m pip install -q "mutmut>=3.8,<4"
	PATH=$(VENV)/bin:$$PATH OMP_NUM_THREADS=1 $(VENV)/bin/mutmut run
	$(VENV)/bin/mutmut results
	$(VENV)/bin/mutmut export-cicd-stats
	$(RUN) -m tools.mutants_summary

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# The pages of the Python API, in build/docs.
docs: $(VENV)/.dev
	$(RUN) -m tools.api_pages

# Every installed package must state a free licence. (axe-playwright-python is MIT but does not say so in its metadata;
# CairoSVG, LGPL, draws pictures in tests and is no part of the program.)
FREE = MIT;BSD;Apache;Mozilla Public;MPL-2.0;PSF-2.0;Python Software Foundation;ISC License;Public Domain
licences: $(VENV)/.dev
	$(VENV)/bin/pip-licenses --partial-match --allow-only "$(FREE)" --fail-on "Proprietary;Commercial;SSPL;BUSL" \
		--ignore-packages axe-playwright-python CairoSVG

# Known vulnerabilities of what requirements.txt installs. It asks PyPI.
audit: $(VENV)/.dev
	$(RUN) -m pip install -q "pip-audit>=2.7,<3"
	$(VENV)/bin/pip-audit -r requirements.txt

# The packages that a Space installs, each in one version, with the hashes that PyPI gives for its files. To install
# nothing else: pip install --require-hashes -r requirements.lock
lock: $(VENV)/.dev
	$(RUN) -m pip install -q "uv>=0.9"
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/uv pip compile requirements.txt --generate-hashes --no-annotate \
		--python-version 3.12 --python-platform x86_64-manylinux_2_28 \
		--quiet --output-file requirements.lock

# Train every included checkpoint again; DATA is the folder with the public data sets (docs/models.md lists them).
checkpoints: $(VENV)/.app
	set -e; for recipe in $(RECIPES); do $(RUN) -m rnn_demo train $$recipe --data $(DATA) --device cpu; done

$(VENV)/.app: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install -q -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.app
	$(RUN) -m pip install -q -r requirements-dev.txt
	touch $@
