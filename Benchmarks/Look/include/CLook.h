/* How fast this CPU runs at the moment.
 *
 * A loop of one instruction and a taken branch turns once a cycle where the core belongs to one hardware thread,
 * and every second cycle where another one fetches instructions too: found on AMD Zen 3, whose cores hand
 * fetching to their threads in turn. A cloud's neighbour on the same core shows nowhere else in a guest.
 *
 * All of it is inline: what the C compiler says of an object file for debuggers is too new for Debian 12's
 * valgrind, which bench-check runs this program in. */
#pragma once

#include <stdint.h>
#include <time.h>

static inline int64_t look_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Nanoseconds for 4,000 turns of the loop. */
static inline int64_t look_nanoseconds(void) {
    int64_t start = look_now();
    unsigned long turns = 4000;
#if defined(__x86_64__)
    __asm__ volatile(".p2align 6\n1: dec %0\n jnz 1b" : "+r"(turns) : : "cc");
#elif defined(__aarch64__)
    __asm__ volatile(".p2align 6\n1: subs %0, %0, #1\n b.ne 1b" : "+r"(turns) : : "cc");
#else
    while (turns > 0) {
        turns--;
        __asm__ volatile("" : "+r"(turns));
    }
#endif
    return look_now() - start;
}
