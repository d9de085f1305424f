#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# What is promised of a static watchdog, read off the built file: it needs no library and no dynamic linker, its addresses are
# random all the same, and the C library's name service is not in it.
#
# Reads WATCHDOG (the file), NM and READELF from the environment.

watchdog=${WATCHDOG:?the built watchdog}
nm=${NM:-nm}
readelf=${READELF:-readelf}

fail() {
	echo "FAIL: $1" >&2
	exit 1
}

for tool in "$nm" "$readelf"; do
	if [ "$tool" = : ] || ! command -v "${tool%% *}" >/dev/null; then
		echo "SKIP: there is no $tool"
		exit 77
	fi
done
! $readelf -lW "$watchdog" | grep -q INTERP || fail "$watchdog asks for a dynamic linker"
! $readelf -d "$watchdog" | grep -q NEEDED || fail "$watchdog needs libraries"
$readelf -h "$watchdog" | grep -q 'Type: *DYN' || fail "$watchdog has fixed addresses"
$nm "$watchdog" | grep -q ' T main$' || fail "$watchdog has no symbols to be judged by"
names=$($nm "$watchdog" | sed -n 's/.* [Tt] \(__nss_.*\)/\1/p' | xargs)
[ -z "$names" ] || fail "the name service is in $watchdog: $names"
