# Everything a person types. `make test` and `make demo` set up what they need.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SITE = $(shell $(BIN)/python -c 'import site; print(site.getsitepackages()[0])')
# An index for torch's CPU build, where the default one would bring CUDA: make setup TORCH_INDEX=URL
TORCH_INDEX ?=
SAM := .venv-sam/bin/sam
REQUIREMENTS := layers/core/requirements.txt local/requirements.txt sagemaker_containers/scene/requirements.txt tests/requirements.txt

.PHONY: help setup demo studio test test-fast lint types contracts sam-check format clean
help: ## What can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

setup: $(VENV)/.done ## The environment in .venv

$(VENV)/.done: constraints.txt $(REQUIREMENTS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt $(foreach file,$(REQUIREMENTS),--requirement $(file))
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	printf '%s\n' $(CURDIR)/layers/core $(CURDIR)/functions $(CURDIR) > $(SITE)/diorama.pth
	touch $@

$(SAM): ## apart, because it would downgrade boto3, pydantic and click
	$(PYTHON) -m venv .venv-sam
	.venv-sam/bin/pip install --quiet --disable-pip-version-check aws-sam-cli==1.170.0
