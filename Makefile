# The only command surface: people and CI call the same targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory

INVENTORY ?= inventories/local
ARGS ?=
SCENARIO ?= local
TEST_CLUSTER ?=
KUBERNETES_TESTS ?= tests/kubernetes/test_platform.py
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/todochat
UV_VERSION := 0.13.9
HELM_VERSION := 3.22.0
ACTIONLINT_VERSION := 1.7.12
VENV := .venv
# On Kubernetes the playbooks need helm, too.
READY := $(VENV)/.ops $(if $(filter-out %local,$(INVENTORY)),$(VENV)/bin/helm) $(if $(findstring /oke,$(INVENTORY)),$(VENV)/.oci)
PLAY := $(if $(filter-out %local,$(INVENTORY)),PATH="$(CURDIR)/$(VENV)/bin:$$PATH") $(VENV)/bin/ansible-playbook -i $(INVENTORY)
INTEGRATION := tests/integration tests/plugins
FRONTEND := frontend/node_modules/.package-lock.json
NPM := NEXT_TELEMETRY_DISABLED=1 npm --prefix frontend
LINK := .ansible/collections/ansible_collections/todochat/platform

export UV_PROJECT_ENVIRONMENT := $(VENV)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
# Ansible starts many short Python processes: without their bytecode a run takes two seconds longer.
unexport PYTHONDONTWRITEBYTECODE

##@ Platform
up: $(READY) ## Build or converge the whole platform and prove it as a user (ARGS="-e ...", INVENTORY=...)
	@$(PLAY) site.yml $(ARGS)

check: $(READY) ## Say what `make up` would change, and change nothing
	@$(PLAY) site.yml --check --diff $(ARGS)

images: $(READY) ## Build the images, and load or push them (ARGS="-e images_output=push")
	@$(PLAY) playbooks/images.yml $(ARGS)

login: ## Log docker in to the registry of OCIR_REGISTRY, as OCIR_USERNAME with the auth token OCIR_TOKEN
	@printenv OCIR_TOKEN | docker login --username "$$OCIR_USERNAME" --password-stdin "$${OCIR_REGISTRY%%/*}"

upgrade: $(READY) ## Bring the application to another version (ARGS="-e todochat_image_tag=...")
	@$(PLAY) playbooks/upgrade.yml $(ARGS)

rollback: $(READY) ## Bring the version before back (ARGS="-e app_rollback_to=..." for another one)
	@$(PLAY) playbooks/rollback.yml $(ARGS)

status: $(READY) ## One screen: processes, versions, topics, address
	@$(PLAY) playbooks/status.yml $(ARGS)

verify: $(READY) ## Use the running platform as a person would, step by step
	@$(PLAY) playbooks/verify.yml $(ARGS)

down: $(READY) ## Remove the platform and all its data from this machine; only the download cache stays
	@$(PLAY) playbooks/teardown.yml $(ARGS)

oracle: $(VENV)/.oci ## Install what INVENTORY=inventories/oke needs: Oracle's SDK and the collection oracle.oci
	@$(VENV)/bin/ansible-galaxy collection install -r collections/requirements.yml -p "$$HOME/.ansible/collections"

credentials: $(VENV)/.ops ## Write the OCI configuration from the variables OCI_CLI_*, for machines that have none, such as CI's
	@$(PLAY) playbooks/credentials.yml $(ARGS)

##@ Development
test: lint test-unit test-frontend test-integration test-platform test-kubernetes test-oci coverage ## Everything: lint, unit, integration and the whole platform, with coverage

coverage: $(VENV)/.dev ## How much of the code the tests before have run
	@$(VENV)/bin/coverage report --skip-covered | tail -n 25

test-unit: $(VENV)/.dev ## Tests that need no server but PostgreSQL
	@echo "unit tests, with a real PostgreSQL"
	$(VENV)/bin/pytest -q -n 2 --dist loadscope --cov --cov-report= $(addprefix --ignore=,$(INTEGRATION) tests/platform tests/kubernetes tests/oci) $(ARGS)

test-frontend: $(FRONTEND) ## Front end: lint, types, whether its API client is current, unit tests
	@echo "front end"
	$(NPM) run --silent lint
	$(NPM) run --silent api:check
	$(NPM) run --silent test

test-browser: $(FRONTEND) ## The pages of the running platform, in Chromium (ARGS="-g keyboard", CHROMIUM=/path/of/it)
	@$(NPM) run --silent test:browser -- $(ARGS)

screenshots: $(FRONTEND) ## Take docs/screenshots from the running platform
	@$(NPM) run --silent screenshots

benchmark-pages: $(FRONTEND) ## What people wait for in a browser, measured on the running platform
	@$(NPM) run --silent benchmark

test-integration: $(VENV)/.dev dapr ## Tests with a real Kafka, real Dapr sidecars and a real PostgreSQL
	@echo "integration tests, with a real Kafka and real Dapr sidecars"
	$(VENV)/bin/pytest -q --cov --cov-append --cov-report= $(INTEGRATION) $(ARGS)

test-platform: $(VENV)/.dev ## Deploy, deploy again, break, verify and tear down, on ports and in a directory of its own
	@echo "platform tests: the playbooks, on this machine"
	$(VENV)/bin/pytest -q -x tests/platform $(ARGS)

# KUBERNETES_TESTS=tests/kubernetes has each role's own tests, too. TEST_CLUSTER is a command that brings a cluster up and prints its environment.
test-kubernetes: $(VENV)/.dev ## The platform on the cluster of KUBECONFIG: from nothing, upgraded, broken, scaled, to nothing
	@if [ -n "$(TEST_CLUSTER)" ]; then environment="$$($(TEST_CLUSTER) up)"; eval "$$environment"; fi
	if [ -z "$${KUBECONFIG:-}" ]; then
	    echo "!! SKIPPED: the tests on Kubernetes. There is no cluster: set KUBECONFIG to one that may be filled and broken."
	    exit 0
	fi
	echo "Kubernetes tests, on $$(kubectl config current-context)"
	$(VENV)/bin/pytest -q -x $(KUBERNETES_TESTS) $(ARGS)

test-oci: $(VENV)/.dev ## The way to Oracle Cloud: its real modules and SDK on an emulator; needs the collection oracle.oci
	@paths="$${ANSIBLE_COLLECTIONS_PATH:-$$HOME/.ansible/collections:/usr/share/ansible/collections}"
	installed=
	for path in $${paths//:/ }; do
	    if [ -d "$$path/ansible_collections/oracle/oci" ]; then installed=yes; fi
	done
	if [ -z "$$installed" ]; then
	    echo "!! SKIPPED: the tests of Oracle Cloud. The Ansible collection oracle.oci is not in $$paths:"
	    echo "!!          ansible-galaxy collection install -r collections/requirements.yml"
	    exit 0
	fi
	$(MAKE) $(VENV)/.oci
	if [ -z "$${KUBECONFIG:-}" ]; then
	    echo "!! SKIPPED: site.yml through to verify, tests/oci/test_site.py. Its cluster is a real one: set KUBECONFIG to one that may be filled."
	fi
	echo "tests of Oracle Cloud, on an emulator"
	$(VENV)/bin/pytest -q -x -n 2 --dist loadscope tests/oci $(ARGS)

molecule: $(VENV)/.dev ## Molecule's scenario local; SCENARIO=kubernetes takes the cluster of the kube context
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/molecule test --scenario-name $(SCENARIO)

dapr: $(VENV)/.ops ## Fetch or build the Dapr programs into the cache
	@$(PLAY) playbooks/dapr_programs.yml $(ARGS)

lint: $(VENV)/.dev ## ruff, mypy, yamllint, zizmor and ansible-lint (profile production)
	@echo "ruff, mypy, yamllint, zizmor, ansible-lint"
	$(VENV)/bin/ruff format --check -q .
	$(VENV)/bin/ruff check -q .
	$(VENV)/bin/mypy --no-error-summary
	# Ansible imports plugins by their collection's name, and so does mypy.
	(cd .ansible/collections && MYPYPATH=. "$(CURDIR)/$(VENV)/bin/mypy" --no-error-summary --config-file "$(CURDIR)/pyproject.toml" \
	    --namespace-packages --explicit-package-bases -p ansible_collections.todochat.platform.plugins)
	$(VENV)/bin/yamllint --strict .
	$(VENV)/bin/zizmor --offline --quiet --no-progress .github
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/ansible-lint --offline -q

lint-workflows: ## actionlint, built with Go: what GitHub would refuse
	@go run github.com/rhysd/actionlint/cmd/actionlint@v$(ACTIONLINT_VERSION)

format: $(VENV)/.dev ## Format the Python code and sort its imports
	@$(VENV)/bin/ruff check -q --fix-only .
	$(VENV)/bin/ruff format -q .

contracts: $(VENV)/.dev ## Write docs/openapi.json and docs/asyncapi.yaml from the code
	@$(VENV)/bin/todochat openapi > docs/openapi.json
	$(VENV)/bin/todochat asyncapi > docs/asyncapi.yaml

help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# `--inexact`, so that the one environment keeps what the other target has installed.
$(VENV)/.ops: pyproject.toml uv.lock
	@echo "preparing the Python environment ($(VENV))"
	uv="$$(scripts/uv $(UV_VERSION) '$(CACHE)')"
	"$$uv" sync --quiet --frozen --inexact --no-default-groups --group ops
	mkdir -p "$$(dirname $(LINK))" && ln -sfn "$(CURDIR)" $(LINK)
	touch $@

$(VENV)/.oci: $(VENV)/.ops
	@echo "installing Oracle's SDK, which is large"
	uv="$$(scripts/uv $(UV_VERSION) '$(CACHE)')"
	"$$uv" sync --quiet --frozen --inexact --no-default-groups --group oci
	touch $@

$(VENV)/bin/helm: $(VENV)/.ops
	@ln -sfn "$$(scripts/helm $(HELM_VERSION) '$(CACHE)')" $@

$(VENV)/.dev: $(VENV)/.ops
	@echo "installing the development tools"
	uv="$$(scripts/uv $(UV_VERSION) '$(CACHE)')"
	"$$uv" sync --quiet --frozen --inexact
	touch $@

$(FRONTEND): frontend/package-lock.json
	@echo "installing the front end's packages"
	$(NPM) ci --no-audit --no-fund --loglevel=error
	touch $@

.PHONY: up check images login upgrade rollback status verify down oracle credentials test coverage test-unit test-frontend test-browser screenshots benchmark-pages test-integration test-platform test-kubernetes test-oci molecule dapr lint lint-workflows format contracts help
