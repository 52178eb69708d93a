# make run    a directory to try, on http://127.0.0.1:8000/
# make test   the tests on SQLite (DATABASE_URL=postgres://… puts them on PostgreSQL)
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ADDRESS := http://127.0.0.1:$(PORT)

.PHONY: help run demo test test-browser test-faults lint check bench messages clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.run: requirements.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
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

test: $(VENV)/.dev ## run the tests
	$(PY) -m pytest -q -n auto --dist worksteal -m "not browser and not faults"

test-browser: $(VENV)/.dev ## pages in Debian's Chromium (apt-get install chromium fonts-noto-cjk)
	$(PY) -m pytest -q -m browser

test-faults: $(VENV)/.dev ## kill real processes
	$(PY) -m pytest -q -m faults

lint: $(VENV)/.dev ## ruff
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

check: $(VENV)/.dev ## Django's own checks, as in production
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') ALLOWED_HOSTS=example.org \
		$(PY) manage.py check --deploy --fail-level WARNING
	DEBUG=1 $(PY) manage.py makemigrations --check --dry-run

bench: $(VENV)/.dev ## speed, as ratios (see docs/performance.md)
	DEBUG=1 $(PY) -m benchmarks

messages: $(VENV)/.dev ## collect and compile translations (needs gettext)
	cd regions && DEBUG=1 ../$(VENV)/bin/django-admin makemessages -l zh_Hans --no-location --no-wrap
	cd regions/locale/zh_Hans/LC_MESSAGES && msgfmt -c -o django.mo django.po

clean: ## remove the virtual environment and the local database
	rm -rf $(VENV) db.sqlite3 db.sqlite3-* static-root
