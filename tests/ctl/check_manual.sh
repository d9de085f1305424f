#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The manuals: that mandoc(1) has nothing to say against them (where there is
# one), and that a template cannot forget or invent an option.

set -eu
: "${top_srcdir:=.}" "${top_builddir:=.}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fill=$top_builddir/man/fill_manual
template=$top_srcdir/man/pam_idletimeout.8.in

fail()
{
	echo "$*" >&2
	exit 1
}

# accepts 'what is tested' <template: filled in without complaint
accepts()
{
	"$fill" NAME=value OTHER= >"$work/out" 2>"$work/err" || fail "$1: $(cat "$work/err")"
}

# refuses 'what is tested' 'the complaint' <template
refuses()
{
	if "$fill" NAME=value >"$work/out" 2>"$work/err"; then
		fail "$1: not refused"
	fi
	grep -q -- "$2" "$work/err" || fail "$1: said '$(cat "$work/err")' instead of '$2'"
}

for page in idletimeout.8 idletimeout.conf.5 pam_idletimeout.8; do
	manual=$top_builddir/man/$page
	test -s "$manual" || fail "$manual is missing"
	if grep -n '@[A-Z_]*@\|@OPTION' "$manual"; then
		fail "$manual has names that nobody filled in"
	fi
	if command -v mandoc >/dev/null; then
		mandoc -T lint -W warning "$manual" || fail "mandoc(1) finds fault with $manual"
	fi
done

printf 'a @NAME@ b @OTHER@c me@example.org\n' | accepts 'names'
grep -qx 'a value b c me@example.org' "$work/out" || fail "names: $(cat "$work/out")"
printf 'a @UNKNOWN@ b\n' | refuses 'unknown name' 'line 1: nothing is known of @UNKNOWN@'

# Every option there is, and each only once.
grep '^@OPTION' "$template" | accepts 'all options'
test "$(grep -c '^\.It Cm' "$work/out")" -eq "$(grep -c '^@OPTION' "$template")" || fail 'entries are missing'
# Names without blanks.
# shellcheck disable=SC2013
for option in $(sed -n 's/^@OPTION \(.*\)@$/\1/p' "$template"); do
	grep '^@OPTION' "$template" | grep -v "^@OPTION $option@" |
		refuses "without $option" "ends without option $option"
done
printf '@OPTION idle@\n@OPTION idle@\n' | refuses 'an option twice' 'line 2: described before: idle@'
printf '@OPTION idel@\n' | refuses 'a mistyped option' 'line 1: no such option: idel@'
printf '@OPTION idle\n' | refuses 'an unfinished mark' 'line 1: no such option: idle'
