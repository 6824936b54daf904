/* Many bytes at once: whether they are UTF-8 and hold only characters that one sees, and spaces. */
#ifndef SUMMITRY_PLAIN_H
#define SUMMITRY_PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The loops have no branches, so that compilers take many bytes at once; where a program can ask its machine, as many
   as that can take. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__)
#define AS_WIDE_AS_THE_MACHINE __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#elif defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define AS_WIDE_AS_THE_MACHINE __attribute__((target_clones("avx2", "default")))
#else
#define AS_WIDE_AS_THE_MACHINE
#endif

enum { BLOCK = 128, BEFORE = 3 }; /* bytes that are looked at together, and how far back a character may begin */

/* Return a byte: its highest bit tells of characters beyond ASCII in a block, all others of control characters. */
static inline uint8_t traits_of_block(const uint8_t *p) {
    uint8_t found = 0;
    for (size_t i = 0; i < BLOCK; i++) found |= (p[i] & 0x80) | (p[i] < ' ') | (p[i] == 0x7F);
    return found;
}

/* Say whether the bytes of a block go on as UTF-8 does after those before it, show every character and hold no rare
   ones: only those are looked at closely that may begin with other bytes than most. Control characters are told by
   `traits_of_block`. */
static inline int shows_usual_characters(const uint8_t *p) {
    uint8_t wrong = 0;
    for (ptrdiff_t i = 0; i < BLOCK; i++) {
        uint8_t b = p[i], b1 = p[i - 1], b2 = p[i - 2], b3 = p[i - 3];
        uint8_t bad = ((b & 0xC0) == 0x80) ^ ((b1 >= 0xC0) | (b2 >= 0xE0));
        bad |= ((uint8_t)(b1 - 0xC0) < 3) | (b1 == 0xD8) | ((b1 & 0xFE) == 0xE0) | (b1 >= 0xED);
        bad |= ((b2 & 0xFD) == 0xE1) | (b2 >= 0xEF) | (b3 >= 0xF0);
        bad |= (b2 == 0xE2) & ((b1 != 0x80) | ((b & 0xF0) == 0x80) | ((b & 0xF8) == 0xA8));
        wrong |= bad;
    }
    return !wrong;
}

/* Say the same of all characters. What cannot be seen is told by `is_unseen`; here some more is refused that is
   harmless and rare, such as planes beyond the first. */
static inline int shows_characters(const uint8_t *p) {
    uint8_t wrong = 0;
    for (ptrdiff_t i = 0; i < BLOCK; i++) {
        uint8_t b = p[i], b1 = p[i - 1], b2 = p[i - 2], b3 = p[i - 3];
        uint8_t bad = ((b & 0xC0) == 0x80) ^ ((b1 >= 0xC0) | (b2 >= 0xE0) | (b3 >= 0xF0));
        bad |= ((b1 & 0xFE) == 0xC0) | (b1 > 0xF0);
        bad |= ((b1 == 0xE0) & (b < 0xA0)) | ((b1 == 0xED) & (b > 0x9F)) | ((b1 == 0xF0) & (b < 0x90));
        bad |= ((b1 == 0xC2) & (b <= 0xA0)) | ((b1 == 0xD8) & (b == 0x9C)); /* U+0080 to U+00A0; U+061C */
        bad |= (b2 == 0xE2) & (b1 == 0x80) & (((b & 0xF0) == 0x80) | ((b & 0xF8) == 0xA8)); /* among U+2000 to U+202F */
        bad |= ((b2 == 0xE2) & (b1 == 0x81)) | ((b2 == 0xE1) & (b1 == 0x9A)); /* U+2040 to U+207F; U+1680 to U+16BF */
        bad |= (b2 == 0xE3) & (b1 == 0x80) & (b == 0x80); /* U+3000 */
        bad |= (b2 == 0xEF) & ((b1 == 0xBB) | (b1 == 0xBF)); /* U+FEC0 to U+FEFF; U+FFC0 to U+FFFF */
        wrong |= bad;
    }
    return !wrong;
}

/* Say whether bytes are UTF-8 and hold plain characters only. */
AS_WIDE_AS_THE_MACHINE static int is_plain(const uint8_t *p, size_t size) {
    uint8_t copy[BEFORE + BLOCK];
    int plain = 1;
    for (size_t done = 0; plain && size && done <= size; done += BLOCK) { /* a space follows, within no character */
        const uint8_t *block = p + done;
        if (!done || size < done + BLOCK) {
            size_t before = done ? BEFORE : 0, left = done < size ? size - done : 0;
            memset(copy, ' ', sizeof copy);
            memcpy(copy + BEFORE - before, p + done - before, before + (left < BLOCK ? left : BLOCK));
            block = copy + BEFORE;
        }
        uint8_t found = traits_of_block(block);
        int beyond = (found | block[-1]) & 0x80; /* a character that goes on here does so from the byte before */
        plain = !(found & 0x7F) && (!beyond || shows_usual_characters(block) || shows_characters(block));
    }
    return plain;
}

#endif
