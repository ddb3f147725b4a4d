# sockmend: `make demo` shows it, `make check` proves it.
.DEFAULT_GOAL := all
# BSD's make stops here; for GNU make it is a rule without a recipe.
.error sockmend needs GNU make, gmake on BSD systems:

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
BINDIR = $(PREFIX)/bin
LIBDIR = $(PREFIX)/lib/sockmend
MANDIR = $(PREFIX)/share/man
CONFDIR = $(SYSCONFDIR)/sockmend
UNITDIR = $(PREFIX)/lib/systemd/system
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions

B = build
# The library is made for each of these, by Debian's names; the rest natively.
# A compiler that does not know those says x86_64-redhat-linux, i586-suse-linux,
# aarch64-alpine-linux-musl: the machine's name comes first, musl's last.
ABIS = x86_64-linux-gnu i386-linux-gnu aarch64-linux-gnu
MACHINE := $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null))
ABI := $(or $(shell $(CC) -print-multiarch 2>/dev/null),$(patsubst i%86,i386,$(firstword \
	$(MACHINE)))-linux-$(or $(filter musl% gnu%,$(lastword $(MACHINE))),gnu))
CC.x86_64-linux-gnu = x86_64-linux-gnu-gcc
CC.i386-linux-gnu = $(CC) -m32 -idirafter /usr/include/x86_64-linux-gnu
CC.aarch64-linux-gnu = aarch64-linux-gnu-gcc
CC.$(ABI) = $(CC)
# Sums of 64 bits take room on i386. Atomics out of line would have a constructor
# that calls getauxval. Pages of 64 KB make a relro part as large as the library.
FLAGS.i386-linux-gnu = -march=i686 -Os -Wno-psabi
FLAGS.aarch64-linux-gnu = -mno-outline-atomics
LINK.aarch64-linux-gnu = -Wl,-z,norelro
CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes \
       -Wstrict-prototypes -Wundef -Wvla $(if $(filter 1,$(WERROR)),-Werror)
# RACES=1: a library that sleeps for a random moment at marked points (races.h),
# in a tree of its own.
ifeq ($(RACES),1)
B = build/races
CPPFLAGS += -DSOCKMEND_RACES
endif
CPPFLAGS += -D_GNU_SOURCE -D_LARGEFILE64_SOURCE -MMD -MP -Ishim/common
CC_ALL = $(CC) -std=gnu11 $(WARN) $(CFLAGS) $(CPPFLAGS)
# Inside a program we are a guest: nothing exported by default, no fortified
# import (musl has none), no stack protector (the watch task has no TLS).
LIB_FLAGS = -fPIC -fvisibility=hidden -fno-stack-protector -U_FORTIFY_SOURCE \
	    -fasynchronous-unwind-tables -ffunction-sections -fdata-sections \
	    $(FLAGS.$(ABI)) -Ishim/lib -DSYSCONFDIR='"$(SYSCONFDIR)"'
CTL_LIBS = -lconfuse
CTL_FLAGS = -DSYSCONFDIR='"$(SYSCONFDIR)"' $(patsubst %,-I%,shim/ctl $(wildcard shim/ctl/*/))

ifneq ($(V),1)
Q = @
say = @printf '  %-8s%s\n' $(1) $(2);
endif

COMMON = $(wildcard shim/common/*.c)
LIB_OBJ = $(patsubst shim/%.c,$B/lib/%.o,$(COMMON) $(wildcard shim/lib/*.c))
CTL_OBJ = $(patsubst shim/%.c,$B/ctl/%.o,$(COMMON) $(wildcard shim/ctl/*.c shim/ctl/*/*.c))
EXAMPLES = $(patsubst %.c,$B/%,$(wildcard examples/*.c))
PROBES = $(patsubst %.c,$B/%,$(wildcard tests/programs/*.c))
BENCH = $(patsubst %.c,$B/%,$(wildcard tests/bench/programs/*.c))
DIFFER = $(patsubst %.c,$B/%.o,$(wildcard tests/differential/*.c))
UNITS = $(patsubst %.c,$B/%,$(wildcard tests/unit/*.c))
FUZZ = $(patsubst tests/%.c,$B/%,$(wildcard tests/fuzz/*.c))

.SECONDARY:
.PHONY: FORCE all abis deb dist packed deps install uninstall demo check check-quick check-unit check-containers check-valgrind sanitized check-sanitizers fuzz soak bench clean \
	check-all built-all built-units built-programs built-system

all: $B/libsockmend.so $B/lib/$(ABI)/libsockmend.so $B/sockmendctl $B/sockmend $(EXAMPLES)

# What there must be to compile anything, and its package. Not parsed: cmocka.h
# wants others before it.
PACKAGE.stdio.h = gcc libc6-dev
PACKAGE.confuse.h = libconfuse-dev
PACKAGE.cmocka.h = libcmocka-dev
$B/has/%:
	@mkdir -p $(@D)
	@$(CC) -include $* -E -xc /dev/null >/dev/null || { \
		echo 'needed: $*; in Debian: apt-get install $(PACKAGE.$*)' >&2; exit 1; }
	@touch $@

# Only a SYSCONFDIR that is another one than last time rebuilds anything.
$B/sysconfdir: FORCE
	@mkdir -p $(@D)
	@echo '$(SYSCONFDIR)' | cmp -s - $@ || echo '$(SYSCONFDIR)' >$@

# A sanitizer keeps what it knows of a thread where libc keeps a thread's own,
# and the watch task is no thread: what begins and ends it is not sanitized,
# nor, for races, is anything it runs.
PLAIN_ROOMS = lib/watch lib/task lib/apart lib/supersede
$(PLAIN_ROOMS:%=$B/lib/%.o): override CFLAGS := $(filter-out -fsanitize=%,$(CFLAGS))
$B/lib/%.o: shim/%.c $B/sysconfdir | $B/has/stdio.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) $(LIB_FLAGS) -c -o $@ $<

$B/ctl/%.o: shim/%.c $B/sysconfdir | $B/has/stdio.h $B/has/confuse.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) $(CTL_FLAGS) -c -o $@ $<

# Against an empty libc.so.6 that names what we use, in the versions of glibc
# 2.17: one file loads on every later one, and dlsym, which moved between
# libc's files over the years, stays a weak name (real.c). musl ignores versions.
$B/stub/libc.so.6: shim/lib/stub/libc.c shim/lib/stub/libc.$(ABI:musl=gnu).map | $B/has/stdio.h
	@mkdir -p $(@D)
	$(call say,STUB,$@)$(CC) -w -fno-builtin -nostdlib -fPIC -shared -o $@ $< \
		-Wl,-soname,libc.so.6 -Wl,--version-script=$(word 2,$^)

$B/exports.map: shim/lib/calls.h shim/lib/exports.sh | $B/has/stdio.h
	@mkdir -p $(@D)
	$(call say,MAP,$@)sh shim/lib/exports.sh $(CC) <$< >$@

$B/libsockmend.so: $(LIB_OBJ) $B/exports.map $B/stub/libc.so.6 shim/lib/data.ld
	$(call say,LINK,$@)$(CC) $(CFLAGS) -nostdlib -shared -o $@ $(LIB_OBJ) $B/stub/libc.so.6 $(LIB_LIBS) -lgcc \
		-Wl,--version-script=$B/exports.map -Wl,-z,defs -Wl,-z,relro \
		-Wl,-T,shim/lib/data.ld \
		-Wl,--gc-sections -Wl,-z,nodelete -Wl,--hash-style=both -Wl,-soname,libsockmend.so $(LINK.$(ABI))

$B/races/libsockmend.so: FORCE
	$Q$(MAKE) --no-print-directory RACES=1 B=$B/races $@

# The other ABIs, each in its directory, so that one string serves all of them:
# LD_PRELOAD='.../$$LIB/libsockmend.so'. ld.so(8) puts its own libc's directory
# for $$LIB: Debian's are these, some systems' lib64, lib32 or plain lib.
$B/lib/$(ABI)/libsockmend.so: $B/libsockmend.so
	@mkdir -p $(@D)
	$Qln -sf ../../libsockmend.so $@

$B/lib/%/libsockmend.so: FORCE
	$Q$(MAKE) --no-print-directory ABI=$* CC='$(CC.$*)' B=$B/lib/$* $@

# Those for which there is a compiler.
no_compiler = $(shell $(CC.$1) -include unistd.h -fsyntax-only -xc /dev/null 2>&1 || echo none)
abis:
	$Q$(MAKE) --no-print-directory $(foreach abi,$(ABIS),$(if \
		$(call no_compiler,$(abi)),$(info no compiler for $(abi): $(CC.$(abi))), \
		$B/lib/$(abi)/libsockmend.so))
	$Qsh shim/lib/links.sh $B $(ABI)

$B/sockmendctl: $(CTL_OBJ)
	$(call say,LINK,$@)$(CC) $(CFLAGS) -o $@ $^ $(CTL_LIBS)

$B/sockmend: shim/sockmend
	@mkdir -p $(@D)
	$(call say,COPY,$@)install -m 755 $< $@

# Legacy programs, as their vendors built them: no warnings, no hardening.
$B/examples/%: examples/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) -w -O1 -o $@ $<

$B/tests/programs/%: tests/programs/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) -Itests/lib -o $@ $< -lpthread

$B/tests/bench/programs/%: tests/bench/programs/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) -Itests/lib -o $@ $<

$B/tests/differential/%.o: tests/differential/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) -c -o $@ $<

$B/tests/differential/differ: $(DIFFER)
	$(call say,LINK,$@)$(CC) $(CFLAGS) -o $@ $^ -lpthread

# Unit tests link the pure rooms, never the interposers.
$B/tests/unit/%: tests/unit/%.c $(filter-out %/main.o,$(CTL_OBJ)) | $B/has/cmocka.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC_ALL) $(CTL_FLAGS) -o $@ $(filter %.c %.o,$^) -lcmocka -lconfuse

# Fuzz targets, with the rooms they reach made anew: libFuzzer is clang's.
FUZZ_CC = clang -std=gnu11 $(WARN) -O1 -g $(CPPFLAGS) $(CTL_FLAGS) \
	  -fsanitize=address,undefined -fno-sanitize-recover=all
$B/fuzz/shim/%.o: shim/%.c $B/sysconfdir
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)$(FUZZ_CC) -fsanitize=fuzzer-no-link -c -o $@ $<

$B/fuzz/%: tests/fuzz/%.c $(patsubst $B/ctl/%,$B/fuzz/shim/%,$(filter-out %/main.o,$(CTL_OBJ)))
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)$(FUZZ_CC) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) -lconfuse

# What a command needs, it installs, and no more: by the lists of .ci/packages.
deps-%:
	$Qsh .ci/deps $(subst -, ,$*)

# The library gets its name when it is whole: programs start meanwhile.
install: all
	$Qinstall -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR) $(DESTDIR)$(MANDIR)/man1 \
		$(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(CONFDIR)/apps.d $(DESTDIR)$(CONFDIR)/profiles
	$Qinstall -m 755 $B/sockmend $B/sockmendctl $(DESTDIR)$(BINDIR)
	$Qinstall -m 644 $B/libsockmend.so $(DESTDIR)$(LIBDIR)/libsockmend.so.new
	$Qmv $(DESTDIR)$(LIBDIR)/libsockmend.so.new $(DESTDIR)$(LIBDIR)/libsockmend.so
	$Qcd $B && for library in $(ABIS:%=lib/%/libsockmend.so); do \
		[ ! -e $$library ] || \
			install -D -m 644 $$library $(abspath $(DESTDIR)$(LIBDIR))/$$library; done
	$Qln -sf ../../libsockmend.so $(DESTDIR)$(LIBDIR)/lib/$(ABI)/libsockmend.so
	$Qsh shim/lib/links.sh $(DESTDIR)$(LIBDIR) $(ABI)
	$Qinstall -m 644 $(wildcard shim/*.1 shim/*/*.1) $(DESTDIR)$(MANDIR)/man1
	$Qinstall -m 644 $(wildcard conf/*.5) $(DESTDIR)$(MANDIR)/man5
	$Qinstall -m 644 $(wildcard shim/*.7) $(DESTDIR)$(MANDIR)/man7
	$Qinstall -d $(DESTDIR)$(UNITDIR)
	$Qsed 's|@BINDIR@|$(BINDIR)|' conf/systemd/sockmend-collect.service \
		>$(DESTDIR)$(UNITDIR)/sockmend-collect.service
	$Qchmod 644 $(DESTDIR)$(UNITDIR)/sockmend-collect.service
	$Qinstall -m 644 $(wildcard conf/profiles/*.conf) $(DESTDIR)$(CONFDIR)/profiles
	$Qinstall -d $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR)
	$Qinstall -m 644 shim/completion/sockmend.bash $(DESTDIR)$(BASHDIR)/sockmend
	$Qln -sf sockmend $(DESTDIR)$(BASHDIR)/sockmendctl
	$Qinstall -m 644 shim/completion/_sockmend $(DESTDIR)$(ZSHDIR)
	$Qtest -e $(DESTDIR)$(CONFDIR)/sockmend.conf || \
		install -m 644 conf/sockmend.conf $(DESTDIR)$(CONFDIR)

uninstall:
	$Qrm -f $(DESTDIR)$(BINDIR)/sockmend $(DESTDIR)$(BINDIR)/sockmendctl
	$Qrm -f $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(wildcard shim/*.1 shim/*/*.1)))
	$Qrm -f $(addprefix $(DESTDIR)$(MANDIR)/man5/,$(notdir $(wildcard conf/*.5)))
	$Qrm -f $(addprefix $(DESTDIR)$(MANDIR)/man7/,$(notdir $(wildcard shim/*.7)))
	$Qrm -f $(DESTDIR)$(UNITDIR)/sockmend-collect.service
	$Qrm -f $(DESTDIR)$(BASHDIR)/sockmend $(DESTDIR)$(BASHDIR)/sockmendctl
	$Qrm -f $(DESTDIR)$(ZSHDIR)/_sockmend
	$Qrm -rf $(DESTDIR)$(LIBDIR) $(DESTDIR)$(CONFDIR)/profiles

# Packages and a release to copy, in $B/deb and $B/dist.
dist: deps-build-abis
deb: deps-build-abis-deb
deb dist:
	$Q$(MAKE) --no-print-directory $B/$@/built

# A new commit gives a release another date.
SHIPPED = $(shell find shim conf examples -type f) Makefile README.md CHANGELOG.md LICENSE
$B/deb/built: $(SHIPPED)
	$Q$(MAKE) --no-print-directory abis
	$Qsh conf/debian/build.sh $(abspath $B)
	$Qtouch $@

$B/dist/built: $(SHIPPED) $(wildcard .git/logs/HEAD)
	$Qsh conf/release/tarball.sh $(abspath $B) $(ABI)
	$Qtouch $@

# Made before they are tried, where there is what it takes.
packed: $B/dist/built $(if $(shell command -v dh),$B/deb/built)

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
