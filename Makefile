# `make demo` and `make test` need Python 3.11 or newer and make; each makes its own .venv first if there is none.

PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check --no-input
PIN = --quiet --constraint constraints.txt
INSTALL = $(PIP) install --upgrade $(PIN) pip && $(PIP) install $(PIN) --build-constraint constraints.txt
RUNTIME = .venv/.installed
DEVELOPMENT = .venv/.installed-development
STORE = demo-store
KG = .venv/bin/kg

.PHONY: help demo test lint bench docs constraints font chromium java clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## build the sample bulletins, compare provinces, ask a question, see its sentences
	@echo '── The graph of examples/ ─────────────────────────────────────────────'
	@echo '$$ kg build examples --store $(STORE)'
	@$(KG) build examples --store $(STORE)
	@echo
	@echo '── Provinces side by side: workshops that employ villagers ────────────'
	@echo '$$ kg query compare-metric --metric workshops-count --store $(STORE)'
	@$(KG) query compare-metric --metric workshops-count --store $(STORE)
	@echo
	@echo '── What measures of Shaanxi brought people into work, with the sentence ─'
	@echo '$$ kg query measures-to-outcomes --place 陕西 --metric people-placed --store $(STORE)'
	@$(KG) query measures-to-outcomes --place 陕西 --metric people-placed --store $(STORE)
	@echo
	@echo '── Where to go next ───────────────────────────────────────────────────'
	@echo '  $(KG) build FOLDER                        your own bulletins: txt md html docx xlsx pdf csv jsonl zip'
	@echo '  $(KG) questions                           what can be asked'
	@echo '  $(KG) query instruments-by-place --store $(STORE)    who uses which instrument'
	@echo '  $(KG) --help, and docs/index.md             the rest'

test: $(DEVELOPMENT) font chromium java ## all tests
	.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(DEVELOPMENT) ## ruff, mypy, import-linter
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: $(DEVELOPMENT) ## speeds and loads, longer than a test may take; writes docs/benchmarks.md
	@$(INSTALL) --group bench
	.venv/bin/python benchmarks/run.py

docs: $(DEVELOPMENT) ## refresh the pages and passages of docs/ and README.md that are made by scripts
	.venv/bin/python docs/build/cli.py
	.venv/bin/python docs/build/cypher.py
	.venv/bin/python docs/build/quality.py
	.venv/bin/python docs/build/readme.py

constraints: ## pin again what pyproject.toml asks for, as it is today
	$(PYTHON) docs/build/constraints.py

clean: ## remove what make and the tests have made
	rm -rf .venv $(STORE) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Debian and Ubuntu ship Python without the part that makes environments; where we may, we add it.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or newer is needed; name it: make demo PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { apt-get install -qq -y --no-install-recommends python3-venv >&2 || \
	    { apt-get update -qq && apt-get install -qq -y --no-install-recommends python3-venv; } >&2; }; } || \
	  { echo 'Python lacks its venv module; install it: sudo apt-get install python3-venv' >&2; exit 1; }
	@echo 'making .venv …' >&2
	@$(PYTHON) -m venv .venv

$(RUNTIME): pyproject.toml constraints.txt | .venv/bin/python
	@echo 'installing what Zhenxing needs …' >&2
	@$(INSTALL) --editable .
	@touch $@

$(DEVELOPMENT): pyproject.toml constraints.txt | .venv/bin/python
	@echo 'installing what Zhenxing and its tests need …' >&2
	@$(INSTALL) --editable '.[notebook]' --group dev
	@touch $@ $(RUNTIME)

# The notebook's plots have Chinese text, so its test needs a font that can draw it.
font: | $(DEVELOPMENT)
	@.venv/bin/python tests/fonts.py || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { apt-get install -qq -y --no-install-recommends fonts-noto-cjk >&2 || \
	    { apt-get update -qq && apt-get install -qq -y --no-install-recommends fonts-noto-cjk; } >&2; }; } || \
	  { echo 'no font with Chinese characters; install one: sudo apt-get install fonts-noto-cjk' >&2; exit 1; }

# A test drives Neo4j Browser in a real Chromium.
chromium: | $(DEVELOPMENT)
	@.venv/bin/python tests/chromium.py || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { apt-get install -qq -y --no-install-recommends chromium >&2 || \
	    { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } >&2; }; } || \
	  { echo 'no Chromium; install it: sudo apt-get install chromium' >&2; exit 1; }

# A real Neo4j runs in the tests: it needs Java 17 or newer, and Maven fetches it once into ~/.cache/zhenxing,
# where a file beside it makes its starts quick.
JAVA_IS_THERE = { java -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])' && command -v mvn >/dev/null; }
java: | $(DEVELOPMENT)
	@$(JAVA_IS_THERE) || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { apt-get install -qq -y --no-install-recommends openjdk-17-jre-headless maven >&2 || \
	    { apt-get update -qq && apt-get install -qq -y --no-install-recommends openjdk-17-jre-headless maven || \
	      apt-get install -qq -y --no-install-recommends default-jre-headless maven; } >&2; } && $(JAVA_IS_THERE); } || \
	  { echo 'no Java 17 or no Maven; install them: sudo apt-get install openjdk-17-jre-headless maven' >&2; exit 1; }
	@.venv/bin/python tests/java_classes.py
