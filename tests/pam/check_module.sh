#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# What the module promises its host, read off the built file: it exports two
# functions and needs no library but libpam and libc.
#
# Reads MODULE (the file), NM and READELF from the environment.

module=${MODULE:?the built module}
nm=${NM:-nm}
readelf=${READELF:-readelf}

skip() {
	echo "SKIP: $1"
	exit 77
}

fail() {
	echo "FAIL: $1" >&2
	exit 1
}

have() {
	command -v "${1%% *}" >/dev/null
}

have "$nm" || skip "exported symbols: there is no $nm"
exports=$($nm -D --defined-only "$module" | sed 's/.* //' | sort | xargs) || fail "cannot read $module"
[ "$exports" = 'pam_sm_close_session pam_sm_open_session' ] || fail "$module exports: $exports"

if $nm -D --undefined-only "$module" | grep -Eq '__(asan|ubsan|llvm_gcov)_'; then
	skip 'needed libraries: this is a build with sanitizers'
fi
{ [ "$readelf" != : ] && have "$readelf"; } || skip 'needed libraries: there is no readelf'
# Some processors keep a part of libc in the loader.
others=$($readelf -d "$module" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
	grep -Ev '^(libpam|libc|ld-linux.*|ld[0-9]*)\.so\.' | xargs)
[ -z "$others" ] || fail "$module needs: $others"
