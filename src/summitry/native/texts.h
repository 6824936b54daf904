/* Texts that stand one behind another: whether all of them are fine. */
#ifndef SUMMITRY_TEXTS_H
#define SUMMITRY_TEXTS_H

#include "cells.h"
#include "plain.h"

/* The i-th text begins at offset i and ends where the next begins, or some spaces before. */
typedef struct {
    const uint8_t *text;
    const uint32_t *offsets; /* one more than there are texts */
    size_t count, spaces;
} Layout;

static inline size_t size_of(const Layout *texts, size_t i) {
    return texts->offsets[i + 1] - texts->offsets[i] - texts->spaces;
}

/* Return how many bytes there are from the first text up to the end of the last; there is one at least. */
static inline size_t size_of_all(const Layout *texts) {
    return texts->offsets[texts->count] - texts->spaces - texts->offsets[0];
}

/* Judge a text as `judge` does; an empty one is doubtful. */
static Verdict judge_at(const Column *column, const Layout *texts, size_t i) {
    size_t size = size_of(texts, i);
    return size ? judge(column, texts->text + texts->offsets[i], size, UNKNOWN, 0) : DOUBTFUL;
}

/* Say whether free text is fine whose bytes hold plain characters only. */
static inline int is_fine_around(const Column *column, const uint8_t *p, int64_t size) {
    int unseen = 0;
    if (size <= 0 || (p[0] & 0xC0) == 0x80 || !is_bordered(p, (size_t)size)) return 0;
    if (size <= column->longest && size / 4 >= column->shortest) return 1;
    return is_within(column, count_characters(p, (size_t)size, &unseen));
}

/* Say whether all free texts are fine: of their bytes all at once, then of each. No text begins within a character, so
   none ends there either. */
static int are_plain(const Column *column, const Layout *texts) {
    if (!texts->count) return 1;
    if (!is_plain(texts->text + texts->offsets[0], size_of_all(texts))) return 0;
    for (size_t i = 0; i < texts->count; i++)
        if (!is_fine_around(column, texts->text + texts->offsets[i], (int64_t)size_of(texts, i))) return 0;
    return 1;
}

/* Return letters as ranges; only those of up to three ranges and one joint can be told so. */
static Ranges ranges_of(const uint8_t *letters) {
    Ranges found = {.known = 1};
    int ranges = 0, joints = 0;
    for (int b = 0; b < 256; b++) {
        if (letters[b] == JOINT) {
            found.joint = (uint8_t)b;
            joints++;
        } else if (letters[b] == LETTER && b && letters[b - 1] == LETTER && ranges <= MOST_RANGES) {
            found.span[ranges - 1]++;
        } else if (letters[b] == LETTER && ranges++ < MOST_RANGES) {
            for (int k = ranges - 1; k < MOST_RANGES; k++) found.first[k] = (uint8_t)b; /* the last may be the same */
        }
    }
    found.known = ranges && ranges <= MOST_RANGES && joints == 1;
    return found;
}

/* Say whether bytes are letters and single joints. */
AS_WIDE_AS_THE_MACHINE static int are_letters(const Ranges *ranges, const uint8_t *p, size_t size) {
    Ranges r = *ranges;
    uint8_t joint = r.joint, wrong = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t fits = ((uint8_t)(p[i] - r.first[0]) <= r.span[0]) | ((uint8_t)(p[i] - r.first[1]) <= r.span[1]);
        wrong |= !(fits | ((uint8_t)(p[i] - r.first[2]) <= r.span[2]) | (p[i] == joint));
    }
    for (size_t i = 1; i < size; i++) wrong |= (p[i] == joint) & (p[i - 1] == joint);
    return !wrong;
}

/* Say whether all texts are words: of their bytes all at once, then where each begins and ends. */
static int are_words(const Column *column, const Layout *texts) {
    if (!texts->count) return 1;
    if (!are_letters(&column->ranges, texts->text + texts->offsets[0], size_of_all(texts))) return 0;
    for (size_t i = 0; i < texts->count; i++) {
        const uint8_t *p = texts->text + texts->offsets[i];
        size_t size = size_of(texts, i);
        if (!size || !is_within(column, (int64_t)size)) return 0;
        if (p[0] == column->ranges.joint || p[size - 1] == column->ranges.joint) return 0;
    }
    return 1;
}

/* Say whether all texts are fine. */
static int are_fine(const Column *column, const Layout *texts) {
    if (column->letters && column->ranges.known) return are_words(column, texts);
    if (!column->known && !column->letters) return are_plain(column, texts);
    for (size_t i = 0; i < texts->count; i++)
        if (judge_at(column, texts, i) != FINE) return 0;
    return 1;
}

#endif
