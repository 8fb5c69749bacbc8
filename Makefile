# Each target works as the only command typed on a machine with Python 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PROOF := build/proof.json
PYTEST := $(BIN)/python -m pytest
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
SCHEMA := grader/report/results.schema.json

# Else every process of the tests would compile the kit anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test browser notebooks prove check docs schema clean

help:
	@echo "make install   set up $(VENV)"
	@echo "make demo      grade the sample class"
	@echo "make test      run the suite"
	@echo "make browser   try the pages, the desk and JupyterLab in chromium"
	@echo "make notebooks  judge all notebooks of the sample class in four ways"
	@echo "make prove     try every variant of the course, and run the tests that take long"
	@echo "make check     lint and types"
	@echo "make docs      build the pages of docs/ into site/"
	@echo "make schema    write the schema of results.json anew"

install: $(STAMP)

# torch alone and first, at the version of constraints.txt (see there).
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,docs]"
	$(BIN)/python -m compileall -q grader
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/grader grade tests/class/submissions --out reports --format json,csv,html

test: $(STAMP)
	$(PYTEST) -m "not course and not long" $(SIDE_BY_SIDE)

# A browser takes long, and JupyterLab is large: nothing else needs either.
browser: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[lab]"
	$(PYTEST) --slow -m slow tests/browser

notebooks: $(STAMP)
	$(PYTEST) --slow -m slow tests/notebook

prove: $(STAMP)
	$(BIN)/grader prove --json $(PROOF)
	$(PYTEST) -m "course or long" --proof=$(PROOF) $(SIDE_BY_SIDE)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd tests && ../$(BIN)/mypy .
	$(BIN)/grader release --check

docs: $(STAMP)
	$(BIN)/mkdocs build --strict

schema: $(STAMP)
	$(BIN)/python -c "import json; from grader.report.formats import results_json; \
	print(json.dumps(results_json.json_schema(), indent=2))" > $(SCHEMA)

clean:
	rm -rf $(VENV) reports site build dist .mypy_cache .ruff_cache .hypothesis
