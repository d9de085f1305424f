#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
#	valgrind.sh BUILD JOBS
#
# Runs the C tests of a build under valgrind: no error, no memory lost, no descriptor left open. What their children
# leave behind at _exit(2) is not looked at.

set -eu

build=$1
jobs=$2

# valgrind 3.19 does not know pidfd_open(2): what tests it, or needs a watchdog, is left to the sanitizers there.
cat >"$build/pidfd.c" <<-'END'
	#include <sys/syscall.h>
	#include <unistd.h>

	int main(void)
	{
		return syscall(SYS_pidfd_open, getpid(), 0) < 0;
	}
END
"${CC:-cc}" -o "$build/pidfd" "$build/pidfd.c"
without_pidfd='-name test_caller -o -name test_server'
if valgrind -q "$build/pidfd" >/dev/null 2>&1; then
	without_pidfd='-name none'
else
	printf '= valgrind: not %s, for it has no pidfd_open(2)\n' 'test_caller and test_server'
fi

# These are about what valgrind changes: system calls, the heap, and time.
without="-name test_filter -o -name test_memory -o -name test_program_output -o $without_pidfd"

cat >"$build/one.sh" <<-'END'
	#!/bin/sh
	test=$1
	log=$test.valgrind
	./libtool --mode=execute valgrind --error-exitcode=99 --leak-check=full --track-fds=yes \
		--child-silent-after-fork=yes --log-file="$log" "$test" >"$log.out" 2>&1 || {
		printf '%s: failed\n' "$test"
		tail -n 20 "$log.out"
		tail -n 40 "$log"
		exit 1
	}
	# The descriptors that were there before are said to be inherited in the line that follows.
	awk '/Open (file descriptor|AF_)/ { open = $0; getline; if ($0 !~ /inherited/) { print open; print; bad = 1 } } END { exit bad }' "$log" || {
		printf '%s: leaves a descriptor open\n' "$test"
		exit 1
	}
END
cd "$build"
# Options of find, made by us.
# shellcheck disable=SC2086
find tests/unit tests/ctl -maxdepth 1 -type f -perm -u+x -name 'test_*' ! -name test_idletimeout ! '(' $without ')' |
	sort >tests.list
IDLETIMEOUT_RUNS=2 top_srcdir=$(sed -n 's/^abs_top_srcdir = //p' Makefile) export IDLETIMEOUT_RUNS top_srcdir
xargs -P "$jobs" -n 1 sh ./one.sh <tests.list
printf '= valgrind: %s test programs\n' "$(wc -l <tests.list)"
