# make demo: from nothing to a drag.  make test: the tests.  make check: style, types, room walls.
# make editors: Krita and GIMP for the tests that run them (needs root, mmdebstrap, 3 GB; minutes).
# make pictures: takes the screenshots of docs/krita.md and docs/gimp.md anew, in the real editors.
# make bench [JSON=FILE] [PAGE=FILE] [ARGS="--only step"]: how fast drags are (docs/speed.md).
# make fuzz [ARGS="--seed 1"]: changes files at random and reads each, until interrupted; finds in out/fuzz.
# make bench-accuracy [PAIRS=n] [JOBS=n] [JSON=FILE] [MARKDOWN=FILE]: how near drags come (docs/accuracy.md).
# make bench-inversion [PICTURES=n] [JOBS=n] [JSON=FILE] [PAGE=FILE] [ARGS=...]: how well pictures are inverted
# (docs/inversion-quality.md).

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.tugline-ready

.PHONY: setup demo test editors pictures check format fuzz bench bench-accuracy bench-inversion clean
.DELETE_ON_ERROR:

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tugline needs Python 3.11 or later: run make with PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable .
	@touch $@

demo: setup
	$(BIN)/tugline demo --out out/demo

test: setup
	$(BIN)/python -m pytest -n auto $(ARGS)

editors: setup
	$(BIN)/python -m tools.editors build --newer

pictures: editors
	$(BIN)/python -m pytest -q tests/editors/drags/test_pictures.py \
		tests/editors/drags/test_inverting.py tests/editors/gimp/test_pictures.py
	mkdir -p docs/pictures/krita docs/pictures/gimp
	cp out/editors/test_pictures/live.png out/editors/test_pictures/selection.png \
		out/editors/test_pictures/selection-pulled.png docs/pictures/krita/
	cp out/editors/test_inverting/*over_it-inverted.png docs/pictures/krita/inverted.png
	cp out/editors/gimp-test_pictures/generate.png out/editors/gimp-test_pictures/live.png \
		out/editors/gimp-test_pictures/invert.png out/editors/gimp-test_pictures/selection.png \
		out/editors/gimp-test_pictures/selection-pulled.png docs/pictures/gimp/

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --python-version 3.10 protocol plugins
	$(BIN)/lint-imports --no-cache

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fuzz: setup
	$(BIN)/python -m tools.fuzz $(ARGS)

bench: setup
	$(BIN)/python -m benchmarks $(if $(JSON),--json $(JSON)) $(if $(PAGE),--page $(PAGE)) $(ARGS)

bench-accuracy: setup
	$(BIN)/python -m benchmarks.accuracy $(if $(PAIRS),--pairs $(PAIRS)) $(if $(JOBS),--jobs $(JOBS)) \
		$(if $(JSON),--json $(JSON)) $(if $(MARKDOWN),--markdown $(MARKDOWN))

bench-inversion: setup
	$(BIN)/python -m benchmarks.inversion $(if $(PICTURES),--pictures $(PICTURES)) $(if $(JOBS),--jobs $(JOBS)) \
		$(if $(JSON),--json $(JSON)) $(if $(PAGE),--page $(PAGE)) $(ARGS)

clean:
	rm -rf $(VENV) out build dist
