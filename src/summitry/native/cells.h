/* One cell at first sight: whether its text is known to be right, or is free text that surely breaks nothing. */
#ifndef SUMMITRY_CELLS_H
#define SUMMITRY_CELLS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef enum { FINE, DOUBTFUL, NOT_UTF8 } Verdict;
enum { CONTROL = 1, HIGH = 2, UNKNOWN = 8 }; /* traits of text: control characters, or bytes beyond ASCII, are in it */

/* A text that is known. Up to sixteen bytes, its size, its first eight bytes and its last eight say all of it. */
typedef struct {
    uint64_t head, tail;
    const uint8_t *text; /* NULL in an empty slot */
    uint32_t size, index; /* its place among the others */
} Known;

/* Texts that are known: a hash table with open addresses, two thirds full at most. */
typedef struct {
    Known *slots;
    size_t mask;
    int shift; /* of a hash of 32 bits, which leaves a slot */
} KnownTexts;

/* How the values of a column are handed on: as texts, as the indices of known texts, as whether they are there; others
   than texts as they are. */
typedef enum {
    AS_TEXT = 't', AS_INDEX = 'i', AS_PRESENCE = 'p', DAYS = 'd', INTEGERS = 'l', NUMBERS = 'g', TRUTHS = 'b'
} Kind;

enum { LETTER = 1, JOINT = 2, MOST_RANGES = 3 };

/* The letters of words as ranges of bytes, each by its first byte and how many follow, and the joint between words. */
typedef struct {
    uint8_t first[MOST_RANGES], span[MOST_RANGES], joint;
    int known; /* whether letters can be told so */
} Ranges;

/* What to make of the cells of a column. */
typedef struct {
    const KnownTexts *known;   /* any other text is doubtful; NULL where others may come */
    const uint8_t *letters;    /* of words, by byte; any other text is doubtful; NULL where others may come */
    Ranges ranges;             /* the same */
    int64_t shortest, longest; /* words and free text have so many characters; shortest is negative for other text */
    int asked;                 /* whether it is a column of the table at all */
    int required;
    int wanted;                /* whether its values are handed on */
    Kind kind;                 /* and how */
} Column;

static inline uint64_t eight_bytes(const uint8_t *p) {
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

static inline uint32_t four_bytes(const uint8_t *p) {
    uint32_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

/* Return the ends of a text; they overlap where it has less than sixteen bytes. */
static inline Known ends_of(const uint8_t *p, size_t size) {
    Known found = {0, 0, p, (uint32_t)size, 0};
    if (size >= 8) {
        found.head = eight_bytes(p);
        found.tail = eight_bytes(p + size - 8);
    } else if (size >= 4) {
        found.head = four_bytes(p);
        found.tail = four_bytes(p + size - 4);
    } else if (size) {
        found.head = p[0] | (uint64_t)p[size / 2] << 8;
        found.tail = p[size - 1];
    }
    return found;
}

/* Return the slot where the search for a text begins: multiplication carries every bit of it to the top. */
static inline size_t first_slot(const KnownTexts *known, const Known *text) {
    uint64_t hash = (text->head ^ (uint64_t)text->size * 0x9E3779B97F4A7C15u) * 0xBF58476D1CE4E5B9u;
    hash = (hash ^ hash >> 32 ^ text->tail) * 0x94D049BB133111EBu;
    return (size_t)(hash >> 32 >> known->shift);
}

static inline int is_same(const Known *one, const Known *other) {
    return one->size == other->size && one->head == other->head && one->tail == other->tail
        && (one->size <= 16 || !memcmp(one->text, other->text, one->size));
}

/* Return the slot that holds a text, or the empty one where it would be. */
static inline Known *slot_of(const KnownTexts *known, const Known *text) {
    size_t at = first_slot(known, text);
    while (known->slots[at].text && !is_same(&known->slots[at], text)) at = (at + 1) & known->mask;
    return &known->slots[at];
}

/* Say whether a character of three bytes is one that nobody sees: a space, a mark of reading direction, the byte order
   mark or the replacement character. It may say yes of one that is harmless. */
static inline int is_unseen(uint32_t c) {
    return (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F)
        || c == 0x1680 || c == 0x3000 || c == 0xFEFF || c == 0xFFFD;
}

/* Return how many bytes a character beyond ASCII has, 0 where they are not UTF-8, and say whether it is unseen. */
static inline size_t read_character(const uint8_t *p, size_t left, int *unseen) {
    uint8_t lead = p[0];
    if (left < 2 || (p[1] & 0xC0) != 0x80) return 0;
    if (lead < 0xE0) { /* C1 controls and the hard space; the Arabic letter mark */
        *unseen |= (lead == 0xC2 && p[1] <= 0xA0) | (lead == 0xD8 && p[1] == 0x9C);
        return lead >= 0xC2 ? 2 : 0;
    }
    if (left < 3 || (p[2] & 0xC0) != 0x80) return 0;
    uint32_t character = (uint32_t)(lead & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    if (lead < 0xF0) {
        *unseen |= is_unseen(character);
        return character >= 0x800 && (character < 0xD800 || character > 0xDFFF) ? 3 : 0;
    }
    if (left < 4 || (p[3] & 0xC0) != 0x80 || lead > 0xF4) return 0;
    character = (character & 0x7FFF) << 6 | (p[3] & 0x3F);
    return character >= 0x10000 && character <= 0x10FFFF ? 4 : 0;
}

/* Return the number of characters of a text, or -1 where it is not UTF-8, and say whether one of them is unseen. */
static int64_t count_characters(const uint8_t *p, size_t size, int *unseen) {
    const uint8_t *end = p + size;
    int64_t count = 0;
    while (p < end) {
        if (end - p >= 8 && !(eight_bytes(p) & 0x8080808080808080u)) {
            p += 8;
            count += 8;
            continue;
        }
        for (; p < end && *p < 0x80; p++) count++;
        for (; p < end && *p >= 0x80; count++) {
            size_t bytes = read_character(p, (size_t)(end - p), unseen);
            if (!bytes) return -1;
            p += bytes;
        }
    }
    return count;
}

/* Return the traits of a text. */
static inline int traits_of(const uint8_t *p, size_t size) {
    uint8_t high = 0, control = 0;
    for (size_t i = 0; i < size; i++) { /* without a branch, so that compilers take many bytes at once */
        high |= p[i];
        control |= (p[i] < ' ') | (p[i] == 0x7F);
    }
    return (control ? CONTROL : 0) | (high & 0x80 ? HIGH : 0);
}

/* Say whether a text is words of some letters with single joints between them, such as `a-b`. */
static inline int is_words(const uint8_t *letters, const uint8_t *p, size_t size) {
    uint8_t before = JOINT;
    for (size_t i = 0; i < size; i++) {
        uint8_t kind = letters[p[i]];
        if (!kind || (before & kind & JOINT)) return 0;
        before = kind;
    }
    return before == LETTER;
}

static inline int is_within(const Column *column, int64_t characters) {
    return column->shortest <= characters && characters <= column->longest;
}

/* Return the known text that is the same as another, or NULL. */
static inline const Known *find_known(const KnownTexts *known, const uint8_t *p, size_t size) {
    if (size > UINT32_MAX) return NULL;
    Known text = ends_of(p, size), *slot = slot_of(known, &text);
    return slot->text ? slot : NULL;
}

/* Say whether a text is one of those that are expected, where they can be told. */
static inline int is_expected(const Column *column, const uint8_t *p, size_t size) {
    if (column->letters) return is_words(column->letters, p, size) && is_within(column, (int64_t)size);
    return column->known && find_known(column->known, p, size);
}

/* Say whether free text neither begins as a formula does, nor begins or ends with a space. */
static inline int is_bordered(const uint8_t *p, size_t size) {
    return p[0] != ' ' && p[size - 1] != ' ' && !memchr("=+-@", p[0], 4);
}

/* Judge a cell that is not empty.

   Of its bytes, `doubled` are quotation marks that stand for the one before them. Other text that is not known is left
   to those who judge after us, as long as all of its characters can be seen. */
static inline Verdict judge(const Column *column, const uint8_t *p, size_t size, int traits, size_t doubled) {
    if (!doubled && is_expected(column, p, size)) return FINE;
    if (traits == UNKNOWN) traits = traits_of(p, size);
    int unseen = traits & CONTROL;
    int64_t characters = traits & HIGH ? count_characters(p, size, &unseen) : (int64_t)size;
    if (characters < 0) return NOT_UTF8;
    if (!column->asked) return FINE;
    if (column->known || column->letters || unseen) return DOUBTFUL;
    if (column->shortest < 0) return FINE;
    if (!is_within(column, characters - (int64_t)doubled)) return DOUBTFUL;
    return is_bordered(p, size) ? FINE : DOUBTFUL;
}

#endif
