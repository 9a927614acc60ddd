# make demo   a whole exam, from source to grades, in ./demo
# make desk   the same exam in the browser, as examiner, corrector and proctor, by a link for each in the terminal
# make test   every test but those below
# make test-postgresql   those of the records, and of what people decide, on PostgreSQL: apt-get install postgresql
# make test-web    those of the site, some of them in a browser: apt-get install chromium
# make test-long   the long ones: whole exams from source to grades, killed programs, the evidence of the reference exam
# make test-learn   the tests of training, for which it installs PyTorch
# make mutants   small faults in the rooms of truth, and how many of them the tests notice; half an hour
# make lint   style, types (those of training too, so it installs PyTorch) and the rule who may import whom
# make docs   docs/ as a site that can be searched, in build/docs; no server is needed to read it
# make sbom   which packages are in, with versions and licences, as CycloneDX in build/klausur.cdx.json
# make audit  what is known of holes in the packages of constraints.txt, by the Python Package Index; needs the network
# make nightly   what takes longer: every test with examples drawn anew, and on PostgreSQL; 5,000 spoilt files are scanned, 1,000 more with
#             their time and memory; 400 odd PDFs and 250 spoilt exams are read; the wheel runs the demo in an empty
#             environment; the reference exam's experiments run again; and the tests run with the least versions of
#             all dependencies (make least); a site's server and worker are killed at 24 moments while people upload, settle and judge

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LEAST := build/least
CYCLONEDX := 7.5.0
PIP_AUDIT := 2.10.1
MKDOCS := 9.8.1
MKDOCSTRINGS := 2.0.11
TESTING := pytest pytest-xdist hypothesis psutil pillow-heif fonttools ironcalc build hatchling playwright axe-playwright-python python3-saml pyyaml simpy schemathesis obstore 'moto[s3]' flask flask-cors
DEMO ?= demo
BOOKLETS ?= 30
SEED ?= 7
DECIDING := races twice scan settle settle_copy judge waive_pages candidates grade archive
JUDGING := grading grading_drawing grading_sheets judging rubric key results bars
ON_SERVER := tests/store $(DECIDING:%=tests/actions/test_%.py)
# Without compiled modules, each of the thousand processes that the tests start would compile all of Klausur anew.
unexport PYTHONDONTWRITEBYTECODE
# Tests make and delete many thousand small files: in memory, where it has room and lets programs run.
ROOM := $(shell df --output=avail /dev/shm 2> /dev/null | awk 'NR == 2 && $$1 > 8000000' | wc -l)
NOEXEC := $(shell grep -c '^[^ ]* /dev/shm .*noexec' /proc/mounts 2> /dev/null)
IN_MEMORY := $(if $(filter 1,$(ROOM)),$(if $(filter 0,$(NOEXEC)),TMPDIR=/dev/shm))
TWO := --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: demo desk test test-postgresql test-web test-long test-learn mutants lint docs sbom audit nightly least clean

desk: $(VENV)/.installed
	test -d $(DEMO)/.klausur || $(BIN)/klausur demo $(DEMO) --booklets $(BOOKLETS) --seed $(SEED)
	$(BIN)/klausur serve --exam $(DEMO) --role examiner --role corrector --role proctor

demo: $(VENV)/.installed
	$(BIN)/klausur demo $(DEMO) --booklets $(BOOKLETS) --seed $(SEED)

test: $(VENV)/.installed-test
	$(IN_MEMORY) $(BIN)/python -m pytest $(TWO) --ignore tests/learn

test-postgresql: $(VENV)/.installed-test
	$(IN_MEMORY) $(BIN)/python -m pytest $(TWO) --database postgresql $(ON_SERVER)

test-web: $(VENV)/.installed-test
	$(IN_MEMORY) KLAUSUR_TEST_SITE=1 $(BIN)/python -m pytest $(TWO) -m 'not nightly' tests/site tests/web
	$(IN_MEMORY) KLAUSUR_TEST_SITE=1 $(BIN)/python -m pytest $(TWO) --database postgresql tests/site/test_jobs.py tests/site/test_taking_over.py

test-long: $(VENV)/.installed-test
	$(IN_MEMORY) $(BIN)/python -m pytest $(TWO) -m 'long and not nightly' --ignore tests/learn

test-learn: $(VENV)/.installed-learn
	$(IN_MEMORY) $(BIN)/python -m pytest $(TWO) tests/learn

mutants: $(VENV)/.installed-test
	$(BIN)/python benchmarks/mutants.py

nightly: $(VENV)/.installed-learn
	$(BIN)/python -m pytest $(TWO) --hypothesis-profile drawn-anew --ignore tests/learn
	KLAUSUR_FUZZ=$${KLAUSUR_FUZZ:-5000} $(BIN)/python -m pytest $(TWO) tests/scan/test_fuzz.py tests/exam/test_garbage.py
	$(BIN)/python benchmarks/hostile.py --make 1000 --seed $${KLAUSUR_HOSTILE:-100000}
	KLAUSUR_TEST_SITE=1 $(BIN)/python -m pytest $(TWO) -m 'long or not long' --database postgresql tests/site
	KLAUSUR_TEST_SITE=1 $(BIN)/python -m pytest $(TWO) -m nightly tests/site tests/web
	KLAUSUR_TEST_SITE=1 $(BIN)/python -m pytest $(TWO) --database postgresql $(JUDGING:%=tests/web/test_%.py)
	$(BIN)/python benchmarks/site_kills.py --moments 12
	$(BIN)/python benchmarks/site_kills.py --moments 12 --database postgresql
	$(BIN)/python -m pytest $(TWO) -m 'long or nightly' --ignore tests/learn
	$(BIN)/python -m pytest $(TWO) -m 'long or not long' --database postgresql tests/store tests/actions
	$(BIN)/python -m pytest -m experiments tests/exam/test_reference_evidence.py
	$(BIN)/python -m pytest $(TWO) -m nightly tests/learn
	$(MAKE) least

# In an environment of its own; without PyTorch, which has one version only, and without the tools of make lint.
least: $(BIN)/python
	$(PYTHON) -m venv --clear $(LEAST)
	$(PYTHON) .ci/least.py > $(LEAST)/constraints.txt
	$(LEAST)/bin/python -m pip --disable-pip-version-check --quiet install \
		--constraint $(LEAST)/constraints.txt --editable . $(TESTING)
	$(LEAST)/bin/python -m pytest $(TWO) -m 'not experiments and not nightly' --ignore tests/learn
	$(LEAST)/bin/python -m pytest $(TWO) -m 'not experiments and not nightly' --database postgresql tests/store tests/actions

lint: $(VENV)/.installed-learn
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs:
	$(PYTHON) -m venv build/mkdocs
	build/mkdocs/bin/python -m pip --disable-pip-version-check --quiet install \
		mkdocs-material==$(MKDOCS) mkdocstrings-python==$(MKDOCSTRINGS)
	NO_MKDOCS_2_WARNING=1 build/mkdocs/bin/mkdocs build --quiet --clean
	@echo "Open build/docs/index.html"

# In an environment of its own, so that what it names is what an install brings, and no tool of ours.
sbom:
	$(PYTHON) -m venv --clear build/cyclonedx
	build/cyclonedx/bin/python -m pip --disable-pip-version-check --quiet install cyclonedx-bom==$(CYCLONEDX)
	$(PYTHON) -m venv --clear --without-pip build/sbom
	build/cyclonedx/bin/python -m pip --python build/sbom/bin/python --disable-pip-version-check --quiet install \
		--constraint constraints.txt .
	build/cyclonedx/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--of JSON --output-file build/klausur.cdx.json build/sbom/bin/python
	build/cyclonedx/bin/python .ci/sbom.py build/klausur.cdx.json build/sbom/bin/python

# --strict: a package of which nobody could say anything is a failure, too.
audit:
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip --disable-pip-version-check --quiet install pip-audit==$(PIP_AUDIT)
	build/audit/bin/pip-audit --strict --disable-pip --no-deps --requirement constraints.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Klausur needs Python 3.11 or later; name one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Klausur into $(VENV) ..."
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Klausur and what its tests need into $(VENV) ..."
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/python -m compileall -q -j 0 src # programs of authors run where nothing can be written
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-learn: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Klausur and what training needs, PyTorch among it, into $(VENV) ..."
	@$(PIP) install --no-compile --constraint constraints.txt torch # what of it is imported is compiled then
	@$(PIP) install --constraint constraints.txt --editable '.[learn,dev]'
	@touch $@ $(VENV)/.installed-test $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis
