/* What libCountAllocations counts, and where it leaves the counts.
 *
 * The library is preloaded into a program (LD_PRELOAD). It takes the place of malloc and its relatives and of
 * the Swift runtime's retain and release, counts each call and passes it on. Counts live in the file that
 * COUNT_ALLOCATIONS_INTO names, mapped shared, so that another process can read them at any time.
 *
 * Only threads whose name begins with "lane" are counted call by call: they are what must make none. */
#pragma once

#include <stdint.h>

/* Calls so far. A reader takes the file's first bytes as these numbers, in this order. */
struct call_counts {
    /* Threads named "lane…" that made a call so far. */
    _Atomic uint64_t threads;
    /* malloc, calloc, realloc, memalign and what is built on them: swift_allocObject, operator new. */
    _Atomic uint64_t allocations;
    _Atomic uint64_t frees;
    /* A call that counts n references at once is one call. */
    _Atomic uint64_t retains;
    _Atomic uint64_t releases;
    /* All of the above on threads of other names. */
    _Atomic uint64_t elsewhere;
};
