# `make demo` and `make test` set up all they need on a machine with Python and its venv module.
# uv is used where it is present; without it pip does the same from the same hashed lists.
# PYTHON=/path/to/python3.12 chooses a Python.

export PYTHON
PORT := 8787
# Twice what two cores have: half of the time a test waits.
PROCESSES := 4
# On how many examples a property is tried (tests/conftest.py): fewest in `make test`.
EXAMPLES := $(if $(filter true,$(CI)),ci,quick)
VENV := .venv
BIN := $(VENV)/bin
SCANNER := .venv-terraform
AUDITOR := .venv-audit
DOCS := .venv-docs

.DEFAULT_GOAL := help
.PHONY: help install demo serve test test-all test-browser test-money test-install test-abuse test-faults test-soak lint check bench \
	requirements reference docs release-notes snippet screenshots drawings clean audit sbom terraform-docs terraform-test terraform-scan

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: ## Make the environment, where it is not made yet
	@tools/environment.sh $(VENV) requirements-dev.txt --with-project

demo: install ## Play a shop's day of signed traffic at the local stack and check the books
	$(BIN)/connectors demo

serve: install ## Run the local stack until interrupted; PORT=9000 chooses its first port
	$(BIN)/connectors serve --port $(PORT)

test: install ## Run the tests; PROCESSES=2 for fewer at once
	@# Bytecode is kept: the tests start hundreds of processes, which need not compile the same twice.
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(PROCESSES) --hypothesis-profile $(EXAMPLES) \
		--ignore tests/faults --ignore tests/abuse

test-all: install ## Everything that can be checked, one after the other
	@set -e; for target in check docs test test-browser test-money test-install test-abuse test-faults test-soak terraform-test terraform-scan; do \
		printf '\n== make %s\n' "$$target"; \
		$(MAKE) --no-print-directory "$$target" EXAMPLES=$(if $(filter true,$(CI)),ci,local); \
	done

test-browser: install ## The page, the snippet, the report and the site in Chromium (needs Chromium)
	@$(BIN)/python -m tests.support.chromium
	$(BIN)/pytest -n 2 -m browser tests/browser tests/page tests/tools/doctor tests/docs

test-money: install ## Reported and recorded deliveries, played at real functions: the money is right
	$(BIN)/pytest -n 2 -m money tests/money

test-install: install ## The built wheel in an environment of its own (needs a package registry)
	$(BIN)/pytest -m registry tests/project

test-abuse: install ## What strangers try at real functions, with figures of what held
	$(BIN)/pytest tests/abuse

test-faults: install ## Every fault on both stores, and hundreds of deliveries with random ones
	$(BIN)/pytest -n 2 tests/faults

test-soak: install ## Thousands of deliveries with random faults on both stores
	$(BIN)/pytest -m soak --timeout 3600 tests/faults

lint: install ## Fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: install ## Check style, types, layers and docstrings of tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/interrogate --quiet tests

bench: install ## Measure throughput, latency, memory and cold start
	$(BIN)/python -m benchmarks

terraform-test: install ## Check and test the deployment: format, types, validations (needs terraform)
	@command -v terraform >/dev/null || { echo "terraform is not installed" >&2; exit 1; }
	terraform fmt -check -diff -recursive terraform
	@for root in terraform terraform/examples/*; do \
		echo "== $$root"; \
		terraform -chdir=$$root init -backend=false -input=false >/dev/null && \
		terraform -chdir=$$root validate && \
		terraform -chdir=$$root test || exit 1; \
	done
	$(BIN)/pytest -n 2 -m terraform tests/terraform

terraform-docs: install ## Write the tables of terraform/README.md and the record of what is planned
	$(BIN)/python -m tests.terraform.tables
	$(BIN)/python -m tests.terraform.record

terraform-scan: ## Look for insecure configuration in the deployment
	@# Checkov needs a hundred packages, some at odds with ours: it has an environment of its own.
	@tools/environment.sh $(SCANNER) requirements-terraform.txt
	@# It passes over a file that it cannot read, and says so in a word.
	@$(SCANNER)/bin/checkov --directory terraform --config-file terraform/.checkov.yaml > $(SCANNER)/found; \
		status=$$?; cat $(SCANNER)/found; ! grep -q 'Parsing errors' $(SCANNER)/found && exit $$status

audit: ## Ask for known vulnerabilities of what is locked (needs the internet)
	@tools/environment.sh $(AUDITOR) requirements-audit.txt
	@# --strict: a package about which nobody can be asked is no good news.
	@for lock in functions/requirements.txt requirements-dev.txt; do \
		echo "== $$lock"; \
		$(AUDITOR)/bin/pip-audit --strict --disable-pip --require-hashes -r $$lock || exit 1; \
	done

sbom: install ## Write what is deployed into sbom.cdx.json (CycloneDX)
	$(BIN)/python -m tools.sbom functions/requirements.txt > sbom.cdx.json

requirements: ## Lock the dependencies again, with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--group functions -o functions/requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--group dev --constraint functions/requirements.txt pyproject.toml -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--group terraform -o requirements-terraform.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--group pip -o requirements-pip.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--group audit -o requirements-audit.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--group docs -o requirements-docs.txt

reference: install ## Write the generated parts of docs/ and terraform/ again
	$(BIN)/connectors dev reference
	$(BIN)/connectors dev providers

docs: ## Build the documentation as a site, in site/
	@tools/environment.sh $(DOCS) requirements-docs.txt
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict --quiet
	@echo "open site/index.html"

release-notes: ## Print what CHANGELOG.md says of VERSION
	@awk -v title="## [$(VERSION)]" 'index($$0, "## [") == 1 { on = index($$0, title) == 1; next } on' CHANGELOG.md | grep .

snippet: ## Build the browser's snippet again (needs npm)
	cd browser && npm ci --silent --no-audit --no-fund && npm run --silent build

screenshots: install ## Take the pictures of the local stack's page again (needs Chromium)
	$(BIN)/python -m tests.page.screenshots

drawings: install ## Draw the diagrams for the site again (needs Chromium and npm)
	$(BIN)/python -m tests.docs.drawings

clean: ## Remove the environment and every cache
	rm -rf $(VENV) $(SCANNER) $(AUDITOR) $(DOCS) site terraform/.build browser/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
