# Everything a person types. `make test` and `make demo` set up what they need.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SAM_VENV := .venv-sam
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-eu-west-1} $(SAM_VENV)/bin/sam
FUZZ_VENV := .venv-fuzz
SCHEMATHESIS_VERSION := 4.32.5
SAM_VERSION := 1.170.0
TORCH_VERSION := 2.13.0
# An index for torch's CPU build, where the default one would bring CUDA: make setup TORCH_INDEX=URL
TORCH_INDEX ?=
REQUIREMENTS := layers/core/requirements.txt local/requirements.txt \
	layers/splats/requirements.txt sagemaker_containers/scene/requirements.txt \
	sagemaker_containers/vision/requirements.txt tests/requirements.txt
EXAMPLE := examples/furnished_flat/furnished_flat.mp4
PIP := pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
# Node 20.19 or newer builds the pages; without it everything else works.
NPM := $(shell command -v npm)
PAGES := web/dist/.done

.PHONY: help setup web demo tour stop studio test test-fast test-slow chromium lint web-check core-alone sam-check sam-build deploy-pages openapi documents api-fuzz api-load weights pictures clean

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.done web ## Make the environment in .venv, and build the pages

$(VENV)/.done: constraints.txt $(REQUIREMENTS)
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/$(PIP) --constraint constraints.txt $(foreach file,$(REQUIREMENTS),--requirement $(file))
	$(BIN)/$(PIP) torch==$(TORCH_VERSION) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	$(BIN)/python -c 'import site, pathlib; pathlib.Path(site.getsitepackages()[0], "diorama.pth").write_text("$(CURDIR)/layers/core\n$(CURDIR)/layers/splats\n$(CURDIR)/functions\n$(CURDIR)\n")'
	$(BIN)/python -m splats.build
	touch $@

web: $(if $(NPM),$(PAGES)) ## Build the pages into web/dist
	@$(if $(NPM),:,echo "There is no npm: the pages are not built. Install Node 20.19 or newer and run make web.")

web/node_modules/.done: web/package.json web/package-lock.json
	cd web && npm ci --no-progress
	touch $@

$(PAGES): web/node_modules/.done $(shell find web/src web/public web/*.html web/*.ts -type f)
	cd web && npm run --silent build
	touch $@

# Apart, because it would downgrade boto3, pydantic and click
$(SAM_VENV)/.done:
	$(PYTHON) -m venv --clear $(SAM_VENV)
	$(SAM_VENV)/bin/$(PIP) aws-sam-cli==$(SAM_VERSION)
	touch $@

demo: setup ## A tour of the example, from video to a place to walk in; the studio goes on running
	$(BIN)/python -m local tour $(EXAMPLE) --name "A furnished flat" --quality draft --stay

# make tour VIDEO=walkthrough.mp4 QUALITY=draft
QUALITY ?= standard
tour: setup ## The same of a video of your own, or a folder of photos: make tour VIDEO=PATH
	@test -n "$(VIDEO)" || { echo "Say which video: make tour VIDEO=walkthrough.mp4"; exit 2; }
	$(BIN)/python -m local tour "$(VIDEO)" --quality $(QUALITY) --stay

stop: ## End the studio that make demo or make tour left running
	$(BIN)/python -m local stop

studio: setup ## The studio on this machine, until Ctrl-C
	$(BIN)/python -m local studio

test: test-fast sam-check test-slow ## Everything; browser tests where there is Chromium

test-fast: lint web-check core-alone ## Lint, types and the tests that take seconds
	$(BIN)/pytest -m "not slow" -n 2

# Only where it may and is quick: browser tests are skipped without it.
chromium:
	@command -v chromium > /dev/null || test -n "$$DIORAMA_CHROMIUM" || { \
		test "$$(id -u)" = 0 && command -v apt-get > /dev/null && \
		apt-get update -qq && apt-get install -qq --yes chromium > /dev/null; } || \
		echo "There is no Chromium, and it could not be installed: the browser tests will be skipped."

test-slow: setup chromium ## The tests that take minutes
	$(BIN)/pytest -m slow

web-check: web ## The pages' style, types (against docs/openapi.json) and unit tests
	@$(if $(NPM),cd web && npm run --silent check && npm run --silent test,echo "There is no npm: the pages are not checked.")

lint: setup ## Style, types and the dependency rule
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=layers/core:functions:. $(BIN)/lint-imports --no-logo

core-alone: $(VENV)/.core-alone ## Core works with its own requirements alone
	PYTHONPATH=layers/core:. $(VENV)/core-alone/bin/pytest -q tests/jobs tests/worker/test_work.py -m "not slow"

$(VENV)/.core-alone: layers/core/requirements.txt $(VENV)/.done
	$(PYTHON) -m venv --clear $(VENV)/core-alone
	$(VENV)/core-alone/bin/$(PIP) --constraint constraints.txt --requirement layers/core/requirements.txt pytest hypothesis
	touch $@

sam-check: $(SAM_VENV)/.done ## The template is valid, and functions and layer build
	$(SAM) validate --lint
	$(SAM) build --cached --build-dir .aws-sam/build > .aws-sam.log 2>&1 || { cat .aws-sam.log; exit 1; }

# Needs the AWS CLI. Old scripts stay a while, for pages that are open; what has no digest in its name is asked after.
# WebAssembly goes compressed: CloudFront leaves files of more than 10 MB as they are.
deploy-pages: web ## Upload the pages to a deployed stack: make deploy-pages STACK=diorama-dev
	@test -n "$(STACK)" || { echo "Name the stack: make deploy-pages STACK=diorama-dev"; exit 1; }
	@told() { aws cloudformation describe-stacks --stack-name "$(STACK)" --output text \
		--query "Stacks[0].Outputs[?OutputKey=='$$1'].OutputValue"; }; \
	bucket=$$(told PagesBucket) && distribution=$$(told Distribution) && set -x && \
	aws s3 sync web/dist/assets s3://$$bucket/assets --cache-control "public, max-age=31536000, immutable" --exclude "*.wasm" && \
	for wasm in web/dist/assets/*.wasm; do \
		gzip -9 --stdout $$wasm | aws s3 cp - s3://$$bucket/assets/$$(basename $$wasm) --content-encoding gzip \
			--content-type application/wasm --cache-control "public, max-age=31536000, immutable" || exit 1; done && \
	aws s3 sync web/dist s3://$$bucket --exclude "assets/*" --exclude .done --cache-control "no-cache" --delete && \
	aws cloudfront create-invalidation --distribution-id $$distribution --paths "/*"

openapi: setup ## Write docs/openapi.json anew
	$(BIN)/python functions/openapi.py > docs/openapi.json

# Apart, because no other test needs what it needs
$(FUZZ_VENV)/.done:
	$(PYTHON) -m venv --clear $(FUZZ_VENV)
	$(FUZZ_VENV)/bin/$(PIP) schemathesis==$(SCHEMATHESIS_VERSION)
	touch $@

api-fuzz: setup $(FUZZ_VENV)/.done ## Ask a local studio all that the API document allows, for two minutes
	$(BIN)/python -m tests.fuzz $(FUZZ_VENV)/bin/schemathesis

api-load: setup ## How long answers take with a hundred people and a stage at work
	$(BIN)/python -m bench.api_load

documents: setup ## Write docs/errors.md and docs/access.md anew, from the code
	$(BIN)/python -m tests.documents.errors > docs/errors.md
	$(BIN)/python -m tests.documents.access > docs/access.md

# Where SAM was downloaded to (config.json and safetensors); docs/decisions/0023 says what to do with it then.
weights: setup ## Install downloaded weights of SAM 3, 2.1 or 1, once: make weights FOLDER=PATH
	@test -n "$(FOLDER)" || { echo "Say where they are: make weights FOLDER=weights/sam2"; exit 2; }
	PYTHONPATH=layers/core:sagemaker_containers/vision $(BIN)/python -m encoders.install "$(FOLDER)"

pictures: setup chromium ## Take docs/pictures anew, of the newest tour in .diorama
	$(BIN)/python -m examples.pictures

clean: ## Remove what these commands made, but the state of the studio
	rm -rf $(VENV) $(SAM_VENV) $(FUZZ_VENV) .aws-sam .aws-sam.log .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache web/dist web/node_modules
