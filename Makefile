# gatewayd: what people call. Everything installs what it needs first; `make help` lists the targets.

SHELL := /bin/bash
.DELETE_ON_ERROR:

SWIFT ?= swift
# Warnings are errors everywhere, so that the checked build is also the tested one.
STRICT := -Xswiftc -warnings-as-errors
# The shipped program carries Swift's library: the target machine needs Debian's C libraries and nothing of Swift.
RELEASE := -c release --static-swift-stdlib
DEMO_SECONDS ?= 60
FUZZ_SECONDS ?= 600
# 0: another one each time.
FUZZ_SEED ?= 0

.PHONY: help setup setup-test build test demo bench fuzz soak check format deb clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install the Debian packages that building and the demo need (only what is missing)
	@scripts/setup.sh

setup-test: ## the same for the tests
	@scripts/setup.sh test

build: setup ## build .build/release/gatewayd
	$(SWIFT) build $(RELEASE) --product gatewayd
	@strip .build/release/gatewayd
	@ls -l .build/release/gatewayd

# Tests with real counterparts (brokers, peers, terminals, disks) wait rather than compute. One at a time, none of them
# starves another, however slow the machine.
REAL := EndToEndTests|HostSystemTests|ModbusLinkTests|MQTTUplinkTests|TelemetryStoreTests
RUN_TESTS := PATH="$(CURDIR)/.build/test-python/bin:$$PATH" $(SWIFT) test --skip-build $(STRICT)

test: setup-test ## run all tests
	$(SWIFT) build --build-tests $(STRICT)
	$(RUN_TESTS) --skip '$(REAL)'
	$(RUN_TESTS) --no-parallel --filter '$(REAL)'

demo: build ## a plant, a broker, the gateway and a subscriber on loopback, for DEMO_SECONDS (60; 0: until Ctrl-C)
	@scripts/demo.sh $(DEMO_SECONDS)

bench: build setup-test ## CPU per delivered value beside a bare C loop, HJ 212 frames and samples per second beside C, alarm rules
	$(SWIFT) build $(RELEASE) --product HJ212Decode
	$(SWIFT) build $(RELEASE) --product EmissionReplay
	$(SWIFT) build $(RELEASE) --product JournalFill
	$(SWIFT) build $(RELEASE) --product AlarmRules
	@scripts/bench.sh

fuzz: setup-test ## made-up bytes against the HJ 212 code and the MQTT uplink, for FUZZ_SECONDS (600) in all
	@scripts/fuzz.sh $(FUZZ_SECONDS) $(FUZZ_SEED)

FAULT_ROUNDS ?= 500
# Idle for once this, under load for three times.
SOAK_SECONDS ?= 1200

soak: setup-test ## properties with a million cases each, a month recomputed, a month of alarms, 500 kills and power cuts, an hour of load
	$(SWIFT) build --build-tests $(STRICT)
	GATEWAY_SOAK=1000000 $(RUN_TESTS) --filter 'PropertyTests|RecomputationTests|SimulatedMonthTests'
	GATEWAY_FAULT_ROUNDS=$(FAULT_ROUNDS) $(RUN_TESTS) --no-parallel --filter 'KillRoundTests|JournalCrashTests|JournalFaultTests'
	GATEWAY_SOAK_SECONDS=$(SOAK_SECONDS) $(RUN_TESTS) --no-parallel --filter IdleTests
	GATEWAY_SOAK=1000000 $(RUN_TESTS) --no-parallel --filter 'UplinkFaultTests'

check: setup-test ## formatting, compiler warnings, the sample configuration
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	$(SWIFT) build --build-tests $(STRICT)
	.build/debug/gatewayd check --config config/gateway.yaml

format: ## format all sources
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

deb: ## not there yet
	@echo "make deb: the Debian package is not made yet; install .build/release/gatewayd and systemd/gatewayd.service by hand" >&2
	@exit 1

clean: ## remove what was built
	rm -rf .build
