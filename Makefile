# Every target that builds first runs scripts/setup.sh, which installs what is missing
# and does nothing when all is there.

.DEFAULT_GOAL := help
.PHONY: help setup demo dev test soak lint bench image

CARGO ?= cargo
DOCKER ?= docker
IMAGE ?= patchbay
# Architectures of the image, such as linux/amd64,linux/arm64; the engine's own when empty. Several at once go where
# images are kept (IMAGE=registry.example.com/patchbay:1.2.3 OUTPUT=--push).
PLATFORMS ?=
OUTPUT ?=
# Tests mostly wait for each other's processes, so more of them at once than there are processors.
THREADS ?= 4
# What is tested against a Redis Cluster as well: what walks over its nodes, and what has scripts of its own. Scripts over
# two slots fail in every test (src/store/pool/slots.rs).
CLUSTER := accounts::answers activity::found api::loads api::once checkup:: classic::confirm:: disconnect:: fleet:: grants:: \
	journey:: keys:: loads::cancelled loads::retried loads::rotated people::first_run people::members people::sessions \
	settings::revoke transfer:: upkeep:: vault::
# The long form of the faults and of the soak.
ROUNDS ?= 20
PEOPLE ?= 200
SECONDS ?= 1200
SCRIPTS := .ci/run $(wildcard scripts/*.sh scripts/*/*.sh tests/*/*.sh)

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install what the demo and all tests need
	@scripts/setup.sh test

# A build without optimisation: half the wait of a release build, and quick enough to try things.
demo: ## install what is missing, build, run the demo with the sandbox on this machine
	@scripts/setup.sh demo
	@echo "demo: building (the first build takes some minutes), then starting; Ctrl-C ends it"
	@$(CARGO) run --locked -- demo

dev: ## the demo, rebuilt and restarted on every change
	@scripts/setup.sh demo
	@scripts/dev.sh

test: ## install what is missing, run every test, browser tests too; check every page and the API
	@scripts/setup.sh test
	@tests/sso/install.sh
	RUST_TEST_THREADS=$(THREADS) $(CARGO) test --tests --locked
	@echo "test: once more, against a Redis Cluster of one node, what works with the store in ways of its own"
	RUST_TEST_THREADS=$(THREADS) PATCHBAY_TEST_REDIS=cluster $(CARGO) test --test it --locked -- $(CLUSTER)
	@tests/pages/run.sh
	@tests/api/run.sh
	@tests/deploy/run.sh

# Each fault again and again, then many people for a while. About an hour.
soak: ## what is in `make test` in short: every fault many times, and 200 people for 20 minutes
	@scripts/setup.sh test
	PATCHBAY_FAULT_ROUNDS=$(ROUNDS) $(CARGO) test --release --locked --test faults -- --nocapture --test-threads 2
	PATCHBAY_SOAK_PEOPLE=$(PEOPLE) PATCHBAY_SOAK_SECONDS=$(SECONDS) $(CARGO) test --release --locked --test soak

lint: ## formatting, clippy, shell scripts, and cargo-deny where it is installed
	@scripts/setup.sh build
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets --locked -- -D warnings
	@for script in $(SCRIPTS); do echo "bash -n $$script"; bash -n $$script || exit 1; done
	@if command -v shellcheck >/dev/null; then echo "shellcheck $(SCRIPTS)"; shellcheck $(SCRIPTS); \
	else echo "lint: shellcheck is not installed, skipped"; fi
	@if command -v cargo-deny >/dev/null; then \
		echo "cargo deny check bans licenses sources"; \
		$(CARGO) deny --locked check --hide-inclusion-graph bans licenses sources; \
	else echo "lint: cargo-deny is not installed, skipped (cargo install --locked cargo-deny)"; fi

bench: ## start-up time, idle memory and size of the release build, and the benchmarks
	@scripts/setup.sh demo
	@scripts/bench.sh
	@if [ -d benches ]; then $(CARGO) bench --locked --bench '*'; fi

image: ## build the container image
	@$(DOCKER) version >/dev/null 2>&1 || { \
		echo "image: no container engine answers '$(DOCKER) version'. Start Docker, or name another: make image DOCKER=podman" >&2; \
		exit 1; }
	$(DOCKER) build --tag $(IMAGE) $(if $(PLATFORMS),--platform $(PLATFORMS)) $(OUTPUT) \
		--build-arg VERSION=$$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1) \
		--build-arg REVISION=$$(git rev-parse --verify --quiet HEAD) .
