# sockmend: `make demo` shows it, `make check` proves it.
.DEFAULT_GOAL := all
# BSD's make stops here; for GNU make it is a rule without a recipe.
.error sockmend needs GNU make, gmake on BSD systems:

B = build
CFLAGS ?= -O2 -g
# RACES=1: a library that sleeps for a random moment at marked points (races.h),
# in a tree of its own.
ifeq ($(RACES),1)
B = build/races
CPPFLAGS += -DSOCKMEND_RACES
endif
ifneq ($(V),1)
Q = @
say = @printf '  %-8s%s\n' $(1) $(2);
endif

include shim/build/abi.mk shim/build/objects.mk shim/build/install.mk conf/packaging/packages.mk
-include tests/programs.mk # not in a release

.SECONDARY:
.PHONY: FORCE all abis deb dist packed deps install uninstall demo check check-all check-quick check-unit \
	check-containers check-valgrind sanitized check-sanitizers fuzz soak bench clean built-all built-units built-programs built-system

all: $B/libsockmend.so $B/lib/$(ABI)/libsockmend.so $B/sockmendctl $B/sockmend $(EXAMPLES)

# What a command needs, it installs, and no more: by the lists of .ci/packages.
deps-%:
	$Qsh .ci/deps $(subst -, ,$*)

# All of them but the largest, for the tests.
deps: deps-build-demo-unit-check-abis-deb

demo: deps-build-demo
	$Q$(MAKE) --no-print-directory all
	$Qsh examples/demo.sh

check: deps
	$Q$(MAKE) --no-print-directory check-all

# On all processors, unless -j says otherwise; packages when the libraries that
# they take are built.
PARALLEL = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
check-all:
	$Q$(MAKE) --no-print-directory $(PARALLEL) built-all
	$Q$(MAKE) --no-print-directory $(PARALLEL) packed
	$Qsh tests/run

check-unit: deps-build-unit
	$Q$(MAKE) --no-print-directory $(PARALLEL) built-units
	$Qsh tests/run unit

# One test of each mend, beside the unit tests and the configuration's.
QUICK = close-wait-ends ephemeral-port-lets eof-spin-is-caught errors-eof-leaves \
	events-outlive idle-works keepalive-sets-only set-in-observe \
	override-keeps reuse-address-restarts self-connect-is-refused set-is supersede-ends \
	user-timeout
check-quick: deps-build-demo-unit
	$Q$(MAKE) --no-print-directory $(PARALLEL) built-programs built-units
	$Qsh tests/run unit config $(QUICK:%='mends/%*')

# Images are built from the release; the native library is in it.
check-containers: deps deps-containers
	$Q$(MAKE) -s --no-print-directory all dist $(PROBES)
	$QJOBS=$(or $(JOBS),2) sh tests/run contained containers

check-valgrind: deps
	$Q$(MAKE) --no-print-directory built-all
	$Qsh tests/run valgrind

built-units: all $(UNITS)
built-programs: all $(PROBES) built-system

# The tool of tests/lib/system.sh, which makes it where it is not built yet.
built-system:
	$Q$(MAKE) -s --no-print-directory B=$B/system SYSCONFDIR=etc CFLAGS=-O0 $B/system/sockmendctl
built-all: built-programs abis $B/races/libsockmend.so $(BENCH) $(UNITS) $(if $(shell command -v clang),$(FUZZ)) $B/tests/differential/differ

# All of it but the fuzz targets, for tests/sanitizers to build with its flags.
sanitized: all $(PROBES) $(UNITS)

check-sanitizers: all $(PROBES) $(UNITS)
	$QSHARE=all LIMIT=1800 sh tests/run sanitizers

# Each target for 10 million executions, or as many as RUNS says.
fuzz: $(FUZZ)
	$QRUNS=$(or $(RUNS),10000000) LIMIT=$(or $(LIMIT),36000) sh tests/run fuzz

# What it costs, beside what else there is: under five minutes, or with FULL=1
# under forty. B/bench has the results.
bench: deps-build-bench
	$Q$(MAKE) --no-print-directory all $(BENCH) $(addprefix $B/tests/programs/,cost crowd sock record)
	$Qtests/bench/run $(if $(FULL),--full) --build $B $(WORKLOADS)

# The full numbers, which take longer than a check may.
# RACES=1: an hour of churn over the library with widened races.
soak: deps
	$Q$(MAKE) --no-print-directory RACES= B=build built-all
	$Q$(if $(RACES),SECONDS_OF_CHURN=$(or $(SECONDS),3600)) LIMIT=$(or $(LIMIT),36000) \
		sh tests/run $(if $(RACES),races,soak)

clean:
	$Qrm -rf $B

-include $(shell find $B -path $B/roots -prune -o -name '*.d' -type f -print 2>/dev/null)
