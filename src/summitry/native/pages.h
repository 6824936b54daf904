/* Pages of a column in a Parquet file (https://parquet.apache.org/docs/file-format/data-pages). */
#ifndef SUMMITRY_PAGES_H
#define SUMMITRY_PAGES_H

#include "chunk.h"

/* The values of a page that are there: in turn the entries of the dictionary with the next number, or what stands next
   in the page. */
typedef struct {
    size_t count, present; /* rows, and those that have a value */
    int some_missing;
    int of_entries;
    Layout texts;       /* as they are laid out where all rows are looked at */
    Bytes bytes;        /* the page as it is */
    int all_fine;
} Values;

/* Write the value that stands in the page at some place among those that are there. */
static inline const uint8_t *value_at(const Chunk *chunk, const Values *values, size_t at, uint8_t *made) {
    if (values->of_entries) return chunk->entries.bytes + width_of_entry(chunk) * chunk->numbers[at];
    if (is_text(chunk->column)) return write_value(chunk, &values->texts, at, made), made;
    if (chunk->width) return values->bytes.p + chunk->width * at;
    return *made = (uint8_t)chunk->numbers[at], made;
}

static inline void doubt(Chunk *chunk, size_t row) {
    set_bit(chunk->doubtful.bytes, row);
    chunk->doubts++;
}

/* Tell what is wrong with the rows of a page. */
static Outcome tell(Chunk *chunk, const Values *values) {
    const Column *column = chunk->column;
    if (values->all_fine && !(values->some_missing && column->required)) return SOUND;
    for (size_t i = 0, next = 0; i < values->count; i++) {
        size_t row = chunk->row + i;
        if (values->some_missing && !chunk->present[i]) {
            if (column->required) doubt(chunk, row);
            continue;
        }
        size_t at = next++;
        Verdict verdict = FINE;
        if (!values->all_fine) {
            verdict = values->of_entries ? (Verdict)chunk->verdicts.bytes[chunk->numbers[at]]
                                         : judge_at(column, &values->texts, at);
        }
        if (verdict == NOT_UTF8) return UNSOUND;
        if (verdict != FINE) doubt(chunk, row);
    }
    return SOUND;
}

/* Copy entries to where their rows are; a row without one gets any. */
static inline void spread(uint8_t *to, size_t width, const Chunk *chunk, const Values *values) {
    const uint8_t *from = chunk->entries.bytes;
    const uint32_t *numbers = chunk->numbers;
    if (!values->some_missing) {
        for (size_t i = 0; i < values->count; i++) memcpy(to + width * i, from + width * numbers[i], width);
        return;
    }
    for (size_t i = 0, next = 0; i < values->count; i++) { /* without a branch: nobody could foretell it */
        memcpy(to + width * i, from + width * numbers[next], width);
        next += chunk->present[i];
    }
}

/* Tell which rows of a page have a value. */
static void set_valid(Chunk *chunk, const Values *values) {
    uint8_t *valid = chunk->texts.valid;
    size_t row = chunk->row, i = 0;
    for (; i < values->count && (row + i) % 8; i++)
        if (!values->some_missing || chunk->present[i]) set_bit(valid, row + i);
    for (; i + 8 <= values->count; i += 8) {
        uint8_t bits = 0xFF;
        if (values->some_missing) {
            bits = 0;
            for (size_t k = 0; k < 8; k++) bits |= (uint8_t)(chunk->present[i + k] << k);
        }
        valid[(row + i) / 8] = bits;
    }
    for (; i < values->count; i++)
        if (!values->some_missing || chunk->present[i]) set_bit(valid, row + i);
}

/* Do so with a width that is known: compilers make one instruction of a copy then. */
static void spread_entries(Chunk *chunk, const Values *values, uint8_t *to) {
    chunk->numbers[values->present] = 0; /* the one behind the last */
    switch (chunk->width) {
        case VIEW: spread(to, VIEW, chunk, values); break;
        case 8: spread(to, 8, chunk, values); break;
        case 4: spread(to, 4, chunk, values); break;
        default: spread(to, 1, chunk, values);
    }
}

/* Hand the values of all rows on. */
static void hand_all_on(Chunk *chunk, const Values *values) {
    size_t width = chunk->width, row = chunk->row;
    uint8_t *to = chunk->texts.views + width * row, made[VIEW];
    set_valid(chunk, values);
    if (width && values->of_entries && values->present) {
        spread_entries(chunk, values, to);
    } else if (chunk->column->kind != AS_PRESENCE) { /* which the bits before tell */
        if (values->some_missing) memset(to, 0, width * values->count);
        for (size_t i = 0, next = 0; i < values->count; i++)
            if (!values->some_missing || chunk->present[i]) put(chunk, row + i, value_at(chunk, values, next++, made));
    }
}

/* Hand the values of the chosen rows on. Only texts that are handed on are known to be UTF-8. */
static Outcome take(Chunk *chunk, Values *values) {
    int walks = is_text(chunk->column) && !values->of_entries;
    uint8_t made[VIEW];
    Cell cell;
    for (size_t i = 0, next = 0; i < values->count && chunk->taken < chunk->choices; i++) {
        int here = chunk->chosen[chunk->taken] == (int64_t)(chunk->row + i);
        size_t row = chunk->taken;
        if (here) memset(chunk->texts.views + chunk->width * row, 0, chunk->width);
        chunk->taken += (size_t)here;
        if (values->some_missing && !chunk->present[i]) continue;
        size_t at = next++;
        if (walks && !next_text(&values->bytes, &cell)) return UNSOUND;
        if (!here) continue;
        Outcome outcome = walks ? hand_on(&chunk->texts, row, &cell) : SOUND;
        if (outcome != SOUND) return outcome;
        if (!walks) put(chunk, row, value_at(chunk, values, at, made));
        set_bit(chunk->texts.valid, row); /* an empty text is there, too */
        if (is_text(chunk->column) && !is_utf8_view(&chunk->texts, row)) return UNSOUND;
    }
    return SOUND;
}

static Outcome read_indices(Chunk *chunk, Bytes *bytes, size_t count) {
    uint32_t beyond = 0;
    if (left_of(bytes) && *bytes->p > 32) return UNSOUND;
    if (!count) return SOUND;
    if (!chunk->has_dictionary || !left_of(bytes)) return UNSOUND;
    unsigned width = *bytes->p++;
    if (!read_runs(bytes, width, chunk->numbers, count)) return UNSOUND;
    for (size_t i = 0; i < count; i++) beyond |= chunk->numbers[i] >= chunk->count;
    return beyond ? UNSOUND : SOUND;
}

/* Read values that stand in the page itself. */
static Outcome read_plain(Chunk *chunk, Values *values, size_t count) {
    Bytes bytes = values->bytes;
    values->all_fine = 1;
    if (is_text(chunk->column)) {
        if (chunk->chosen) return SOUND; /* they are found by a walk */
        int is_free = !chunk->column->known && !chunk->column->letters && !chunk->column->wanted;
        Outcome outcome = is_free && chunk->is_unpacked ? lay_out(chunk, bytes, count, &values->texts)
                                                        : append_texts(chunk, bytes, count, &values->texts);
        if (outcome == SOUND) values->all_fine = are_fine(chunk->column, &values->texts);
        return outcome;
    }
    if (chunk->width) return count * chunk->width <= left_of(&bytes) ? SOUND : UNSOUND;
    if (count > left_of(&bytes) * 8) return UNSOUND;
    unpack(bytes.p, bytes.end, 1, chunk->numbers, count);
    return SOUND;
}

/* Read truths that stand in runs behind their size. */
static Outcome read_truths(Chunk *chunk, Values *values, Bytes bytes, size_t count) {
    values->all_fine = 1;
    values->of_entries = 0;
    if (chunk->column->kind != TRUTHS || left_of(&bytes) < 4) return UNSOUND;
    bytes.p += 4;
    return read_runs(&bytes, 1, chunk->numbers, count) ? SOUND : UNSOUND;
}

/* Read a page of rows; their levels stand in `levels`, or before the values where that is NULL. */
static Outcome read_rows(Chunk *chunk, size_t count, int64_t encoding, Bytes levels, Bytes bytes) {
    int64_t present = (int64_t)count;
    Outcome outcome;
    if (!make_room_for(chunk, count)) return NO_MEMORY;
    if (chunk->optional && count) {
        if (!levels.p) {
            if (left_of(&bytes) < 4 || little(bytes.p) > left_of(&bytes) - 4) return UNSOUND;
            levels = (Bytes){bytes.p + 4, bytes.p + 4 + little(bytes.p)};
            bytes.p = levels.end;
        }
        present = all_there(levels, count) ? present : read_levels(chunk, &levels, count);
        if (present < 0) return UNSOUND;
    }
    Values values = {.count = count, .present = (size_t)present, .some_missing = (size_t)present < count,
                     .of_entries = encoding != PLAIN};
    if (encoding == PLAIN) {
        values.bytes = bytes;
        outcome = read_plain(chunk, &values, (size_t)present);
    } else if (encoding == RLE) {
        outcome = read_truths(chunk, &values, bytes, (size_t)present);
    } else {
        values.all_fine = chunk->all_fine;
        outcome = read_indices(chunk, &bytes, (size_t)present);
    }
    if (outcome == SOUND) outcome = chunk->chosen ? take(chunk, &values) : tell(chunk, &values);
    if (outcome == SOUND && !chunk->chosen && chunk->column->wanted) hand_all_on(chunk, &values);
    return outcome;
}

/* ---- pages as they lie in the file ---- */

/* Unpacks bytes to as many as are wanted; returns whether there are as many. */
typedef struct Unpacker {
    int (*unpack)(struct Unpacker *self, const uint8_t *packed, size_t size, uint8_t *to, size_t wanted);
} Unpacker;

/* Find the values of a page: as they stand there, or unpacked. */
static Outcome unpack_page(Chunk *chunk, const Page *page, Bytes *bytes, Unpacker *unpacker) {
    size_t wanted = (size_t)(page->unpacked - page->levels), size = left_of(bytes);
    chunk->is_unpacked = 0;
    if (!unpacker || !page->is_packed || !size) return size == wanted ? SOUND : UNSOUND;
    if (!make_room_in(&chunk->unpacked, wanted + 1)) return NO_MEMORY;
    uint8_t *to = chunk->unpacked.bytes;
    if (!unpacker->unpack(unpacker, bytes->p, size, to, wanted)) return UNSOUND;
    *bytes = (Bytes){to, to + wanted};
    chunk->is_unpacked = 1;
    return SOUND;
}

static Outcome read_waiting_dictionary(Chunk *chunk, Unpacker *unpacker) {
    Bytes bytes = {chunk->waiting.bytes, chunk->waiting.bytes + chunk->dictionary.packed};
    chunk->is_waiting = 0;
    Outcome outcome = unpack_page(chunk, &chunk->dictionary, &bytes, unpacker);
    return outcome == SOUND ? read_dictionary(chunk, bytes, (size_t)chunk->dictionary.values) : outcome;
}

/* Keep the dictionary until somebody asks for it: of chosen rows, often none does. */
static Outcome keep_dictionary(Chunk *chunk, const Page *page, Bytes bytes) {
    if (chunk->is_waiting || chunk->has_dictionary || chunk->has_rows) return UNSOUND;
    if (!make_room_in(&chunk->waiting, left_of(&bytes) + 1)) return NO_MEMORY;
    memcpy(chunk->waiting.bytes, bytes.p, left_of(&bytes));
    chunk->dictionary = *page;
    chunk->is_waiting = 1;
    return SOUND;
}

static int is_any_chosen(const Chunk *chunk, size_t count) {
    return !chunk->chosen
        || (chunk->taken < chunk->choices && chunk->chosen[chunk->taken] < (int64_t)(chunk->row + count));
}

static Outcome read_page(Chunk *chunk, const Page *page, Bytes bytes, Unpacker *unpacker) {
    if (page->kind == OF_DICTIONARY) return keep_dictionary(chunk, page, bytes);
    size_t count = (size_t)page->values;
    Outcome outcome = SOUND;
    chunk->has_rows = 1;
    if (count > chunk->rows - chunk->row) return UNSOUND;
    if (is_any_chosen(chunk, count)) {
        Bytes levels = {NULL, NULL};
        if (chunk->is_waiting && page->encoding != PLAIN) outcome = read_waiting_dictionary(chunk, unpacker);
        if (page->kind == OF_ROWS_2) {
            levels = (Bytes){bytes.p, bytes.p + page->levels};
            bytes.p += page->levels;
        }
        if (outcome == SOUND) outcome = unpack_page(chunk, page, &bytes, unpacker);
        if (outcome == SOUND) outcome = read_rows(chunk, count, page->encoding, levels, bytes);
    }
    chunk->row += count;
    return outcome;
}

/* Read the pages that stand in bytes as a whole, as long as there are rows to come; `bytes` begins behind them then. */
static Outcome read_pages(Chunk *chunk, Bytes *bytes, Unpacker *unpacker) {
    Outcome outcome = SOUND;
    if (!chunk->column) return UNSOUND;
    while (outcome == SOUND && chunk->row < chunk->rows) {
        Bytes rest = *bytes;
        Page page;
        int is_header = read_page_header(&rest, &page);
        if (!is_header) break; /* it may be cut off */
        if (!is_usual(&page)) return UNSOUND;
        if ((uint64_t)page.packed > left_of(&rest)) break;
        bytes->p = rest.p + page.packed;
        outcome = read_page(chunk, &page, (Bytes){rest.p, bytes->p}, unpacker);
    }
    return outcome;
}

#endif
