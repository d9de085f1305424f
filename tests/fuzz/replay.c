/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The main of a fuzz target where there is no libFuzzer. With names of files it runs the target on each; without, on
 * its corpus and then on mutations of it. FUZZ_SEED repeats a run, FUZZ_RUNS sets its length, top_srcdir says where the
 * tree is.
 */
#include <glob.h>
#include <stdbool.h>
#include <time.h>

#include "common/cleanup.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX 8192
#define CORPUS_MAX 128
#define DEFAULT_RUNS 20000
#define MUTATIONS_MAX 8

struct input {
	uint8_t bytes[INPUT_MAX];
	size_t size;
};

static struct input corpus[CORPUS_MAX];
static size_t corpus_count;

/* xorshift64* (Vigna, 2016): small, and the same everywhere. */
static size_t below(uint64_t *state, size_t limit)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (size_t)((*state * UINT64_C(0x2545f4914f6cdd1d) >> 16) % limit);
}

/* Runs the target on a copy that ends where the input ends, so that a sanitizer sees a read beyond. */
static void run(const struct input *input)
{
	autofree uint8_t *exact = malloc(input->size > 0 ? input->size : 1);

	PROMISE(exact != NULL);
	memcpy(exact, input->bytes, input->size);
	(void)LLVMFuzzerTestOneInput(exact, input->size);
}

static bool load(const char *path)
{
	autofclose FILE *stream = fopen(path, "rbe");

	if (stream == NULL || corpus_count == CORPUS_MAX) {
		(void)fprintf(stderr, "%s: cannot be read, or is one too many\n", path);
		return false;
	}
	corpus[corpus_count].size = fread(corpus[corpus_count].bytes, 1, INPUT_MAX, stream);
	corpus_count++;
	return true;
}

/* The corpus of fuzz_NAME is tests/fuzz/corpus/NAME; glob(3) sorts, so that a seed means the same everywhere. */
static bool load_corpus(const char *program)
{
	const char *tree = getenv("top_srcdir"), *name = strrchr(program, '_');
	char pattern[4096];
	glob_t found;
	bool good = true;

	(void)snprintf(pattern, sizeof pattern, "%s/tests/fuzz/corpus/%s/*", tree != NULL ? tree : ".",
	               name != NULL ? name + 1 : "");
	if (glob(pattern, 0, NULL, &found) != 0) {
		(void)fprintf(stderr, "%s: no corpus here; top_srcdir names the tree\n", pattern);
		return false;
	}
	for (size_t i = 0; i < found.gl_pathc && good; i++)
		good = load(found.gl_pathv[i]);
	globfree(&found);
	return good;
}

static void insert_byte(struct input *input, size_t at, uint8_t byte)
{
	if (input->size == INPUT_MAX)
		return;
	memmove(input->bytes + at + 1, input->bytes + at, input->size - at);
	input->bytes[at] = byte;
	input->size++;
}

static void remove_bytes(struct input *input, size_t at, size_t count)
{
	if (count > input->size - at)
		count = input->size - at;
	memmove(input->bytes + at, input->bytes + at + count, input->size - at - count);
	input->size -= count;
}

/* Writes a piece of another input over, or behind, what stands at `at`. */
static void splice(struct input *input, size_t at, uint64_t *random)
{
	const struct input *other = &corpus[below(random, corpus_count)];
	size_t from = below(random, other->size + 1);
	size_t count = below(random, other->size - from + 1);

	if (count > INPUT_MAX - at)
		count = INPUT_MAX - at;
	memcpy(input->bytes + at, other->bytes + from, count);
	if (at + count > input->size)
		input->size = at + count;
}

static void mutate(struct input *input, uint64_t *random)
{
	static const char telling[] = "0123456789-+=%,\n \t():./dhmsoff\xff\x80\x7f\x1f"; /* and the terminator */
	size_t at = below(random, input->size + 1);
	uint8_t byte = (uint8_t)telling[below(random, sizeof telling)];

	switch (below(random, 6)) {
	case 0:
		insert_byte(input, at, byte);
		break;
	case 1:
		insert_byte(input, at, (uint8_t)below(random, 256));
		break;
	case 2:
		remove_bytes(input, at, 1 + below(random, 16));
		break;
	case 3:
		if (at < input->size)
			input->bytes[at] = byte;
		break;
	case 4:
		if (at < input->size)
			input->bytes[at] ^= (uint8_t)(1 << below(random, 8));
		break;
	default:
		splice(input, at, random);
		break;
	}
}

static unsigned long long from_environment(const char *name, unsigned long long otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? strtoull(value, NULL, 10) : otherwise;
}

static void run_mutations(void)
{
	static struct input input;
	unsigned long long seed = from_environment("FUZZ_SEED", (unsigned long long)time(NULL));
	unsigned long long runs = from_environment("FUZZ_RUNS", DEFAULT_RUNS);
	uint64_t random = seed * 2 + 1; /* never 0, which would stay 0 */

	(void)printf("%zu inputs, then FUZZ_RUNS=%llu mutations with FUZZ_SEED=%llu\n", corpus_count, runs, seed);
	(void)fflush(stdout);
	for (unsigned long long i = 0; i < runs; i++) {
		input = corpus[below(&random, corpus_count)];
		for (size_t left = 1 + below(&random, MUTATIONS_MAX); left > 0; left--)
			mutate(&input, &random);
		run(&input);
	}
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!load(argv[i]))
			return EXIT_FAILURE;
	}
	if (argc == 1 && !load_corpus(argv[0]))
		return EXIT_FAILURE;
	for (size_t i = 0; i < corpus_count; i++)
		run(&corpus[i]);
	if (argc == 1)
		run_mutations();
	return EXIT_SUCCESS;
}
