# `make deb` and `make dist`: packages and a release to copy, in $B/deb and $B/dist.
# Packages and a release to copy, in $B/deb and $B/dist.
dist: deps-build-abis
deb: deps-build-abis-deb
deb dist:
	$Q$(MAKE) --no-print-directory $B/$@/built

# A new commit gives a release another date.
SHIPPED = $(shell find shim conf examples -type f) Makefile README.md CHANGELOG.md LICENSE
$B/deb/built: $(SHIPPED)
	$Q$(MAKE) --no-print-directory abis
	$Qsh conf/packaging/debian/build.sh $(abspath $B)
	$Qtouch $@

$B/dist/built: $(SHIPPED) $(wildcard .git/logs/HEAD)
	$Qsh conf/packaging/tarball/tarball.sh $(abspath $B) $(ABI)
	$Qtouch $@

# Made before they are tried, where there is what it takes.
packed: $B/dist/built $(if $(shell command -v dh),$B/deb/built)
