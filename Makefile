# Works on a bare machine with make 3.81 or later and Python 3.11 or later; installs into .venv, nowhere else.
# Another Python: make PYTHON=python3.12 demo

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-run
DEV := $(VENV)/.ready-dev
DOCS := $(VENV)/.ready-docs

# mkdocs-material prints a banner about an unreleased version of MkDocs; constraints.txt pins the released one.
export NO_MKDOCS_2_WARNING := 1
export PYTHON MAKECMDGOALS

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo serve test lint types docs docs-serve bench baseline estimate policies constraints clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

DEMO := us-india-law us-india-law-short-run us-india-paid us-india-tariff-50

demo: $(RUN) ## US duties on India as the law applies, first year and long run, as paid, and the headline: reports in build/
	$(BIN)/pax run $(DEMO:%=examples/%.yaml) --out build/us-india

test: $(DEV) ## run the tests
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal

lint: $(DEV) ## check the style of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check src tests tools benchmarks

types: $(DEV) ## check the types of the core
	$(BIN)/mypy

serve: $(VENV)/.ready-serve ## open the questions in a browser on this machine
	$(BIN)/pax serve

docs: $(DOCS) ## build the documentation into site/
	$(BIN)/mkdocs build --strict

docs-serve: $(DOCS) ## show the documentation on this machine while you write
	$(BIN)/mkdocs serve

bench: $(RUN) ## run the benchmarks that need nothing else and end within minutes
	@for name in command engine growth; do echo "benchmarks/$$name.py"; $(BIN)/python benchmarks/$$name.py || exit 1; done

baseline: $(RUN) ## rebuild the packaged economies, materials, chains and US law from the raw tables (maintainers)
	$(BIN)/python tools/build_baseline.py
	$(BIN)/python tools/build_population.py
	$(BIN)/python tools/build_outlook.py
	$(BIN)/python tools/build_materials.py
	$(BIN)/python tools/build_chains.py
	$(BIN)/python tools/build_us_law.py
	$(BIN)/python tools/build_policy_lists.py
	$(BIN)/python tools/build_hs_links.py
	$(BIN)/python tools/build_raw_imports.py

estimate: $(DEV) ## estimate anew how imports answer a duty by month, with 200 simulations (five minutes; maintainers)
	$(BIN)/python tools/estimate_response.py --simulate 200

policies: $(RUN) ## solve the packaged policies on every day of change and write their results beside them (a minute)
	$(BIN)/python tools/build_policy_results.py

constraints: $(RUN) ## refresh constraints.txt to the newest versions that fit pyproject.toml
	@grep '^#' constraints.txt > $(VENV)/constraints.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --group setup --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  >> $(VENV)/constraints.txt
	@mv $(VENV)/constraints.txt constraints.txt

clean: ## remove what was built; .venv stays
	rm -rf build site .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready-%: pyproject.toml constraints.txt tools/setup.sh
	@sh tools/setup.sh $*
	@touch $@
