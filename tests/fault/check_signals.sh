#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Processes are signalled through pidfds alone: no function that takes a number
# is called by the module or the watchdog.
#
# Reads MODULE and WATCHDOG (the files), and NM, from the environment.

nm=${NM:-nm}

command -v "${nm%% *}" >/dev/null || {
	echo "SKIP: there is no $nm"
	exit 77
}
for file in "${MODULE:?the built module}" "${WATCHDOG:?the built watchdog}"; do
	calls=$($nm -D --undefined-only "$file" | sed 's/.* //; s/@.*//') || exit 1
	if echo "$calls" | grep -Eq '^__(asan|ubsan|tsan)_'; then
		echo 'SKIP: this is a build with sanitizers'
		exit 77
	fi
	found=$(echo "$calls" | grep -Ex '(kill|killpg|tgkill|tkill|sigqueue|pthread_kill)')
	[ -z "$found" ] || {
		echo "FAIL: $file calls $found" >&2
		exit 1
	}
done
