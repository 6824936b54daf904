/* A column in a row group of a Parquet file: which rows hold a doubtful text, and the values themselves where they are
   wanted. */
#ifndef SUMMITRY_CHUNK_H
#define SUMMITRY_CHUNK_H

#include "records.h"
#include "runs.h"
#include "texts.h"
#include "thrift.h"

/* Memory that is kept for what comes next. */
typedef struct {
    uint8_t *bytes;
    size_t room;
} Kept;

/* Let there be room for so many bytes at least; what stood there is lost. */
static int make_room_in(Kept *kept, size_t size) {
    if (size <= kept->room) return 1;
    free(kept->bytes);
    kept->bytes = malloc(size);
    kept->room = kept->bytes ? size : 0;
    return kept->bytes != NULL;
}

/* A column in a row group. Its memory serves one after the other. */
typedef struct {
    const Column *column;    /* NULL where there is none, or no more */
    size_t width;            /* bytes of a value that is handed on; 0: it is a bit */
    int optional;            /* whether levels tell which values are there */
    size_t rows, row;        /* how many there are, and how many have been read */
    int has_dictionary, all_fine;
    size_t count;            /* entries of the dictionary */
    Kept verdicts;           /* of the entries */
    Kept entries;            /* their values, where those are wanted */
    Kept doubtful;           /* a bit for each row */
    size_t doubts;
    int64_t *chosen;         /* the only rows that are wanted, in order; NULL where all are looked at */
    size_t choices, taken;   /* how many those are, and how many have been found */
    Texts texts;             /* a value for each row, or each chosen one, where views are meant; and the texts */
    uint8_t *present;        /* of a page: which rows have a value */
    uint32_t *numbers;       /* of a page: indices of entries, where texts begin, or truths */
    size_t room;             /* of both */
    Kept unpacked;           /* a page */
    int is_unpacked;         /* whether the page that is read stands there */
    Kept waiting;            /* the dictionary, as long as nobody has asked for it */
    Page dictionary;         /* what its header says */
    int is_waiting, has_rows;
} Chunk;

static int is_text(const Column *column) { return strchr("tip", column->kind) != NULL; }

static size_t width_of(Kind kind) {
    switch (kind) {
        case AS_TEXT: return VIEW;
        case AS_INDEX: return 1;
        case DAYS: return 4;
        case INTEGERS: case NUMBERS: return 8;
        default: return 0;
    }
}

/* An entry that is a bit has a byte of its own. */
static size_t width_of_entry(const Chunk *chunk) { return chunk->width ? chunk->width : 1; }

static size_t handed_on(const Chunk *chunk) {
    return chunk->chosen ? chunk->choices : chunk->column->wanted ? chunk->rows : 0;
}

static void free_chunk(Chunk *chunk) {
    void *memory[] = {chunk->verdicts.bytes, chunk->entries.bytes, chunk->doubtful.bytes, chunk->unpacked.bytes,
                      chunk->waiting.bytes, chunk->chosen, chunk->texts.views, chunk->texts.valid, chunk->texts.text,
                      chunk->present, chunk->numbers, chunk};
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) free(memory[i]);
}

/* Begin to read a column; `chosen` belongs to the chunk from now on. Return whether there is memory. */
static int begin_chunk(Chunk *chunk, const Column *column, int optional, size_t rows, int64_t *chosen, size_t choices) {
    free(chunk->chosen);
    free(chunk->texts.views);
    free(chunk->texts.valid);
    *chunk = (Chunk){
        .column = column, .width = width_of(column->kind), .optional = optional, .rows = rows, .chosen = chosen,
        .choices = choices, .verdicts = chunk->verdicts, .entries = chunk->entries, .doubtful = chunk->doubtful,
        .texts = {.text = chunk->texts.text, .room = chunk->texts.room}, .present = chunk->present,
        .numbers = chunk->numbers, .room = chunk->room, .unpacked = chunk->unpacked, .waiting = chunk->waiting,
    };
    size_t values = handed_on(chunk), bits = values / 8 + 1;
    int is_room = make_room_in(&chunk->doubtful, rows / 8 + 1);
    chunk->texts.views = chunk->width ? malloc((values + 1) * chunk->width) : calloc(bits, 1);
    chunk->texts.valid = calloc(bits, 1);
    if (!chunk->texts.views || !chunk->texts.valid || !is_room) return chunk->column = NULL, 0;
    memset(chunk->doubtful.bytes, 0, rows / 8 + 1);
    return 1;
}

/* Make room for the rows or entries of a page, and one more. */
static int make_room_for(Chunk *chunk, size_t count) {
    if (count < chunk->room) return 1;
    if (!extend((void **)&chunk->present, count + 1)
        || !extend((void **)&chunk->numbers, (count + 1) * sizeof *chunk->numbers)) return 0;
    chunk->room = count + 1;
    return 1;
}

/* Read which of some rows have a value; return how many, or -1 where that cannot be read. */
static int64_t read_levels(Chunk *chunk, Bytes *bytes, size_t count) {
    size_t present = 0, many;
    Run run;
    for (uint8_t *to = chunk->present, *end = to + count; to < end; to += many) {
        many = (size_t)(end - to);
        if (!next_run(bytes, 1, &many, &run) || run.value > 1) return -1;
        if (!run.packed) memset(to, (int)run.value, many);
        for (size_t i = 0; run.packed && i < many; i++) to[i] = run.packed[i / 8] >> i % 8 & 1;
    }
    for (size_t i = 0; i < count; i++) present += chunk->present[i];
    return (int64_t)present;
}

/* Say whether levels are those of rows that all have a value, in one run. */
static int all_there(Bytes levels, size_t count) {
    size_t many = count;
    Run run;
    return next_run(&levels, 1, &many, &run) && many == count && !run.packed && run.value == 1;
}

enum { SIZE = 4 }; /* bytes before each text in a page, which tell its size */

/* Read the text that stands next in a page. */
static inline int next_text(Bytes *bytes, Cell *cell) {
    if (left_of(bytes) < SIZE) return 0;
    *cell = (Cell){bytes->p + SIZE, little(bytes->p), 0, UNKNOWN};
    if (cell->size > left_of(bytes) - SIZE) return 0;
    bytes->p += SIZE + cell->size;
    return 1;
}

/* Read texts: append them to those of the chunk. */
static Outcome append_texts(Chunk *chunk, Bytes bytes, size_t count, Layout *found) {
    Texts *texts = &chunk->texts;
    Cell cell;
    Outcome outcome = reserve(texts, left_of(&bytes));
    if (outcome != SOUND) return outcome;
    uint32_t used = (uint32_t)texts->used;
    for (size_t i = 0; i < count; i++) {
        if (!next_text(&bytes, &cell)) return UNSOUND;
        memcpy(texts->text + used, cell.text, cell.size);
        chunk->numbers[i] = used;
        used += (uint32_t)cell.size;
    }
    chunk->numbers[count] = used;
    if (chunk->column->wanted && chunk->column->kind == AS_TEXT) texts->used = used;
    *found = (Layout){texts->text, chunk->numbers, count, 0};
    return SOUND;
}

/* Lay texts out where they stand in a page that is ours: instead of their sizes there are spaces then. */
static Outcome lay_out(Chunk *chunk, Bytes bytes, size_t count, Layout *found) {
    const uint8_t *first = bytes.p;
    Cell cell;
    for (size_t i = 0; i < count; i++) {
        uint8_t *size = (uint8_t *)bytes.p;
        if (!next_text(&bytes, &cell)) return UNSOUND;
        memset(size, ' ', SIZE);
        chunk->numbers[i] = (uint32_t)(cell.text - first);
    }
    chunk->numbers[count] = (uint32_t)(bytes.p - first) + SIZE;
    *found = (Layout){first, chunk->numbers, count, SIZE};
    return SOUND;
}

/* Write a text of some that are laid out as it is handed on. */
static inline void write_value(const Chunk *chunk, const Layout *texts, size_t at, uint8_t *to) {
    size_t from = texts->offsets[at], size = size_of(texts, at);
    if (chunk->column->kind == AS_TEXT) {
        write_view(to, &chunk->texts, from, size);
    } else if (chunk->column->kind == AS_INDEX) {
        const Known *known = find_known(chunk->column->known, texts->text + from, size);
        *to = known ? (uint8_t)known->index : 0; /* a row with another text is doubtful */
    } else {
        *to = 1;
    }
}

/* Write a value, which is written so already, to where those are that are handed on. */
static inline void put(const Chunk *chunk, size_t row, const uint8_t *value) {
    uint8_t *to = chunk->texts.views;
    switch (chunk->width) {
        case VIEW: memcpy(to + VIEW * row, value, VIEW); break;
        case 8: memcpy(to + 8 * row, value, 8); break;
        case 4: memcpy(to + 4 * row, value, 4); break;
        case 1: to[row] = *value; break;
        default: if (*value) set_bit(to, row);
    }
}

/* ---- dictionaries ---- */

static Outcome read_entries_of_text(Chunk *chunk, Bytes bytes) {
    const Column *column = chunk->column;
    size_t width = width_of_entry(chunk);
    Layout texts;
    Outcome outcome = append_texts(chunk, bytes, chunk->count, &texts);
    if (outcome != SOUND) return outcome;
    chunk->all_fine = !chunk->chosen && are_fine(column, &texts);
    for (size_t i = 0; i < texts.count; i++) {
        if (!chunk->chosen) chunk->verdicts.bytes[i] = chunk->all_fine ? FINE : (uint8_t)judge_at(column, &texts, i);
        if (column->wanted) write_value(chunk, &texts, i, chunk->entries.bytes + width * i);
    }
    return SOUND;
}

/* Read the page of the dictionary. */
static Outcome read_dictionary(Chunk *chunk, Bytes bytes, size_t count) {
    size_t width = width_of_entry(chunk);
    if (chunk->has_dictionary || count > left_of(&bytes) || chunk->column->kind == TRUTHS) return UNSOUND;
    chunk->has_dictionary = 1;
    chunk->count = count;
    if (!make_room_in(&chunk->verdicts, count + 1) || !make_room_for(chunk, count)
        || !make_room_in(&chunk->entries, (chunk->column->wanted ? count : 0) * width + 1)) return NO_MEMORY;
    if (is_text(chunk->column)) return read_entries_of_text(chunk, bytes);
    if (count * width > left_of(&bytes)) return UNSOUND;
    chunk->all_fine = 1;
    memcpy(chunk->entries.bytes, bytes.p, count * width);
    return SOUND;
}

#endif
