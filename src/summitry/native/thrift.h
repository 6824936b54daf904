/* Headers of the pages of a Parquet file, in Thrift's compact protocol
   (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md,
   https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift). */
#ifndef SUMMITRY_THRIFT_H
#define SUMMITRY_THRIFT_H

#include <stddef.h>
#include <stdint.h>

/* Bytes from `p` up to `end`. */
typedef struct {
    const uint8_t *p, *end;
} Bytes;

static inline size_t left_of(const Bytes *bytes) { return (size_t)(bytes->end - bytes->p); }

/* Read a number of some bytes, each with seven bits of it; return whether it was there. */
static int read_varint(Bytes *bytes, uint64_t *number) {
    *number = 0;
    for (int shift = 0; shift < 64 && bytes->p < bytes->end; shift += 7) {
        uint8_t byte = *bytes->p++;
        *number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return 1;
    }
    return 0;
}

/* Return a number whose lowest bit is its sign. */
static inline int64_t signed_number(uint64_t number) { return (int64_t)(number >> 1) ^ -(int64_t)(number & 1); }

/* The kinds of fields. */
enum { YES = 1, NO, BYTE, INT16, INT32, INT64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT };
enum { FIELDS = 9, DEEPEST = 8 }; /* fields that are kept have smaller numbers */

/* The fields of a header and of what stands in it: where field 5 is a structure, [5][1] is its field 1. */
typedef struct {
    int64_t of[FIELDS][FIELDS];
} Header;

static int skip_struct(Bytes *bytes, int64_t (*fields)[FIELDS], int depth);

static int skip_bytes(Bytes *bytes, uint64_t count) {
    if (count > left_of(bytes)) return 0;
    bytes->p += count;
    return 1;
}

static int skip_value(Bytes *bytes, int kind, int depth);

/* Pass over values of one kind, or of two in turn, that follow each other. */
static int skip_values(Bytes *bytes, uint64_t count, int kind, int other, int depth) {
    if (count > left_of(bytes)) return 0; /* each has a byte at least */
    for (uint64_t i = 0; i < count; i++)
        if (!skip_value(bytes, kind, depth) || (other && !skip_value(bytes, other, depth))) return 0;
    return 1;
}

/* Pass over a value; in a list, other than in a field, a truth has a byte of its own. */
static int skip_value(Bytes *bytes, int kind, int depth) {
    uint64_t count;
    if (depth == DEEPEST) return 0;
    switch (kind) {
        case YES: case NO: case BYTE: return skip_bytes(bytes, 1);
        case INT16: case INT32: case INT64: return read_varint(bytes, &count);
        case DOUBLE: return skip_bytes(bytes, 8);
        case BINARY: return read_varint(bytes, &count) && skip_bytes(bytes, count);
        case STRUCT: return skip_struct(bytes, NULL, depth + 1);
        case LIST: case SET:
            if (bytes->p == bytes->end) return 0;
            kind = *bytes->p & 0x0F;
            count = *bytes->p++ >> 4;
            return (count < 15 || read_varint(bytes, &count)) && skip_values(bytes, count, kind, 0, depth + 1);
        case MAP:
            if (!read_varint(bytes, &count)) return 0;
            if (!count) return 1;
            if (bytes->p == bytes->end) return 0;
            kind = *bytes->p++;
            return skip_values(bytes, count, kind >> 4, kind & 0x0F, depth + 1);
        default: return 0;
    }
}

/* Read the number of a field from its head, which may tell how far it is from the one before. */
static int read_id(Bytes *bytes, uint8_t head, int64_t before, int64_t *id) {
    uint64_t number;
    *id = before + (head >> 4);
    if (!(head >> 4)) {
        if (!read_varint(bytes, &number)) return 0;
        *id = signed_number(number);
    }
    return *id >= INT16_MIN && *id <= INT16_MAX;
}

/* Pass over a structure; keep its numbers and truths in the first row of `fields`, unless it is NULL, and those of
   structures in it in the row of their field. */
static int skip_struct(Bytes *bytes, int64_t (*fields)[FIELDS], int depth) {
    int64_t id = 0;
    uint64_t number;
    while (bytes->p < bytes->end) {
        uint8_t head = *bytes->p++;
        int kind = head & 0x0F;
        if (!head) return 1;
        if (!read_id(bytes, head, id, &id)) return 0;
        int kept = fields && id > 0 && id < FIELDS;
        if (kind == YES || kind == NO) {
            if (kept) fields[0][id] = kind == YES;
        } else if (kind == INT32) {
            if (!read_varint(bytes, &number)) return 0;
            if (kept) fields[0][id] = signed_number(number);
        } else if (kind == STRUCT && kept && !depth) {
            if (!skip_struct(bytes, fields + id, depth + 1)) return 0;
        } else if (!skip_value(bytes, kind, depth)) {
            return 0;
        }
    }
    return 0;
}

enum { OF_ROWS = 0, OF_DICTIONARY = 2, OF_ROWS_2 = 3 };                 /* kinds of pages */
enum { PLAIN = 0, PLAIN_DICTIONARY = 2, RLE = 3, RLE_DICTIONARY = 8 }; /* encodings */
enum { LARGEST_PAGE = 1 << 27 };                                       /* bytes */

/* What the header of a page says; -1 where it says nothing. */
typedef struct {
    int64_t kind, packed, unpacked, values, rows, encoding, encoding_of_levels, levels, repetitions;
    int is_packed;
} Page;

/* Read a header; return whether there is one. */
static int read_page_header(Bytes *bytes, Page *page) {
    Header header;
    for (int i = 0; i < FIELDS; i++)
        for (int k = 0; k < FIELDS; k++) header.of[i][k] = -1;
    if (!skip_struct(bytes, header.of, 0)) return 0;
    const int64_t *all = header.of[0], *rows = header.of[5], *dictionary = header.of[7], *rows_2 = header.of[8];
    *page = (Page){.kind = all[1], .packed = all[3], .unpacked = all[2], .is_packed = 1};
    if (page->kind == OF_ROWS_2) {
        page->values = rows_2[1];
        page->rows = rows_2[3];
        page->encoding = rows_2[4];
        page->levels = rows_2[5];
        page->repetitions = rows_2[6];
        page->is_packed = rows_2[7] != 0;
    } else {
        page->values = page->kind == OF_ROWS ? rows[1] : dictionary[1];
        page->encoding = page->kind == OF_ROWS ? rows[2] : dictionary[2];
        page->encoding_of_levels = rows[4] < 0 ? -1 : rows[3]; /* of both kinds of levels, or it is no header */
    }
    return 1;
}

/* Say whether a page is one that can be read here. */
static int is_usual(const Page *page) {
    int is_known = page->encoding == PLAIN || page->encoding == PLAIN_DICTIONARY || page->encoding == RLE
        || page->encoding == RLE_DICTIONARY;
    if (page->packed < 0 || page->packed > LARGEST_PAGE) return 0;
    if (page->unpacked < 0 || page->unpacked > LARGEST_PAGE) return 0;
    if (page->values < 0 || page->values > INT32_MAX) return 0;
    switch (page->kind) {
        case OF_ROWS: return page->encoding_of_levels == RLE && is_known;
        case OF_DICTIONARY: return page->encoding == PLAIN || page->encoding == PLAIN_DICTIONARY;
        case OF_ROWS_2:
            return is_known && !page->repetitions && page->rows == page->values && page->levels >= 0
                && page->levels <= page->packed && page->levels <= page->unpacked;
        default: return 0;
    }
}

#endif
