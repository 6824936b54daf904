/* Bytes of CSV as records: whether they are sound (RFC 4180), where each begins, which holds a doubtful cell, and the
   texts of the columns that are wanted, as Arrow lays out views of strings. */
#ifndef SUMMITRY_RECORDS_H
#define SUMMITRY_RECORDS_H

#include "cells.h"

typedef enum { SOUND, UNSOUND, NO_MEMORY } Outcome;
enum { VIEW = 16, INLINE = 12 }; /* bytes of a view, and of a text that fits into it */

typedef struct {
    size_t width, wanted;
    Column *columns;
} Plan;

typedef struct {
    uint8_t *views, *valid; /* sixteen bytes, and a bit, for each record */
    uint8_t *text;          /* what does not fit into the views */
    size_t used, room;
} Texts;

typedef struct {
    size_t count, lines, room;
    uint8_t *doubtful; /* a bit for each record */
    int64_t *starts;   /* and one more, where the last record ends */
    Texts *texts;      /* one for each column that is wanted */
} Records;

/* A cell: its text, without the marks around it. */
typedef struct {
    const uint8_t *text;
    size_t size, doubled;
    int traits;
} Cell;

static void free_records(Records *records, size_t wanted) {
    for (size_t i = 0; records->texts && i < wanted; i++) {
        free(records->texts[i].views);
        free(records->texts[i].valid);
        free(records->texts[i].text);
    }
    free(records->texts);
    free(records->doubtful);
    free(records->starts);
}

/* Make room for so many bytes; return whether there is any. */
static int extend(void **memory, size_t size) {
    void *found = realloc(*memory, size ? size : 1);
    if (found) *memory = found;
    return found != NULL;
}

/* Make room for bits, a byte for eight of them; those beyond the first are zero. */
static int extend_bits(uint8_t **bits, size_t before, size_t count) {
    size_t had = (before + 7) / 8, size = (count + 7) / 8;
    if (!extend((void **)bits, size)) return 0;
    memset(*bits + had, 0, size - had);
    return 1;
}

static int make_room(Records *records, size_t wanted, size_t room) {
    int there = extend_bits(&records->doubtful, records->room, room)
        && extend((void **)&records->starts, (room + 1) * sizeof *records->starts);
    for (size_t i = 0; there && i < wanted; i++) {
        Texts *texts = &records->texts[i];
        there = extend((void **)&texts->views, room * VIEW) && extend_bits(&texts->valid, records->room, room);
    }
    if (there) records->room = room;
    return there;
}

/* Write the text of a cell with single quotation marks, and return its size. */
static size_t write_text(uint8_t *to, const Cell *cell) {
    size_t size = 0;
    if (!cell->doubled) {
        memcpy(to, cell->text, cell->size);
        return cell->size;
    }
    for (size_t i = 0; i < cell->size; i++) {
        to[size++] = cell->text[i];
        i += cell->text[i] == '"';
    }
    return size;
}

/* Make room for so many more bytes of text. Views reach texts of two gigabytes in all. */
static Outcome reserve(Texts *texts, size_t size) {
    if (texts->room - texts->used >= size) return SOUND;
    size_t needed = texts->used + size, room = 2 * needed + 4096;
    if (needed > INT32_MAX) return UNSOUND;
    if (room > INT32_MAX) room = INT32_MAX;
    if (!extend((void **)&texts->text, room)) return NO_MEMORY;
    texts->room = room;
    return SOUND;
}

/* Write a view of a text that stands in `texts`: its size, and itself or its first four bytes and where it is. */
static inline void write_view(uint8_t *view, const Texts *texts, size_t from, size_t length) {
    const uint8_t *text = texts->text + from;
    uint32_t size = (uint32_t)length, at = (uint32_t)from;
    memset(view, 0, VIEW);
    memcpy(view, &size, 4);
    if (size <= INLINE) {
        for (uint32_t i = 0; i < size; i++) view[4 + i] = text[i];
    } else {
        memcpy(view + 4, text, 4);
        memcpy(view + 12, &at, 4);
    }
}

/* Say whether the text of a view is UTF-8. */
static int is_utf8_view(const Texts *texts, size_t row) {
    const uint8_t *view = texts->views + VIEW * row;
    uint32_t size, at;
    int unseen = 0;
    memcpy(&size, view, 4);
    memcpy(&at, view + 12, 4);
    return count_characters(size <= INLINE ? view + 4 : texts->text + at, size, &unseen) >= 0;
}

static inline void set_bit(uint8_t *bits, size_t i) { bits[i / 8] |= (uint8_t)(1 << i % 8); }

/* Hand a cell on as a view. */
static Outcome hand_on(Texts *texts, size_t row, const Cell *cell) {
    uint8_t *view = texts->views + VIEW * row;
    if (!cell->size) return memset(view, 0, VIEW), SOUND;
    Outcome outcome = reserve(texts, cell->size);
    if (outcome != SOUND) return outcome;
    size_t size = write_text(texts->text + texts->used, cell);
    write_view(view, texts, texts->used, size);
    if (size > INLINE) texts->used += size;
    set_bit(texts->valid, row);
    return SOUND;
}

/* Read a cell that stands in quotation marks; return where it ends, or NULL where they are not closed. */
static const uint8_t *read_quoted(const uint8_t *p, const uint8_t *end, Cell *cell) {
    cell->text = ++p;
    for (; (p = memchr(p, '"', (size_t)(end - p))); p += 2) {
        if (p + 1 == end || p[1] != '"') break;
        cell->doubled++;
    }
    if (!p) return NULL;
    cell->size = (size_t)(p - cell->text);
    cell->traits = traits_of(cell->text, cell->size);
    return p + 1;
}

static uint8_t classes[256];
enum { BORDER = 4 }; /* beside the traits: what ends a cell that stands in no quotation marks, or must not be in it */

static void set_classes(void) {
    for (int c = 0; c < 256; c++) classes[c] = c >= 0x80 ? HIGH : c < ' ' || c == 0x7F ? CONTROL : 0;
    classes['\n'] = classes[','] = classes['"'] = BORDER;
}

/* Read a cell that stands in none; return where it ends. The bytes end with a line end, which stops it. */
static inline const uint8_t *read_bare(const uint8_t *p, Cell *cell) {
    uint8_t class;
    cell->text = p;
    for (; !((class = classes[*p]) & BORDER); p++) cell->traits |= class;
    cell->size = (size_t)(p - cell->text);
    return p;
}

static size_t count_lines(const Cell *cell) {
    size_t lines = 0;
    for (size_t i = 0; i < cell->size; i++) lines += cell->text[i] == '\n';
    return lines;
}

/* Read and judge one record; return where the next begins, or NULL with the outcome. */
static const uint8_t *read_record(
    const Plan *plan, const uint8_t *p, const uint8_t *end, Records *records, Outcome *outcome
) {
    size_t row = records->count;
    Texts *texts = records->texts;
    int doubtful = 0;
    *outcome = UNSOUND;
    for (size_t k = 0; k < plan->width; k++, p++) {
        const Column *column = &plan->columns[k];
        Cell cell = {NULL, 0, 0, 0};
        int quoted = *p == '"';
        p = quoted ? read_quoted(p, end, &cell) : read_bare(p, &cell);
        if (!p || p == end || *p != (k + 1 == plan->width ? '\n' : ',')) return NULL;
        if (!cell.size) { /* two marks around nothing are an empty text, which is none */
            doubtful |= column->required | (quoted && column->asked);
        } else {
            Verdict verdict = judge(column, cell.text, cell.size, cell.traits, cell.doubled);
            if (verdict == NOT_UTF8) return NULL;
            if (cell.traits & CONTROL) records->lines += count_lines(&cell);
            doubtful |= verdict;
        }
        if (column->wanted) {
            Outcome handed = hand_on(texts++, row, &cell);
            if (handed != SOUND) return *outcome = handed, NULL;
        }
    }
    records->doubtful[row / 8] |= (uint8_t)(doubtful << row % 8);
    return p;
}

/* Read bytes that end with a line end; what has been found is in `records`, whatever the outcome. */
static Outcome read_records(const Plan *plan, const uint8_t *bytes, size_t size, Records *records) {
    const uint8_t *p = bytes, *end = bytes + size;
    Outcome outcome = SOUND;
    if (!plan->width || !size || end[-1] != '\n') return UNSOUND;
    for (; p < end; records->count++) {
        if (records->count == records->room) {
            size_t room = records->room ? 2 * records->room : size / (16 * plan->width) + 16;
            if (!make_room(records, plan->wanted, room)) return NO_MEMORY;
        }
        records->starts[records->count] = p - bytes;
        if (*p == '\n') return UNSOUND; /* a blank line */
        p = read_record(plan, p, end, records, &outcome);
        if (!p) return outcome;
        outcome = SOUND;
    }
    records->starts[records->count] = (int64_t)size;
    records->lines += records->count;
    return outcome;
}

#endif
