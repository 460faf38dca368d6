# `make` alone says what there is. Everything a person or a machine has to do with this repository starts here.

.DEFAULT_GOAL := help
.PHONY: help demo test lint format model examples trials bench fuzz simulate simulate-many clean
# `make demo DEMO_ARGS=--json` has one JSON object on standard output, so make itself stays silent.
MAKEFLAGS += --no-print-directory
.SILENT:

SWIFT_SOURCES = Sources Tests Benchmarks/Benchmarks Benchmarks/Measurements Benchmarks/Package.swift \
	Fuzzing/Sources Fuzzing/Package.swift Package.swift

# Arguments of `zhenglian demo`, for instance DEMO_ARGS='--once --json'.
DEMO_ARGS ?=
# Arguments of `swift test`, for instance TEST_ARGS='--filter LedgerTests'.
TEST_ARGS ?=
# Arguments of the benchmark plugin, for instance BENCH_ARGS='--filter Digest.*'.
BENCH_ARGS ?=

# Arguments of the trials, for instance TRIAL_ARGS='--trial kill-leader --rate 1000'.
TRIAL_ARGS ?=
# How many views of the model `make model` checks; each takes about thirty times as long as the one before.
MODEL_VIEWS ?= 4
export MODEL_VIEWS
# The seed that `make simulate` replays, and options of `simulate replay`.
SEED ?= 1
OPTIONS ?=
# Which seeds `make simulate-many` runs, for how many seconds at most.
COUNT ?= 1000
FIRST ?= 1
# How many histories `make test` runs, and how long they may take.
HISTORIES = 2000

# How long `make fuzz` feeds each target, and which ones; all by default.
SECONDS ?= 60
TARGETS ?=

help: ## Say what there is
	sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 22

demo: ## Build and run the demonstration: four departments on this machine (DEMO_ARGS)
	scripts/prepare
	swift build -c release --product zhenglian >&2
	exec .build/release/zhenglian demo $(DEMO_ARGS)

# Swift Testing runs the tests of one process side by side, as many at a time as there are cores. There is no XCTest here,
# and with it switched off the last words are about the tests that there are.
#
# Two runs: in the first, simulations keep every core busy; in the second, one after the other, are the suites with real
# sockets, processes and deadlines, which would take that for a dead network. Suites that start processes must be in the
# second in any case: the first has thousands of files open, and from some 1,300 on Foundation's `Process.run` may read
# beyond its list of them and crash (https://github.com/swiftlang/swift-corelibs-foundation/pull/5472).
TIMED_TESTS = ClusterTransportTests|GatewayAccessTests|GatewayEventsTests|GatewayTests|IdentityTests|IntegrationTests|$\
    LicenceNodeTests|LocalConsortiumTests|NodeRuntimeTests|RepositoryTests
RUN_TESTS = swift test --skip-build --disable-xctest

test: lint ## Check the style, build everything, run every test (TEST_ARGS)
	if [ -n "$$(scripts/test-python --list)" ]; then scripts/prepare --python; fi
	swift build --build-tests
ifeq ($(TEST_ARGS),)
	$(RUN_TESTS) --skip '$(TIMED_TESTS)'
	$(RUN_TESTS) --no-parallel --filter '$(TIMED_TESTS)'
	swift build -c release --product simulate
	.build/release/simulate seeds Tests/SimulationTests/failing-seeds.txt
	scripts/simulate-many $(HISTORIES)
else
	$(RUN_TESTS) $(TEST_ARGS)
endif
	scripts/test-python
ifeq ($(TEST_ARGS),)
	$(MAKE) model
	$(MAKE) examples
endif

examples: ## Build the example of a department's own program, a package of its own
	scripts/prepare
	swift build --package-path Examples/UseALicence --scratch-path .build/examples

model: ## Check the model of the voting rules (MODEL_VIEWS)
	scripts/prepare --model
	Tests/Model/check.sh

lint: ## Check the format of the sources
	scripts/prepare
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)

format: ## Rewrite the sources in the format that `lint` asks for, and wrap long comments
	scripts/prepare
	scripts/wrap-comments $(SWIFT_SOURCES)
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

trials: ## Kill, freeze, cut off and replace real nodes under load, and measure (TRIAL_ARGS)
	scripts/prepare
	swift build -c release --product zhenglian >&2
	swift build -c release --product licence-library >&2
	swift build -c release --product zhenglian-departments >&2
	python3 Tests/Trials/trials.py --program .build/release/zhenglian $(TRIAL_ARGS)

bench: ## Measure, in a release build (BENCH_ARGS)
	scripts/prepare
	cd Benchmarks && swift package -c release --allow-writing-to-package-directory benchmark $(BENCH_ARGS) --no-progress

fuzz: ## Feed the decoders and verifiers with what a fuzzer makes up, SECONDS for each (SECONDS, TARGETS)
	scripts/prepare
	cd Fuzzing && swift build -c release -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library -Xswiftc -use-ld=lld
	scripts/fuzz "$(SECONDS)" $(TARGETS)

simulate: ## Replay one simulated history, with its last events (SEED, OPTIONS)
	scripts/prepare
	swift build -c release --product simulate >&2
	.build/release/simulate replay $(SEED) --trace 200 $(OPTIONS)

simulate-many: ## Search simulated histories on every core, and count what happened (COUNT, FIRST, SECONDS, OPTIONS)
	scripts/prepare
	swift build -c release --product simulate >&2
	scripts/simulate-many $(COUNT) $(FIRST) $(if $(filter file,$(origin SECONDS)),86400,$(SECONDS)) $(OPTIONS)

clean: ## Remove what was built
	rm -rf .build Benchmarks/.build Fuzzing/.build
