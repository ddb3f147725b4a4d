# What the library is built for, and how each is compiled and linked.
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
	$Qsh shim/build/links.sh $B $(ABI)
