# SPDX-License-Identifier: BSD-3-Clause
#
# What module, watchdog and command share. Linked into each; not installed.

noinst_LTLIBRARIES += common/libcommon.la

common_libcommon_la_SOURCES = \
	common/account.c common/account.h \
	common/cidr.c common/cidr.h \
	common/cleanup.h \
	common/clock.c common/clock.h \
	common/duration.c common/duration.h \
	common/endpoint.c common/endpoint.h \
	common/fields.c common/fields.h \
	common/lifeline.c common/lifeline.h \
	common/membership.c common/membership.h \
	common/options.c common/options.h \
	common/order.c common/order.h \
	common/policy.c common/policy.h \
	common/process.c common/process.h \
	common/procstat.c common/procstat.h \
	common/read_to_end.c common/read_to_end.h \
	common/rundir.c common/rundir.h \
	common/rules.c common/rules.h \
	common/rules_file.c common/rules_file.h \
	common/session.c common/session.h \
	common/status.c common/status.h \
	common/text.c common/text.h \
	common/totals.c common/totals.h \
	common/watchdog_file.c common/watchdog_file.h
