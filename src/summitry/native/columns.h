/* Columns that are handed to Python, as capsules in a list. */
#ifndef SUMMITRY_COLUMNS_H
#define SUMMITRY_COLUMNS_H

#include "arrow.h"
#include "records.h"

/* Append a column to a list; its memory belongs to it from now on. */
static int append(PyObject *list, const char *format, size_t length, const Buffers *buffers) {
    PyObject *column = exported(format, length, buffers);
    int failed = !column || PyList_Append(list, column);
    Py_XDECREF(column);
    return !failed;
}

static void *taken(void *at) {
    void **memory = at, *found = *memory;
    *memory = NULL;
    return found;
}

/* Append a column of texts, likewise. */
static int append_text(PyObject *list, size_t length, Texts *texts) {
    int64_t *size = malloc(sizeof *size);
    if (!size) return PyErr_NoMemory(), 0;
    *size = (int64_t)texts->used;
    return append(list, "vu", length, &(Buffers){
        {taken(&texts->valid), taken(&texts->views), taken(&texts->text), size}, 4});
}

#endif
