# Two commands matter: `make run` and `make test`. Nothing needs to be installed first but Python 3.11 or newer.

PORT ?= 8000
export PORT

# `exec`, so that a TERM or a Ctrl-C reaches the program itself and not a shell around it.
.PHONY: run test lint format bench lock translations clean

run:
	@exec sh scripts/setup.sh requirements.lock --free-port "$$PORT"
	@exec .venv/bin/python -m scripts.run

test:
	@exec sh scripts/setup.sh requirements-dev.lock
	@exec .venv/bin/python -m scripts.lanes

lint:
	@exec sh scripts/setup.sh requirements-dev.lock
	@exec .venv/bin/python -m scripts.lanes lint

format:
	@exec sh scripts/setup.sh requirements-dev.lock
	@.venv/bin/ruff check --fix-only --quiet . && exec .venv/bin/ruff format --quiet .

bench:
	@exec sh scripts/setup.sh requirements-dev.lock
	@exec .venv/bin/python benchmarks/run.py $(BENCH)

# The locks hold versions and hashes and no address of any registry. Needs uv; only for changing dependencies.
COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q

lock:
	@$(COMPILE) -o requirements.lock
	@$(COMPILE) --extra dev -o requirements-dev.lock

translations:
	@exec sh scripts/setup.sh requirements-dev.lock
	@.venv/bin/python scripts/translations.py extract && exec .venv/bin/python scripts/translations.py check

clean:
	@rm -rf .venv var staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
