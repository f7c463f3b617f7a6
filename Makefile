# Citewire: `make run` and `make test` do everything from nothing. Python 3.11 or newer, git and make are all they need.

PYTHON ?= $(firstword $(foreach version,3.11 3.12 3.13 3.14,$(if $(shell command -v python$(version)),python$(version))) python3)
MODEL ?= qwen2.5-coder-1.5b
LIBRARY ?= library
PORT ?= 7860
# Tests that run at the same time, a file of tests in one process: most of them wait for a browser, a server or the disk.
PROCESSES ?= 2
QUESTION ?= How many people marched against the port sale in Santa Ruela on March 23?
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CITEWIRE := $(BIN)/citewire
# On Linux the package index gives a PyTorch with several gigabytes of GPU libraries; PyTorch's own CPU index has the small build.
# Where that cannot be reached, what the configured index has is taken.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
WITHOUT_GPU = $(if $(filter Linux,$(shell uname -s)),$(shell $(PYTHON) -c 'import urllib.request as u; u.urlopen("$(TORCH_INDEX)/torch/", timeout=5)' >/dev/null 2>&1 && echo --extra-index-url $(TORCH_INDEX)))

# A step that may take a while: its name, about how long it takes, dots while it runs; all it printed where it fails.
# The dots run beside it and not the other way: what a shell has running beside it does not hear Ctrl-C.
define step
@printf '%s ' '$(1)'; \
	( while kill -0 $$$$ 2>/dev/null; do printf .; sleep 2; done ) & dots=$$!; \
	trap 'kill $$dots 2>/dev/null' EXIT; trap 'echo; exit 130' INT; \
	if ( $(2) ) >.step.log 2>&1; then echo ' done'; rm -f .step.log; else echo ' failed:'; cat .step.log; exit 1; fi
endef

.PHONY: run demo setup mutants test check format docs bench bench-answers bench-peers faults gate judge clean browser

# A made file stands for a finished step, so an interrupted run goes on where it stopped.
.venv/made:
	@command -v $(PYTHON) >/dev/null || { echo "Citewire needs Python 3.11 or newer ($(PYTHON) was not found). Name another with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { echo "Citewire needs Python 3.11 to 3.14; $(PYTHON) is another version. Name one with make PYTHON=..."; exit 1; }
	$(call step,Making an environment (about 10 s),$(PYTHON) -m venv .venv && $(PIP) install --quiet --upgrade pip==26.3)
	@touch $@

.venv/installed: .venv/made pyproject.toml constraints.txt
	$(call step,Installing PyTorch for the processor (about 1 min),$(PIP) install --quiet torch==2.13.0 $(WITHOUT_GPU))
	$(call step,Installing Citewire and what it needs (about 1 min),$(PIP) install --quiet --only-binary=:all: --no-binary=citewire --constraint constraints.txt --editable .)
	@touch $@

.venv/developing: EXTRAS := test,check,docs
.venv/developing: .venv/installed
	$(call step,Installing what tests and checks and docs need (about 1 min),$(PIP) install --quiet --only-binary=:all: --no-binary=citewire --constraint constraints.txt --editable '.[$(EXTRAS)]')
	@touch $@

setup: .venv/installed

demo: .venv/installed
	@$(CITEWIRE) demo --library $(LIBRARY) --model $(MODEL) --question "$(QUESTION)"

run: demo
	@echo; $(CITEWIRE) serve --library $(LIBRARY) --model $(MODEL) --port $(PORT)

browser:
	@BIN=$(BIN) tests/browser/get_chromium

test: .venv/developing browser
	@$(CITEWIRE) models pull all-MiniLM-L6-v2 smollm2-135m
	$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist loadfile

check: .venv/developing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pip check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir build/site

format: .venv/developing
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/developing
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir build/site
	@echo "The documentation is in build/site/index.html"

# DATA names the folder with the files of RealTimeQA (docs/evaluation.md); what needs them is left out without it.
bench: .venv/developing
	@$(CITEWIRE) models pull all-MiniLM-L6-v2
	$(BIN)/python benchmarks/ask_speed.py
	$(BIN)/python benchmarks/extraction.py
ifdef DATA
	$(BIN)/python benchmarks/ingest.py --data $(DATA)
	$(BIN)/python benchmarks/again.py --data $(DATA)
	$(BIN)/python benchmarks/copies.py --data $(DATA)
	$(BIN)/python benchmarks/retrieval.py --data $(DATA)
	$(BIN)/python benchmarks/scale.py --data $(DATA)
	$(BIN)/python benchmarks/readers.py --data $(DATA)
else
	@echo "Ingest, retrieval and scale are measured with DATA=FOLDER, a folder with the files of RealTimeQA."
endif

# The whole path with the local model, and attacks on it: an hour or more.
bench-answers: .venv/developing
	@test -n "$(DATA)" || { echo "Name the folder with the public sets: make bench-answers DATA=FOLDER"; exit 1; }
	@$(CITEWIRE) models pull all-MiniLM-L6-v2 qwen2.5-coder-1.5b
	$(BIN)/python benchmarks/answers.py --data $(DATA) --limit 30
	$(BIN)/python benchmarks/abstention.py --data $(DATA) --only citewire --limit 12
	$(BIN)/python benchmarks/conflict.py --data $(DATA) --limit 25
	$(BIN)/python benchmarks/injection.py --data $(DATA) --limit 45
	$(BIN)/python benchmarks/poisoning.py --data $(DATA)

# Every fault as often as it is worth: 200 random kills, 100 aimed ones, 20 at each named point, 50 signals. An hour or so;
# as root the full disks and the folders of others too. KILLS=20 is a short run. Figures go to build/faults.
KILLS ?= 200
faults: .venv/developing
	CITEWIRE_KILLS=$(KILLS) $(BIN)/python -m pytest tests/faults --timeout 14400

# How many small faults in rag/trust and rag/find the tests notice; half an hour.
mutants: .venv/developing
	$(PIP) install --quiet --only-binary=:all: --no-binary=citewire --constraint constraints.txt --editable '.[mutation]'
	$(BIN)/python benchmarks/mutants.py

# Other stacks on the same articles, each in an environment of its own: an hour or more the first time.
bench-peers: .venv/developing
	@test -n "$(DATA)" || { echo "Name the folder with the files of RealTimeQA: make bench-peers DATA=FOLDER"; exit 1; }
	$(BIN)/python benchmarks/peers/run.py --data $(DATA)

# The two judges anew, from the sets that training/README.md names: SETS=FOLDER. An interrupted run goes on.
judge: .venv/developing
	@test -n "$(SETS)" || { echo "Name the folder with the training sets: make judge SETS=FOLDER"; exit 1; }
	$(PIP) install --quiet --only-binary=:all: --no-binary=citewire --constraint constraints.txt --editable '.[judge]'
	@$(CITEWIRE) models pull all-MiniLM-L6-v2
	$(BIN)/python training/train.py answers --data $(SETS) --to build/judge/answers
	$(BIN)/python training/train.py supports --data $(SETS) --to build/judge/supports --start build/judge/answers/model --rate 8e-5
	$(BIN)/python training/export.py build/judge/answers/model --to build/judge/answers.onnx
	$(BIN)/python training/export.py build/judge/supports/model --to build/judge/supports.onnx

gate: .venv/developing
	@$(CITEWIRE) models pull all-MiniLM-L6-v2
	$(BIN)/python benchmarks/gate.py $(if $(DATA),--data $(DATA))

clean:
	rm -rf .venv build library .pytest_cache .mypy_cache .ruff_cache
