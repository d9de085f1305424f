#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Completion in zsh: that the script can be read by it, and what it offers, where there is one.

set -eu
: "${top_srcdir:=.}" "${top_builddir:=.}"

if ! command -v zsh >/dev/null; then
	echo 'zsh is not installed'
	exit 77
fi
command=$(cd "$top_builddir" && pwd)/tests/ctl/test_idletimeout
script=$(cd "$top_srcdir" && pwd)/ctl/completion/zsh.in
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
	echo "$*" >&2
	exit 1
}

zsh -n "$top_builddir/ctl/completion/_idletimeout" || fail 'zsh cannot read the script that is installed'
sed "s|@COMMAND@|$command|g" "$script" >"$work/_idletimeout"
mkdir "$work/run"
touch "$work/run/7k2q90xw.sock" "$work/run/00000000.sock"

# offers EXPECTED WORD..: the functions of zsh's that the script calls say what they were given
offers()
{
	expected=$1
	shift
	got=$(cd "$work" && zsh -f -c '
		_describe() { print -rl -- ${(P)2} }
		_files() { print files $PREFIX }
		_users() { print users }
		compset() { PREFIX=${PREFIX#*=} }
		words=(idletimeout "$@") CURRENT=$#words PREFIX=$words[-1]
		_complete() { . ./_idletimeout }
		_complete' zsh "$@" | sort | tr '\n' '|') || :
	[ "$got" = "$expected" ] || fail "'$*': '$got' instead of '$expected'"
}

offers 'list:list the watched sessions and the time each has left|' li
offers '--json:print a JSON document for programs instead of a table|' list --j
offers '00000000:|7k2q90xw:|' show ''
offers '7k2q90xw:|' show 7
offers 'files|' metrics --output ''
offers 'files x|' metrics --output=x
offers '|' show nothing
