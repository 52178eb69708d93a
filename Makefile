# make run    a directory to try, on http://127.0.0.1:8000/
# make test   the tests on SQLite (DATABASE_URL=postgres://… puts them on PostgreSQL)
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
UPGRADE ?= --upgrade
ADDRESS := http://127.0.0.1:$(PORT)

REQUIREMENTS := requirements.txt requirements-dev.txt requirements-outlines.txt requirements-build.txt
# Ranges and reasons stand in requirements*.txt; what is installed are the exact versions that CI tested.
INSTALL := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

ECHARTS := 4.9.0
ALONE := regions/tests/faults/test_dear_questions.py
# Sources are compiled once for all processes and runs, out of the way, whatever the surroundings say of such files.
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/pycache
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help run demo worker test test-house test-slow test-browser test-faults test-alone test-pythons fuzz lint lint-shell lint-containers api-tools audit pin check bench constraints ranges picture messages outlines-package clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.run: requirements.txt constraints.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) $(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt constraints.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) $(INSTALL) -r requirements-dev.txt
	@touch $(VENV)/.run $@

demo: $(VENV)/.run ## migrate, load regions and the demo directory
	@DEBUG=1 $(PY) manage.py demo

run: demo ## install, load real data, serve on 127.0.0.1
	@echo
	@echo "  $(ADDRESS)/           pages          $(ADDRESS)/api/v1/   API"
	@echo "  $(ADDRESS)/admin/     user demo, password demo"
	@echo
	@echo "  curl '$(ADDRESS)/api/v1/coverage/?region=510322'                  who covers 富顺县"
	@echo "  curl '$(ADDRESS)/api/v1/coverage/?region=330104'                  a district abolished in 2021"
	@echo "  curl '$(ADDRESS)/api/v1/numbers/?number=400-1865-909'             whose number is this"
	@echo
	@DEBUG=1 $(PY) manage.py runserver --noreload 127.0.0.1:$(PORT)

worker: $(VENV)/.run ## does long work of the admin beside `BACKGROUND=1 make run`; without it the page that asks for it does
	@DEBUG=1 BACKGROUND=1 $(PY) manage.py db_worker

test: $(VENV)/.dev ## the quick tests: four of five cases, a fifth of the time
	$(PY) -m pytest -q -n auto --dist worksteal -m "not browser and not faults and not slow"

test-browser: $(VENV)/.dev ## pages in Debian's Chromium, looked at by axe (apt-get install chromium fonts-noto-cjk npm)
	@test -d $(VENV)/axe/node_modules/axe-core || npm install --silent --no-save --no-fund --no-audit --prefix $(VENV)/axe axe-core@4 \
		|| echo "no axe-core (npm): its tests are skipped"
	$(PY) -m pytest -q -n 2 --dist worksteal -m browser

test-house: $(VENV)/.dev ## layers, migrations, release files: seconds
	$(PY) -m pytest -q regions/tests/test_house.py regions/tests/test_picture.py regions/tests/test_migrations.py regions/tests/test_release.py

test-slow: $(VENV)/.dev ## all others: oracles, random histories, hostile files, every page, whole upgrades, generated clients
	$(PY) -m pytest -q -n auto --dist worksteal -m "slow and not browser and not faults"

test-faults: $(VENV)/.dev ## kill real processes; several files at once, for most of it is waiting
	$(PY) -m pytest -q -n 3 --dist loadfile -m faults --ignore $(ALONE) regions/tests/faults regions/tests/intake/test_killed.py regions/tests/postings/test_benchmarks.py

test-alone: $(VENV)/.dev ## what others wait while one address asks the dearest: measured, so nothing runs beside it
	$(PY) -m pytest -q -m faults $(ALONE)

test-pythons: $(VENV)/.dev ## the quick tests of reading and answering on Python 3.12 and 3.13, where they are installed
	.ci/pythons.sh

fuzz: $(VENV)/.dev ## random requests to every address as every role, for two minutes
	FUZZ_SECONDS=$${FUZZ_SECONDS:-120} $(PY) -m pytest -q regions/tests/admin/test_fuzz.py regions/tests/admin/test_fuzz_shaped.py

lint: $(VENV)/.dev ## ruff and mypy
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	DEBUG=1 $(VENV)/bin/mypy

lint-shell: ## shellcheck (apt-get install shellcheck)
	shellcheck .ci/run $$(git ls-files '*.sh')

lint-containers: $(VENV)/.dev ## hadolint, compose.yaml against its specification, and which images are not pinned
	$(VENV)/bin/hadolint --failure-threshold warning Containerfile
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	@$(PYTHON) .ci/pin.py --check Containerfile compose.yaml

api-tools: $(VENV)/.dev ## linters and generators of clients for docs/openapi.yaml, which test-slow tries (apt-get install npm)
	@test -d $(VENV)/api-tools/node_modules || npm install --silent --no-save --no-fund --no-audit --prefix $(VENV)/api-tools \
		@redocly/cli@2 @stoplight/spectral-cli@6 openapi-typescript@7 openapi-fetch@0.17 orval@7 @hey-api/openapi-ts@0.95 typescript@5 \
		|| echo "no npm: linters and clients of the API document are not tried"

audit: $(VENV)/.dev ## known weaknesses of what is installed (ADVISORIES=folder of OSV files: without a network)
ifdef ADVISORIES
	$(PY) .ci/audit.py $(ADVISORIES)
else
	$(PY) -m pip install --quiet --disable-pip-version-check pip-audit
	$(VENV)/bin/pip-audit --no-deps --disable-pip --requirement constraints.txt
endif

pin: ## name the images of Containerfile and compose.yaml by digest (skopeo or docker, and a network)
	$(PYTHON) .ci/pin.py Containerfile compose.yaml

check: $(VENV)/.dev ## Django's own checks, as in production
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') ALLOWED_HOSTS=example.org \
		$(PY) manage.py check --deploy --fail-level WARNING
	DEBUG=1 $(PY) manage.py makemigrations --check --dry-run

bench: $(VENV)/.dev ## speed, as ratios (see docs/performance.md)
	DEBUG=1 $(PY) -m benchmarks

constraints: $(VENV)/.dev ## exact versions anew, the newest in the ranges (UPGRADE= only adds what is missing)
	$(VENV)/bin/pip-compile --quiet $(UPGRADE) --strip-extras --no-allow-unsafe --no-header --no-annotate --no-emit-options \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file constraints.txt $(REQUIREMENTS)
	@sed -i -e '/^#/d' -e '/^$$/d' constraints.txt
	@sed -i '1i # Exact versions that CI tested, for the ranges in requirements*.txt. Made by `make constraints`; do not edit.' constraints.txt

ranges: $(VENV)/.dev ## prove that the ranges resolve without constraints.txt (installs nothing)
	$(PY) -m pip install --quiet --disable-pip-version-check --dry-run --ignore-installed $(REQUIREMENTS:%=-r %)

picture: ## draw docs/house.svg and the table in docs/house.md from the code
	$(PYTHON) -m regions.tests.picture

messages: $(VENV)/.dev ## collect and compile translations (needs gettext)
	cd regions && DEBUG=1 ../$(VENV)/bin/django-admin makemessages -l zh_Hans --no-location --no-wrap
	cd regions/locale/zh_Hans/LC_MESSAGES && msgfmt -c -o django.mo django.po

outlines-package: ## npm's echarts, out of which fixtures/regions/outlines.json is made (needs npm)
	@npm install --silent --no-save --no-fund --no-audit --ignore-scripts --prefix $(VENV)/echarts echarts@$(ECHARTS)

clean: ## remove the virtual environment and the local database
	rm -rf $(VENV) db.sqlite3 db.sqlite3-* static-root
