# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The life of the installed package: installation, use, upgrade and removal while sessions are up, purge. Sourced by run.
#
# The sessions are of alice, with the release's own sshd, /etc/pam.d/sshd and ssh, on terminals. What is known of the one
# that is up: $session/ended holds the client's exit status once it is gone, $session/seen what the user saw.

user=alice
port=2222
limit=15
session=
# The promise where keepalives or an unanswered terminal stand in the way, and what it takes a client to go, here.
late=12

# -- Sessions ------------------------------------------------------------------

start_sshd()
{
	in_tree useradd --create-home --shell /bin/sh "$user"
	in_tree ssh-keygen -q -t ed25519 -N '' -f /root/host
	in_tree ssh-keygen -q -t ed25519 -N '' -f /root/user
	in_tree install -m 644 /root/user.pub /etc/ssh/authorized
	printf '%s\n' 'ListenAddress 127.0.0.1' "Port $port" 'HostKey /root/host' 'AuthorizedKeysFile /etc/ssh/authorized' \
		'UsePAM yes' 'PidFile none' 'PrintMotd no' >"$tree/etc/ssh/test_config"
	# It goes to the background before it listens: ssh asks again.
	in_net /usr/sbin/sshd -f /etc/ssh/test_config
}

log_in()
{
	session=$(mktemp -d "$work/session.XXXXXX")
	mkfifo "$session/keys"
	# Held open from this side as well: a line that is typed early waits, one that nobody reads any more blocks nobody.
	exec 6<>"$session/keys"
	(
		status=0
		in_net ssh -tt -F none -i /root/user -p "$port" -o BatchMode=yes -o ConnectionAttempts=20 \
			-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$user@127.0.0.1" <&6 >"$session/seen" 2>&1 || status=$?
		echo "$status" >"$session/ended"
	) &
	# The first thing that is typed shows that there is a shell, and when.
	type_line 'echo in-$((40 + 2))'
	wait_for 20 'a shell' grep -q in-42 "$session/seen"
	typed=$(date +%s)
}

type_line()
{
	say "$1" >&6
}

press_a_key()
{
	type_line ':'
	typed=$(date +%s)
}

log_out()
{
	type_line 'exit'
	wait_for 10 'the end of a session whose user logs out' test -f "$session/ended"
}

# wait_for SECONDS WHAT COMMAND..
wait_for()
{
	left=$(($1 * 10))
	what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || fail "$what: not in time; the user saw: $(cat "$session/seen" 2>/dev/null)"
		sleep 0.1
	done
}

is_up()
{
	[ ! -f "$session/ended" ] || fail "the session has ended; the user saw: $(cat "$session/seen")"
}

listed()
{
	in_tree idletimeout list --json | tr ',' '\n' | grep -c "\"user\": *\"$user\"" || :
}

is_listed()
{
	[ "$(listed)" -eq 1 ]
}

is_not_listed()
{
	[ "$(listed)" -eq 0 ]
}

# The limit counts from the last key, not from whatever was done to the package meanwhile.
is_cut_in_time()
{
	wait_for $((limit + late + 5)) 'the disconnect' test -f "$session/ended"
	idle=$(($(date +%s) - typed))
	say "disconnected after $idle s without a key, limit $limit s"
	[ "$idle" -ge "$limit" ] || fail 'too early'
	[ "$idle" -le $((limit + late)) ] || fail 'too late'
	grep -q 'idletimeout: ' "$session/seen" || fail "the user was not told why: $(cat "$session/seen")"
}

watchdogs()
{
	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe" 2>/dev/null) in
		*/idle-watchdog | */idle-watchdog' (deleted)')
			pid=${exe#/proc/}
			say "${pid%/exe}"
			;;
		esac
	done
}

no_watchdog_is_left()
{
	[ -z "$(watchdogs)" ]
}

# -- The file system before and after ------------------------------------------

# Every file but what packaging tools and logs write as they go, with its kind, mode and owner.
survey()
{
	find "$tree" -xdev -printf '%P %y %m %u:%g\n' | grep -Ev \
		-e '^(var/(cache|log|lib/(dpkg|apt|systemd|man-db))|root|home|etc/(passwd|group|shadow|gshadow|subuid|subgid)-)(/| )' |
		LC_ALL=C sort
	# What login and cron make there.
	find "$tree/run" ! -name 'motd.dynamic*' ! -name 'crond.*' -printf 'run/%P %y %m\n' | LC_ALL=C sort
}

# -- The checks ----------------------------------------------------------------

prepare_life()
{
	add_packages openssh-server openssh-client procps
	# Whose profile ours must stand before, and who must not be watched.
	[ "$release" = here ] || add_packages libpam-systemd cron
	cp -p "$tree/etc/pam.d/sshd" "$work/sshd.pam"
	use_no_line
	if in_tree getent passwd idletimeout >/dev/null; then
		in_tree userdel idletimeout
	fi
	start_sshd
}

install_package()
{
	cp "$1" "$tree/root/package.deb"
	if [ "$release" = here ]; then
		in_tree dpkg -i /root/package.deb
	else
		in_tree apt-get install -y -q --no-install-recommends --allow-downgrades /root/package.deb
	fi
}

# With what the package depends on already there, the rest is its own.
is_installed()
{
	install_package "$deb"
	account=$(grep '^idletimeout:' "$tree/etc/passwd") || fail 'no account in /etc/passwd'
	say "$account"
	expr "$account" : 'idletimeout:[^:]*:[0-9]*:[0-9]*:[^:]*:/:/usr/sbin/nologin$' >/dev/null || fail 'a strange account'
	grep '^idletimeout:[!*]' "$tree/etc/shadow" || fail 'the account has a password'
	in_tree idletimeout list
	in_tree idletimeout --version
	if grep -r pam_idletimeout "$tree/etc/pam.d" "$tree/etc/security"; then
		fail 'the package switched itself on'
	fi
}

# The run directory is the same whether systemd-tmpfiles or the first watchdog makes it.
is_run_directory_agreed()
{
	use_line
	[ -d "$tree/run/pam_idletimeout" ] || in_tree systemd-tmpfiles --create pam_idletimeout.conf
	declared=$(in_tree stat -c '%U %G %a' /run/pam_idletimeout)
	rm -rf "$tree/run/pam_idletimeout"
	log_in
	is_listed || fail 'the session is not listed'
	made=$(in_tree stat -c '%U %G %a' /run/pam_idletimeout)
	log_out
	say "declared: $declared; made by a watchdog: $made"
	[ "$declared" = "$made" ] || fail 'they differ'
}

# The profile limits whom a rule names, where people log in, and is not where cron and services are.
is_profile_right()
{
	echo "sshd $user * idle=${limit}s" >"$tree/etc/security/idletimeout.conf"
	in_tree pam-auth-update --enable idletimeout
	grep -v '^#' "$tree/etc/pam.d/common-session"
	order=$(sed -n 's/^session.*\(pam_[a-z]*\)\.so.*/\1/p' "$tree/etc/pam.d/common-session" | tr '\n' ' ')
	case $order in
	*pam_idletimeout*pam_unix*) ;;
	*) fail "the order is $order" ;;
	esac
	case $order in
	*pam_systemd*pam_idletimeout*) fail "behind pam_systemd: $order" ;;
	esac
	if grep pam_idletimeout "$tree/etc/pam.d/common-session-noninteractive"; then
		fail 'it is where cron is'
	fi
	log_in
	wait_for 5 'the session in the list' is_listed
	in_tree idletimeout show "$(in_tree idletimeout list | awk -v user="$user" '$2 == user { print $1 }')" >"$work/show"
	cat "$work/show"
	grep -q 'idletimeout.conf:1' "$work/show" || fail 'the limit is not that of the rule'
	in_tree idletimeout explain "$user" --service sshd --from 127.0.0.1
	is_cut_in_time
	in_tree pam-auth-update --disable idletimeout
	if grep pam_idletimeout "$tree/etc/pam.d/common-session"; then
		fail 'it cannot be switched off'
	fi
}

# With a rule for everything.
is_cron_left_alone()
{
	[ "$release" != here ] || skip 'waits for cron, up to a minute; see the other parts'
	echo "* * * idle=${limit}s" >"$tree/etc/security/idletimeout.conf"
	in_tree pam-auth-update --enable idletimeout
	echo "* * * * * $user touch /tmp/job; sleep 3; touch /tmp/job-done" >"$tree/etc/cron.d/job"
	in_net cron -f &
	cron=$!
	wait_for 70 'the job' test -f "$tree/tmp/job"
	no_watchdog_is_left || fail 'the job of cron is watched'
	wait_for 10 'the end of the job' test -f "$tree/tmp/job-done"
	kill "$cron"
	rm "$tree/etc/cron.d/job"
	log_in
	wait_for 5 'a login in the list' is_listed
	log_out
	in_tree pam-auth-update --disable idletimeout
}

# What autopkgtest(1) would run.
runs_autopkgtest()
{
	use_no_line
	mkdir "$tree/root/tests"
	cp "$top"/packaging/debian/tests/* "$tree/root/tests"
	in_net /root/tests/ssh-session
}

# As the administrator would write it. What an earlier check left, if it failed, is gone.
use_line()
{
	use_no_line
	sed -i "/pam_loginuid\\.so/a session required pam_idletimeout.so idle=${limit}s warn=5s" "$tree/etc/pam.d/sshd"
}

use_no_line()
{
	rm -f "$tree/etc/security/idletimeout.conf"
	cp -p "$work/sshd.pam" "$tree/etc/pam.d/sshd"
}

make_higher_version()
{
	rm -rf "$work/higher"
	dpkg-deb -R "$deb" "$work/higher"
	sed -i 's/^Version: .*/&+higher/' "$work/higher/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$work/higher" "$work/higher.deb"
}

# The session is up while its module, its watchdog's program and the command are replaced.
is_session_kept_on_upgrade()
{
	use_line
	make_higher_version
	log_in
	wait_for 5 'the session in the list' is_listed
	before=$(watchdogs)
	( while sleep 3; do type_line ':'; done ) &
	typist=$!
	install_package "$work/higher.deb"
	in_tree dpkg-query -W -f '${Version}\n' libpam-idletimeout | grep higher
	kill "$typist"
	is_up
	press_a_key
	is_listed || fail 'the new command does not show the session of the old watchdog'
	[ "$(watchdogs)" = "$before" ] || fail 'the session has another watchdog'
	readlink "/proc/$before/exe" | grep deleted || fail 'the watchdog runs the program of the new package'
	is_cut_in_time
	log_in
	wait_for 5 'a session of the new version' is_listed
	log_out
}

# As the line is, but with another control.
use_control()
{
	use_line
	sed -i "s/^session required\( pam_idletimeout\)/$1\1/" "$tree/etc/pam.d/sshd"
}

# A line that needs the module keeps the package, and is named.
is_refused()
{
	use_control "$1"
	line=$(grep -n pam_idletimeout "$tree/etc/pam.d/sshd" | cut -d: -f1)
	sed -n "${line}p" "$tree/etc/pam.d/sshd"
	if in_tree dpkg --remove libpam-idletimeout >"$work/refusal" 2>&1; then
		fail "it was removed: $(cat "$work/refusal")"
	fi
	cat "$work/refusal"
	grep -q "^  /etc/pam.d/sshd:$line\$" "$work/refusal" || fail 'the line is not named'
	in_tree dpkg-query -W -f '${db:Status-Status}\n' libpam-idletimeout | grep -x installed
}

is_removal_refused()
{
	is_refused 'session required'
	is_refused '-session required'
	is_refused 'session [success=1 default=ignore]'
	use_line
	log_in
	wait_for 5 'the session in the list' is_listed
	log_out
}

is_session_kept_on_removal()
{
	use_control 'session [success=ok ignore=ignore module_unknown=ignore default=bad]'
	log_in
	wait_for 5 'the session in the list' is_listed
	in_tree dpkg --remove libpam-idletimeout
	is_up
	press_a_key
	[ "$(watchdogs)" ] || fail 'the session has no watchdog any more'
	is_cut_in_time
	wait_for 5 'the end of the watchdog' no_watchdog_is_left
	log_in
	log_out
	use_no_line
}

# What is left is the account, as Debian has it; the survey before was made with nothing but what the package needs.
is_purge_complete()
{
	use_no_line
	in_tree dpkg --purge libpam-idletimeout
	survey >"$work/after"
	diff "$work/before" "$work/after" || fail 'the purge left something, or took something along'
	no_watchdog_is_left || fail 'a watchdog is left'
	in_tree getent passwd idletimeout
	sed 's/^idletimeout:.*//' "$tree/etc/passwd" | grep . | cmp - "$work/passwd"
	rm "$tree/root/package.deb"
}

# What a second installation meets is an account, and nothing else. A line that is optional lets it go, and people in.
is_installed_again()
{
	install_package "$deb"
	use_control 'session optional'
	log_in
	wait_for 5 'the session in the list' is_listed
	log_out
	in_tree dpkg --purge libpam-idletimeout
	log_in
	log_out
	use_no_line
	survey | diff "$work/before" -
}

# Whatever the package depends on is installed and the package itself purged before the survey.
take_survey()
{
	install_package "$deb"
	in_tree dpkg --purge libpam-idletimeout
	in_tree userdel idletimeout
	rm -rf "$tree/run/pam_idletimeout"
	cp "$tree/etc/passwd" "$work/passwd"
	survey >"$work/before"
}

test_life()
{
	lay "$part.life" "$clean"
	check 'what the sessions need' prepare_life
	[ "$is_good" ] || return 0
	check 'installed with what it depends on, and gone' take_survey
	check 'installed' is_installed
	[ "$is_good" ] || return 0
	check 'profile of pam-auth-update' is_profile_right
	check 'cron is left alone' is_cron_left_alone
	check 'test of the installed package' runs_autopkgtest
	check 'a session survives the upgrade' is_session_kept_on_upgrade
	check 'run directory' is_run_directory_agreed
	check 'not removed while it is needed' is_removal_refused
	check 'a session survives the removal' is_session_kept_on_removal
	check 'purged' is_purge_complete
	check 'installed again' is_installed_again
}
