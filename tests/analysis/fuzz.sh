#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
#	fuzz.sh SOURCE TARGET SECONDS
#
# Runs a fuzz target on its corpus and on what libFuzzer makes of it. The corpus itself is only read.

set -eu

source=$1
target=$2
seconds=$3
name=${target##*/fuzz_}
log=$target.log
found=$target.corpus

mkdir -p "$found"
if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	-artifact_prefix="$found/broken-" "$found" "$source/tests/fuzz/corpus/$name" >"$log" 2>&1; then
	printf '= fuzz %-10s %9s runs in %s s\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds"
	exit 0
fi
tail -n 60 "$log"
# The input, for the report that outlives the directory.
for input in "$found"/broken-*; do
	[ ! -f "$input" ] || { printf '%s of %s, in base64:\n' "${input##*/}" "$target" && base64 "$input"; }
done
exit 1
