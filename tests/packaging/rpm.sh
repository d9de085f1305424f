# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The RPM packages, built with the rpm of a Debian tree, in which there is nothing but Debian's packages: what rpm itself
# would ask of a machine is not there, and --nodeps says so. Sourced by run.

prepare_rpm()
{
	prepare_build
	add_packages rpm
}

build_first_rpm()
{
	build build-rpm /build/source /build/first "$builder" TZ=UTC
}

is_rpm_reproducible()
{
	copy_for_build /build/elsewhere/and/deeper
	(
		umask 077
		build_options=--nocheck
		build build-rpm /build/elsewhere/and/deeper /build/second root TZ=Pacific/Kiritimati LC_ALL=C TMPDIR=/var/tmp
	)
	are_same rpm
}

binary_rpm()
{
	find "$tree/build/first" -name 'pam_idletimeout-[0-9]*.rpm' ! -name '*.src.rpm' -printf '/build/first/%f\n'
}

has_rpm_contents()
{
	in_tree rpm -qp --queryformat '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]' "$(binary_rpm)" >"$work/contents"
	cat "$work/contents"
	in_tree rpm -qp --scripts --requires "$(binary_rpm)"
	while read -r line; do
		grep -Eqx -- "$line" "$work/contents" || fail "not there as it should be: $line"
	done <<-'END'
		-rwxr-xr-x root:root /usr/.*/security/pam_idletimeout\.so
		-rwxr-xr-x root:root /usr/libexec/pam_idletimeout/idle-groups
		-rwxr-xr-x root:root /usr/libexec/pam_idletimeout/idle-watchdog
		-rwxr-xr-x root:root /usr/sbin/idletimeout
		-rw-r--r-- root:root /usr/share/man/man8/pam_idletimeout\.8.*
		-rw-r--r-- root:root /usr/share/man/man5/idletimeout\.conf\.5.*
		-rw-r--r-- root:root /usr/lib/sysusers\.d/pam_idletimeout\.conf
	END
	if grep -E ' /etc/|\.la$|/usr/local' "$work/contents"; then
		fail 'this has no place in the package'
	fi
}

run_rpmlint()
{
	add_packages rpmlint
	in_tree sh -c 'cd /build/source/packaging/rpm && rpmlint --strict -r pam_idletimeout.rpmlintrc "$1" pam_idletimeout.spec' \
		- "$(binary_rpm)"
}

# Directories that no package of rpm's owns here, which are other packages' elsewhere, stay.
survey_files()
{
	survey | grep -v ' d [0-7]* ' | grep -v '^var/lib/rpm/'
}

# The scripts of the package, run by rpm.
is_rpm_installed_and_gone()
{
	survey_files >"$work/before"
	in_tree rpm -i --nodeps "$(binary_rpm)"
	grep '^idletimeout:' "$tree/etc/passwd" || fail 'no account'
	in_tree idletimeout list
	in_tree rpm -e --nodeps pam_idletimeout
	survey_files | diff "$work/before" -
	in_tree getent passwd idletimeout
}

test_rpm()
{
	release=bookworm
	check 'a clean tree' clean_tree "$release"
	[ "$is_good" ] || return 0
	clean=$(tail -n 1 "$log")
	lay rpm.build "$clean"
	check 'what the build needs' prepare_rpm
	[ "$is_good" ] || return 0
	check 'the build' build_first_rpm
	[ "$is_good" ] || return 0
	check 'two builds, the same bytes' is_rpm_reproducible
	check 'contents' has_rpm_contents
	check 'rpmlint' run_rpmlint
	check 'installed and gone' is_rpm_installed_and_gone
}
