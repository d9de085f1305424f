#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
#	hardening.sh DIRECTORY
#
# What the installed files promise the machine they run on, read off them.

set -eu

root=$1
bad=0

complain()
{
	printf '%s: %s\n' "${file##*/}" "$*"
	bad=1
}

# has WHAT PATTERN OPTION..: of readelf's output
has()
{
	what=$1
	pattern=$2
	shift 2
	readelf -W "$@" "$file" | grep -Eq "$pattern" || complain "no $what"
}

has_not()
{
	what=$1
	pattern=$2
	shift 2
	! readelf -W "$@" "$file" | grep -Eq "$pattern" || complain "$what"
}

# needs NAME..: no other library; libraries may be fewer
needs()
{
	for library in $(readelf -dW "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*/\1/p'); do
		case " $* " in
		*" $library "*) ;;
		*) complain "needs $library" ;;
		esac
	done
}

examine()
{
	file=$1
	has 'read-only relocations' 'GNU_RELRO' -l
	has 'binding at start-up' 'BIND_NOW|Flags:.* NOW' -d
	has 'stack that cannot be executed' 'GNU_STACK .* RW ' -l
	has 'position independence' 'Type: *DYN' -h
	has 'stack protector' '__stack_chk_fail' -s
	has_not 'a search path of its own' 'RPATH|RUNPATH' -d
	has_not 'relocations in its code' 'TEXTREL' -d
	has_not 'memory that is writable and executable' 'LOAD .* RWE ' -l
}

# file NAME: the one of that name
installed()
{
	found=$(find "$root" -type f -perm -u+x -name "$1")
	[ -n "$found" ] || { file=$1 && complain 'is not installed'; }
	printf '%s\n' "$found"
}

examine "$(installed pam_idletimeout.so)"
needs libpam libc ld-linux-x86-64 ld-linux-aarch64 ld-linux
case $(readelf -sW --dyn-syms "$file" | awk '$7 != "UND" && $5 == "GLOBAL" { print $8 }' | sort -u | grep '^pam_' | xargs) in
'pam_sm_close_session pam_sm_open_session') ;;
*) complain 'exports something else than its two functions' ;;
esac

examine "$(installed idle-watchdog)"
needs libaudit libcap-ng libc ld-linux-x86-64 ld-linux-aarch64 ld-linux
has 'independent program' 'PIE' -d

examine "$(installed idle-groups)"
needs libc ld-linux-x86-64 ld-linux-aarch64 ld-linux
has 'independent program' 'PIE' -d

examine "$(installed idletimeout)"
needs libaudit libauparse libjson-c libncursesw libtinfo libc ld-linux-x86-64 ld-linux-aarch64 ld-linux
has 'independent program' 'PIE' -d

exit "$bad"
