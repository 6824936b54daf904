/* Numbers of a few bits, packed without a gap or in runs, as Parquet has them
   (https://parquet.apache.org/docs/file-format/data-pages/encodings). */
#ifndef SUMMITRY_RUNS_H
#define SUMMITRY_RUNS_H

#include <string.h>

#include "thrift.h"

static inline uint32_t little(const uint8_t *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Read numbers of up to 32 bits each. */
static void unpack(const uint8_t *p, const uint8_t *end, unsigned width, uint32_t *numbers, size_t count) {
    uint32_t mask = width == 32 ? UINT32_MAX : ((uint32_t)1 << width) - 1;
    size_t bit = 0, i = 0;
    for (; i < count && end - p >= (ptrdiff_t)(bit / 8) + 8; i++, bit += width) {
        const uint8_t *at = p + bit / 8;
        uint64_t bits = little(at) | (uint64_t)little(at + 4) << 32;
        numbers[i] = (uint32_t)(bits >> bit % 8) & mask;
    }
    for (; i < count; i++, bit += width) {
        uint64_t bits = 0;
        for (size_t k = 0; k < 5 && p + bit / 8 + k < end; k++) bits |= (uint64_t)p[bit / 8 + k] << 8 * k;
        numbers[i] = (uint32_t)(bits >> bit % 8) & mask;
    }
}

/* Numbers in a row: packed, or the same one over and over. */
typedef struct {
    const uint8_t *packed; /* NULL where it is one */
    uint32_t value;
} Run;

/* Read the head of a run of at most so many numbers, and how many it has; eight at a time are packed. */
static int next_run(Bytes *bytes, unsigned width, size_t *count, Run *run) {
    uint64_t head;
    if (!read_varint(bytes, &head) || head < 2 || head > UINT32_MAX) return 0;
    size_t size = (width + 7) / 8, left = left_of(bytes);
    uint64_t many = (head >> 1) * (head & 1 ? 8 : 1), bytes_of_all = many / 8 * width;
    *run = (Run){NULL, 0};
    if (many < *count) *count = (size_t)many;
    if (head & 1) { /* of the last eight, some may be missing */
        if ((*count * width + 7) / 8 > left) return 0;
        run->packed = bytes->p;
        size = bytes_of_all < left ? (size_t)bytes_of_all : left;
    } else {
        if (size > left) return 0;
        for (size_t i = 0; i < size; i++) run->value |= (uint32_t)bytes->p[i] << 8 * i;
    }
    bytes->p += size;
    return 1;
}

/* Read numbers that stand in runs. */
static int read_runs(Bytes *bytes, unsigned width, uint32_t *numbers, size_t count) {
    Run run;
    for (size_t many; count; numbers += many, count -= many) {
        many = count;
        if (!next_run(bytes, width, &many, &run)) return 0;
        if (run.packed) unpack(run.packed, bytes->end, width, numbers, many);
        for (size_t i = 0; !run.packed && i < many; i++) numbers[i] = run.value;
    }
    return 1;
}

#endif
