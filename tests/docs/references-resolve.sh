#!/bin/sh
# What a page or document refers to is there: manual pages of ours, sections of
# a page, files that a link names; and every command shown is one of
# sockmendctl's, with options that its help has.
. "$(dirname "$0")/../lib/test.sh"
cd "$TOP" || exit 1
missing=

lacking()
{
	missing="$missing
  $*"
}

# has_page NAME.SECTION
has_page()
{
	for there in $pages; do
		[ "${there##*/}" != "$1" ] || return 0
	done
	return 1
}

pages=$(ls shim/man/*.[157])
for page in $pages; do
	sed -n 's/^\.Xr \(sockmend[a-z.]*\) \([1-9]\).*/\1.\2/p' "$page" | sort -u >"$T/names"
	while read -r name; do
		has_page "$name" || lacking "$page: $name"
	done <"$T/names"
	# A section is a page's own, unless `of` or `in` another page follows.
	sed -n 's/^\.Sx \(.*[^ .,:]\)\( [.,:]*\)\{0,1\}$/\1/p' "$page" >"$T/sections"
	while read -r section; do
		# shellcheck disable=SC2086 # pages are words
		grep -Eq "^\.S[hs] $(quoted "$section")$" $pages ||
			lacking "$page: section $section"
	done <"$T/sections"
done

# Links of the documents that stand in the tree.
for page in README.md CHANGELOG.md .github/*.md tests/README.md; do
	grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//; s/#.*//' | sort -u >"$T/links"
	while read -r link; do
		case $link in
		'' | http*) ;;
		*) [ -e "$(dirname "$page")/$link" ] || lacking "$page: $link" ;;
		esac
	done <"$T/links"
done

# Commands in displays and quotations of the pages, and in the documents.
{
	for page in $pages; do
		mandoc -T ascii -O width=200 "$page" | sed 's/.\x08//g' | grep -Eo -- \
			"^ +(\\$ |# )?sockmendctl [a-z]+( -{1,2}[a-z]+)*|[\`']sockmendctl [a-z]+( -{1,2}[a-z]+)*" |
			sed "s|^|$page |"
	done
	for page in README.md conf/packaging/tarball/INSTALL .github/*.md conf/sockmend.conf conf/profiles/*.conf; do
		grep -Eo -- '(^ +(\$ )?|[`/])sockmendctl [a-z]+( -{1,2}[a-z]+)*' "$page" | sed "s|^|$page |"
	done
} | tr -d "\`'\$#" | sed 's| /sockmendctl| sockmendctl|; s/  */ /g' | sort -u |
	grep -v ' sockmendctl is$' >"$T/commands"
has "commands are found" "$T/commands" 'sockmendctl apply'
while read -r page tool command options; do
	"$B/sockmendctl" help "$command" >"$T/help" 2>/dev/null ||
		{ lacking "$page: $tool $command"; continue; }
	for option in $options; do
		grep -Eq -- "(^|[ ,|[])$option([] ,|=]|$)" "$T/help" ||
			lacking "$page: $tool $command $option"
	done
done <"$T/commands"
number "references: $(wc -l <"$T/commands") commands shown exist, with their options"
[ -z "$missing" ] || fail "missing:$missing"
