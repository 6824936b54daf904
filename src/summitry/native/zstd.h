/* The system's zstd (https://facebook.github.io/zstd), where it has one: Python's lock need not be held for it. */
#ifndef SUMMITRY_ZSTD_H
#define SUMMITRY_ZSTD_H

#include <stddef.h>

#ifndef _WIN32
#include <dlfcn.h>
#endif

typedef struct {
    void *(*new_context)(void);
    size_t (*free_context)(void *context);
    size_t (*unpack)(void *context, void *to, size_t room, const void *packed, size_t size);
} Zstd;

static Zstd zstd; /* its functions are NULL where there is none */

#ifdef _WIN32
static void find_zstd(void) {}
#else
static void find_zstd(void) {
    void *library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) library = dlopen("libzstd.1.dylib", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    Zstd found;
    *(void **)&found.new_context = dlsym(library, "ZSTD_createDCtx");
    *(void **)&found.free_context = dlsym(library, "ZSTD_freeDCtx");
    *(void **)&found.unpack = dlsym(library, "ZSTD_decompressDCtx");
    if (found.new_context && found.free_context && found.unpack) zstd = found;
}
#endif

#endif
