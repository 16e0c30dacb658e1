#include "CLook.h"

#include <time.h>

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t look_nanoseconds(void) {
    int64_t start = now();
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
    return now() - start;
}
