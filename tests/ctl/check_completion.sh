#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Completion in bash: the script as it is installed, but that it asks the command under test, whose RUN_DIR is "run" in
# the current directory.

set -eu
: "${top_srcdir:=.}" "${top_builddir:=.}"

command=$(cd "$top_builddir" && pwd)/tests/ctl/test_idletimeout
script=$(cd "$top_srcdir" && pwd)/ctl/completion/bash.in
built=$(cd "$top_builddir" && pwd)/ctl/completion/idletimeout
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

fail()
{
	echo "$*" >&2
	failed=1
}

# What bash would have done with the words: the last one is being completed. It breaks words at "=" as bash does.
complete_words()
{
	COMP_WORDS=()
	local word
	for word in "$@"; do
		while [[ $word == *=?* || $word == ?*= ]]; do
			COMP_WORDS+=("${word%%=*}" "=")
			word=${word#*=}
		done
		COMP_WORDS+=("$word")
	done
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_idletimeout idletimeout "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
}

in_one_line()
{
	local sorted
	mapfile -t sorted < <(printf '%s\n' "$@" | sort)
	printf '%s' "${sorted[*]}"
}

# gives EXPECTED WORD..: exactly these words, sorted
gives()
{
	local expected=$1 got
	shift
	complete_words idletimeout "$@"
	got=$(in_one_line "${COMPREPLY[@]}")
	[ "$got" = "$expected" ] || fail "'$*': '$got' instead of '$expected'"
}

# What bash itself has only while it completes.
# shellcheck disable=SC2317 # called by the script under test
compopt()
{
	compopt_said="$*"
}

# names_files WORD..: left to the shell's own completion of names
names_files()
{
	compopt_said=
	gives '' "$@"
	[ "$compopt_said" = '-o default' ] || fail "'$*': names of files are not completed"
}

sed "s|@COMMAND@|$command|g" "$script" >completion
# shellcheck source=/dev/null
. ./completion
complete -p idletimeout >/dev/null || fail 'nothing is registered'
bash -n "$built" || fail 'the script that is installed is not right'
! grep -n '@COMMAND@\|test_idletimeout' "$built" || fail 'the script that is installed asks nobody'

commands=$("$command" --complete '' | cut -f1 | sort | tr '\n' ' ')
commands=${commands% }
gives "$commands" ''
gives 'list' li
gives 'show' s
gives '' x
gives '--help --version' -
gives '--version' --v
gives '' listen ''
gives '' nonsense --

gives '--help --json' list ''
gives '--json' list --j
gives '--help' list --json --h
gives '' list x
gives '--help --json' show -
names_files metrics --output ''
names_files metrics --output x
names_files metrics --output=
names_files metrics --output=x
gives '--help --output' metrics ''

names_files log a
gives 'root' explain roo
gives 'root' log --user roo
gives 'local' explain alice --service sshd --from l
gives '--service' explain alice --s
gives 'admin idle keepalive leader-lost max spoof watchdog-lost' log --reason ''
gives 'watchdog-lost' log --reason=w
gives 'cis fedramp-high pci stig' check --profile ''
gives 'fedramp-high' check --profile=f
gives '' close 7k2 --reason ''
for service in /etc/pam.d/*; do
	[ -e "$service" ] || continue
	service=${service##*/}
	[[ $service != *[.~]* ]] || continue
	complete_words idletimeout explain --service "$service"
	[[ " ${COMPREPLY[*]} " == *" $service "* ]] || fail "the service $service is not completed"
	complete_words idletimeout check --json "$service"
	[[ " ${COMPREPLY[*]} " == *" $service "* ]] || fail "the service $service is not completed for check"
done

# Before a session was ever armed, there is no RUN_DIR.
gives '' show ''
mkdir run
gives '' show ''
for name in 7k2q90xw 7k2q90xz 00000000 README x.sock; do
	touch "run/$name" "run/$name.sock"
done
touch run/11111111
gives '00000000 7k2q90xw 7k2q90xz' show ''
gives '7k2q90xw 7k2q90xz' show 7k
gives '7k2q90xw 7k2q90xz' extend 00000000 7k
gives '00000000' close 0
gives '7k2q90xw' show --json 00000000 7k2q90xw
gives '' show 1
# shellcheck disable=SC2016 # that is the point
gives '' show '$(touch owned)'
gives '' show $'\x1b[2J'

# Another user's are not his.
if [ "$(id -u)" -eq 0 ]; then
	chown 65534 run/7k2q90xw.sock
	cp "$command" command
	chmod 755 . run command
	theirs=$(setpriv --reuid 65534 --regid 65534 --clear-groups ./command --complete show '' | cut -f1)
	[ "$theirs" = 7k2q90xw ] || fail "another user's sessions: '$theirs'"
fi

# Every subcommand: a help with an example, which names the options that are completed, and no others.
for name in $commands; do
	"$command" "$name" --help >help || fail "$name: no help"
	grep -q "^example: .*idletimeout $name" help || fail "$name: no example"
	"$command" --complete "$name" - | cut -f1 | grep -vx -e --help | sort >completed || :
	sed -n 's/^  \(--[a-z-]*\).*/\1/p' help | sort >explained
	diff completed explained >&2 || fail "$name: completes other options than it explains"
	"$command" --complete "$name" - | grep -E '	$' >&2 && fail "$name: an option that is not explained"
done

# Where it is not installed, nothing is said.
sed 's|@COMMAND@|/nonexistent/idletimeout|g' "$script" >completion
# shellcheck source=/dev/null
. ./completion
gives '' ''
exit "$failed"
