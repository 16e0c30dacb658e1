#include "CCount.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* Without the file calls are passed on uncounted. */
static struct call_counts *counts;

/* Initial-exec: the general model would call malloc for a thread's first access. */
static __thread int is_lane __attribute__((tls_model("initial-exec")));

/* A thread gets its name after it has started, perhaps after its first call: looks again until the name is a
 * lane's. Other threads pay a system call for each call counted; no one waits for them. */
static int on_lane(void) {
    if (is_lane) return 1;
    char name[16] = "";
    prctl(PR_GET_NAME, name, 0, 0, 0);
    if (strncmp(name, "lane", 4) != 0) return 0;
    is_lane = 1;
    atomic_fetch_add_explicit(&counts->threads, 1, memory_order_relaxed);
    return 1;
}

static void count(size_t field) {
    if (counts == NULL) return;
    size_t offset = on_lane() ? field : offsetof(struct call_counts, elsewhere);
    atomic_fetch_add_explicit(
        (_Atomic uint64_t *)((char *)counts + offset), 1, memory_order_relaxed);
}

#define COUNT(field) count(offsetof(struct call_counts, field))

/* ---- Memory ---- */

/* glibc's own names for the same functions: no dlsym, which may itself allocate, stands before the first
 * allocation. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

EXPORT void *malloc(size_t size) {
    COUNT(allocations);
    return __libc_malloc(size);
}

EXPORT void *calloc(size_t number, size_t size) {
    COUNT(allocations);
    return __libc_calloc(number, size);
}

EXPORT void *realloc(void *old, size_t size) {
    COUNT(allocations);
    return __libc_realloc(old, size);
}

EXPORT void *memalign(size_t alignment, size_t size) {
    COUNT(allocations);
    return __libc_memalign(alignment, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size) {
    COUNT(allocations);
    return __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **result, size_t alignment, size_t size) {
    COUNT(allocations);
    int before = errno;
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
        return EINVAL;
    void *memory = __libc_memalign(alignment, size);
    errno = before;
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}

EXPORT void free(void *memory) {
    COUNT(frees);
    __libc_free(memory);
}

/* ---- References ---- */

/* These take the place of the runtime's functions for all who find them by name: the program and its libraries.
 * Calls that the Swift library makes inside itself are not seen. The runtime's own hooks
 * (_swift_retain and its like) would see them, but Swift 6.3 hands those a masked pointer, which makes the
 * bytes of a short string look like an object's address. */

/* On arm64 callers expect these to keep nearly all registers. */
#if defined(__aarch64__)
#define REFERENCE_CALL __attribute__((preserve_most))
#else
#define REFERENCE_CALL
#endif

/* The next function of that name, looked up once. It is there where anyone can call this one: callers link
 * to the Swift library. */
static void *next(_Atomic(void *) *cache, const char *name) {
    void *function = atomic_load_explicit(cache, memory_order_relaxed);
    if (function != NULL) return function;
    function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        fprintf(stderr, "libCountAllocations: there is no %s to pass on to\n", name);
        _exit(70);
    }
    atomic_store_explicit(cache, function, memory_order_relaxed);
    return function;
}

#define RETAIN(name)                                                      \
    EXPORT REFERENCE_CALL void *name(void *object) {                      \
        static _Atomic(void *) cache;                                     \
        COUNT(retains);                                                   \
        return ((void *(*)(void *))next(&cache, #name))(object);          \
    }

#define RETAIN_N(name)                                                    \
    EXPORT REFERENCE_CALL void *name(void *object, uint32_t n) {          \
        static _Atomic(void *) cache;                                     \
        COUNT(retains);                                                   \
        return ((void *(*)(void *, uint32_t))next(&cache, #name))(object, n); \
    }

#define RELEASE(name)                                                     \
    EXPORT REFERENCE_CALL void name(void *object) {                       \
        static _Atomic(void *) cache;                                     \
        COUNT(releases);                                                  \
        ((void (*)(void *))next(&cache, #name))(object);                  \
    }

#define RELEASE_N(name)                                                   \
    EXPORT REFERENCE_CALL void name(void *object, uint32_t n) {           \
        static _Atomic(void *) cache;                                     \
        COUNT(releases);                                                  \
        ((void (*)(void *, uint32_t))next(&cache, #name))(object, n);     \
    }

RETAIN(swift_retain)
RETAIN_N(swift_retain_n)
RETAIN(swift_bridgeObjectRetain)
RETAIN_N(swift_bridgeObjectRetain_n)
RETAIN(swift_unownedRetain)
RETAIN_N(swift_unownedRetain_n)
RELEASE(swift_release)
RELEASE_N(swift_release_n)
RELEASE(swift_bridgeObjectRelease)
RELEASE_N(swift_bridgeObjectRelease_n)
RELEASE(swift_unownedRelease)
RELEASE_N(swift_unownedRelease_n)
RETAIN(swift_nonatomic_retain)
RETAIN_N(swift_nonatomic_retain_n)
RETAIN(swift_nonatomic_bridgeObjectRetain)
RETAIN_N(swift_nonatomic_bridgeObjectRetain_n)
RETAIN(swift_nonatomic_unownedRetain)
RETAIN_N(swift_nonatomic_unownedRetain_n)
RELEASE(swift_nonatomic_release)
RELEASE_N(swift_nonatomic_release_n)
RELEASE(swift_nonatomic_bridgeObjectRelease)
RELEASE_N(swift_nonatomic_bridgeObjectRelease_n)
RELEASE(swift_nonatomic_unownedRelease)
RELEASE_N(swift_nonatomic_unownedRelease_n)
RETAIN(swift_tryRetain)

/* ---- Start ---- */

/* Runs before the program's own code. */
__attribute__((constructor)) static void start(void) {
    const char *path = getenv("COUNT_ALLOCATIONS_INTO");
    if (path == NULL) return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    void *memory = MAP_FAILED;
    if (file >= 0) {
        memory = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
    }
    if (memory == MAP_FAILED) {
        fprintf(stderr, "libCountAllocations: cannot map %s: %s\n", path, strerror(errno));
        _exit(70);
    }
    counts = memory;
}
