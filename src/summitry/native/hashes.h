/* Hashes of many rows: which rows have one that another row has, too. */
#ifndef SUMMITRY_HASHES_H
#define SUMMITRY_HASHES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 512, SIEVE = 1 << 16 };

/* Numbers, more and more. */
typedef struct {
    uint64_t *numbers;
    size_t count, room;
} Numbers;

/* Make room for so many more. */
static int reserve_numbers(Numbers *found, size_t count) {
    size_t needed = found->count + count, room = found->room ? needed + needed / 2 : needed;
    if (needed <= found->room) return 1;
    uint64_t *numbers = realloc(found->numbers, room * sizeof *numbers);
    if (!numbers) return 0;
    found->numbers = numbers;
    found->room = room;
    return 1;
}

static int add_number(Numbers *found, uint64_t number) {
    if (!reserve_numbers(found, 1)) return 0;
    found->numbers[found->count++] = number;
    return 1;
}

/* Mix the bits of a hash, which may be a small number; no two become the same. */
static inline uint64_t mixed(uint64_t hash) {
    hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

/* A set of numbers other than 0: a hash table with open addresses. */
typedef struct {
    uint64_t *slots;
    size_t mask, room;
} NumberSet;

/* Empty a set, and make it twice as large as so many numbers need. */
static int empty_set(NumberSet *set, size_t count) {
    size_t slots = 64;
    while (slots < 2 * count) slots *= 2;
    if (slots > set->room) {
        free(set->slots);
        set->room = 0;
        if (!(set->slots = malloc(slots * sizeof *set->slots))) return 0;
        set->room = slots;
    }
    set->mask = slots - 1;
    memset(set->slots, 0, slots * sizeof *set->slots);
    return 1;
}

/* Return the slot that holds a number, or the empty one where it would be. */
static inline uint64_t *slot_in(const NumberSet *set, uint64_t number) {
    size_t at = (size_t)number & set->mask;
    while (set->slots[at] && set->slots[at] != number) at = (at + 1) & set->mask;
    return &set->slots[at];
}

/* Mixed hashes in buckets, by their highest bits. */
typedef struct {
    Numbers buckets[BUCKETS];
} Store;

static void drop_store(Store *store) {
    for (size_t b = 0; b < BUCKETS; b++) free(store->buckets[b].numbers);
    free(store);
}

/* Make room for so many hashes, which are spread about evenly, in an empty store. */
static int reserve_hashes(Store *store, size_t count) {
    for (size_t b = 0; b < BUCKETS; b++)
        if (!reserve_numbers(&store->buckets[b], count / BUCKETS + count / BUCKETS / 32 + 8)) return 0;
    return 1;
}

static inline size_t bucket_of(uint64_t number) { return (size_t)(number >> 55); }

/* Add hashes to those that are there; return whether there is memory. */
static int add_hashes(Store *store, const uint64_t *hashes, size_t count) {
    size_t counts[BUCKETS] = {0};
    uint64_t *ends[BUCKETS];
    for (size_t i = 0; i < count; i++) counts[bucket_of(mixed(hashes[i]))]++;
    for (size_t b = 0; b < BUCKETS; b++) {
        Numbers *bucket = &store->buckets[b];
        if (!reserve_numbers(bucket, counts[b])) return 0;
        ends[b] = bucket->numbers + bucket->count;
        bucket->count += counts[b];
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t number = mixed(hashes[i]);
        *ends[bucket_of(number)]++ = number;
    }
    return 1;
}

/* Find the mixed hashes in a bucket of some stores that stand more than once; some are told several times. */
static int find_twice_in(const Store *const *stores, size_t count, size_t b, NumberSet *seen, Numbers *twice) {
    size_t all = 0, zeros = 0;
    for (size_t k = 0; k < count; k++) all += stores[k]->buckets[b].count;
    if (!empty_set(seen, all)) return 0;
    for (size_t k = 0; k < count; k++) {
        const Numbers *bucket = &stores[k]->buckets[b];
        for (size_t i = 0; i < bucket->count; i++) {
            uint64_t number = bucket->numbers[i], *slot = number ? slot_in(seen, number) : NULL;
            int is_there = slot ? *slot != 0 : zeros++ > 0;
            if (is_there && !add_number(twice, number)) return 0;
            if (slot) *slot = number;
        }
    }
    return 1;
}

/* Find them in a share of all buckets. */
static int find_twice(const Store *const *stores, size_t count, size_t share, size_t of, Numbers *twice) {
    size_t end = BUCKETS * (share + 1) / of;
    NumberSet seen = {0};
    int fine = 1;
    for (size_t b = BUCKETS * share / of; fine && b < end; b++) fine = find_twice_in(stores, count, b, &seen, twice);
    free(seen.slots);
    return fine;
}

/* Mixed hashes to look for. */
typedef struct {
    NumberSet set;
    int has_zero;
    uint8_t sieve[SIEVE / 8]; /* most others are told by some of their bits */
} Wanted;

static int want(Wanted *wanted, const Numbers *numbers) {
    if (!empty_set(&wanted->set, numbers->count)) return 0;
    for (size_t i = 0; i < numbers->count; i++) {
        uint64_t number = numbers->numbers[i];
        if (number) *slot_in(&wanted->set, number) = number;
        else wanted->has_zero = 1;
        wanted->sieve[number % SIEVE / 8] |= (uint8_t)(1 << number % 8);
    }
    return 1;
}

/* Find the rows with wanted hashes; return whether there is memory. */
static int find_wanted(const Wanted *wanted, const uint64_t *hashes, size_t count, size_t row, Numbers *rows) {
    for (size_t i = 0; i < count; i++) {
        uint64_t number = mixed(hashes[i]);
        if (!(wanted->sieve[number % SIEVE / 8] >> number % 8 & 1)) continue;
        int is_wanted = number ? *slot_in(&wanted->set, number) != 0 : wanted->has_zero;
        if (is_wanted && !add_number(rows, row + i)) return 0;
    }
    return 1;
}

#endif
