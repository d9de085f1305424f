/* SPDX-License-Identifier: BSD-3-Clause */
/* The least a program can do: what remains is the price of a process. */

int main(void)
{
	return 0;
}
