/* Columns of a batch of rows as Arrow lays them out: whether all of their texts are fine. */
#ifndef SUMMITRY_BATCHES_H
#define SUMMITRY_BATCHES_H

#include "arrow.h"
#include "cells.h"
#include "plain.h"

/* Texts: the i-th stands in `text` from offset i up to the next. */
typedef struct {
    const uint8_t *text, *valid; /* valid: a bit for each text, NULL where all are */
    const void *offsets;
    int wide; /* whether offsets have eight bytes, not four */
    size_t first, end;
} Layout;

static inline int64_t offset_at(const Layout *texts, size_t i) {
    return texts->wide ? ((const int64_t *)texts->offsets)[i] : ((const int32_t *)texts->offsets)[i];
}

static inline int is_valid(const uint8_t *valid, size_t i) { return !valid || valid[i / 8] >> i % 8 & 1; }

/* Return the bits that tell which values of an array are there, NULL where all are. */
static const uint8_t *valid_bits(const struct ArrowArray *array) {
    return array->null_count ? array->buffers[0] : NULL;
}

/* Find out where the texts of an array stand; return whether it holds texts whose layout is known here. */
static int lay_out(const struct ArrowSchema *schema, const struct ArrowArray *array, Layout *texts) {
    int wide = !strcmp(schema->format, "U");
    if ((!wide && strcmp(schema->format, "u")) || array->n_buffers != 3) return 0;
    size_t first = (size_t)array->offset, end = first + (size_t)array->length;
    *texts = (Layout){array->buffers[2], valid_bits(array), array->buffers[1], wide, first, end};
    return 1;
}

/* Say whether a text is fine; an empty one is not. */
static inline int is_fine(const Column *column, const Layout *texts, size_t i) {
    int64_t from = offset_at(texts, i), to = offset_at(texts, i + 1);
    if (from < 0 || to <= from || to > offset_at(texts, texts->end)) return 0;
    return judge(column, texts->text + from, (size_t)(to - from), UNKNOWN, 0) == FINE;
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
    if (texts->first == texts->end) return 1;
    int64_t from = offset_at(texts, texts->first), last = offset_at(texts, texts->end);
    if (from < 0 || from > last || !is_plain(texts->text + from, (size_t)(last - from))) return 0;
    for (size_t i = texts->first; i < texts->end; i++) {
        int64_t to = offset_at(texts, i + 1);
        if (to < from || to > last) return 0;
        if (is_valid(texts->valid, i)) {
            if (!is_fine_around(column, texts->text + from, to - from)) return 0;
        } else if (column->required || to != from) {
            return 0;
        }
        from = to;
    }
    return 1;
}

/* Say whether all texts are fine, and there where they must be. */
static int are_fine(const Column *column, const Layout *texts) {
    if (!column->known && !column->letters) return are_plain(column, texts);
    for (size_t i = texts->first; i < texts->end; i++)
        if (is_valid(texts->valid, i) ? !is_fine(column, texts, i) : column->required) return 0;
    return 1;
}

/* Say whether all indices are below a limit, whatever those are that stand for nothing. */
static int are_below(const int32_t *indices, size_t first, size_t end, size_t limit) {
    uint32_t beyond = 0;
    if (limit > INT32_MAX) return 0;
    for (size_t i = first; i < end; i++) beyond |= (uint32_t)indices[i] >= (uint32_t)limit;
    return !beyond;
}

/* Say the same of texts that are named by their indices in a dictionary; it may hold others, which nobody names. */
static int are_named_fine(const Column *column, const struct ArrowArray *array, const Layout *texts) {
    const uint8_t *valid = valid_bits(array);
    const int32_t *indices = array->buffers[1];
    size_t first = (size_t)array->offset, end = first + (size_t)array->length, count = texts->end - texts->first;
    if (texts->valid) return 0;
    if (!(valid && column->required) && are_below(indices, first, end, count) && are_fine(column, texts)) return 1;
    for (size_t i = first; i < end; i++) {
        if (!is_valid(valid, i)) {
            if (column->required) return 0;
        } else if ((uint32_t)indices[i] >= count || !is_fine(column, texts, texts->first + (uint32_t)indices[i])) {
            return 0;
        }
    }
    return 1;
}

/* Say whether it is known of a column that all of its texts are fine. */
static int is_proven(const Column *column, const struct ArrowSchema *schema, const struct ArrowArray *array) {
    Layout texts;
    if (!column->asked || (!column->known && column->shortest < 0)) return 0;
    if (!schema->dictionary) return lay_out(schema, array, &texts) && are_fine(column, &texts);
    return !strcmp(schema->format, "i") && lay_out(schema->dictionary, array->dictionary, &texts)
        && are_named_fine(column, array, &texts);
}

#endif
