/* Columns of a Parquet file for Python: begun, read and handed on. */
#ifndef SUMMITRY_PYCHUNKS_H
#define SUMMITRY_PYCHUNKS_H

#include "columns.h"
#include "pages.h"
#include "zstd.h"

static void free_chunk_of(PyObject *capsule) {
    free_chunk(PyCapsule_GetPointer(capsule, "chunk"));
    Py_XDECREF((PyObject *)PyCapsule_GetContext(capsule));
}

/* Return the column of a plan, or NULL where there is none to look at. */
static const Column *column_of(PyObject *capsule, Py_ssize_t at) {
    const Plan *plan = PyCapsule_GetPointer(capsule, "plan");
    if (!plan) return NULL;
    if (at >= 0 && (size_t)at < plan->width && plan->columns[at].asked) return &plan->columns[at];
    return PyErr_SetString(PyExc_ValueError, "no such column is planned"), NULL;
}

static PyObject *chunk(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    Chunk *made = calloc(1, sizeof *made);
    if (!made) return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(made, "chunk", free_chunk_of);
    if (!capsule) free(made);
    return capsule;
}

/* Say whether the lowest byte of a number comes first, as in the file. */
static int is_little(void) {
    const uint16_t one = 1;
    return *(const uint8_t *)&one;
}

/* Say whether rows can be chosen: numbers in order, of values that are handed on as they are. */
static int are_chosen(const Column *column, const Py_buffer *chosen, Py_ssize_t rows) {
    int64_t before = -1, number;
    if (!chosen->buf) return 1;
    if (!column->wanted || column->kind == AS_INDEX || column->kind == AS_PRESENCE) return 0;
    if (chosen->len % (Py_ssize_t)sizeof number) return 0;
    for (Py_ssize_t at = 0; at < chosen->len; at += (Py_ssize_t)sizeof number, before = number) {
        memcpy(&number, (const char *)chosen->buf + at, sizeof number);
        if (number <= before || number >= rows) return 0;
    }
    return 1;
}

static PyObject *begin(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *capsule, *plan;
    Py_ssize_t at, rows;
    int optional, begun = 0;
    Py_buffer chosen;
    if (!PyArg_ParseTuple(args, "OOnnpz*", &capsule, &plan, &at, &rows, &optional, &chosen)) return NULL;
    Chunk *chunk = PyCapsule_GetPointer(capsule, "chunk");
    const Column *column = chunk ? column_of(plan, at) : NULL;
    int64_t *copy = NULL;
    int is_known = column && (column->kind != AS_INDEX || column->known);
    if (column && (!is_known || rows < 0 || rows > INT32_MAX || !are_chosen(column, &chosen, rows) || !is_little())) {
        PyErr_SetString(PyExc_ValueError, "rows are chosen by their numbers, of columns that are handed on");
    } else if (column && (!chosen.buf || (copy = malloc((size_t)chosen.len + 1)))) {
        if (copy) memcpy(copy, chosen.buf, (size_t)chosen.len);
        begun = begin_chunk(chunk, column, optional, (size_t)rows, copy, (size_t)chosen.len / sizeof *copy);
        Py_XDECREF((PyObject *)PyCapsule_GetContext(capsule));
        PyCapsule_SetContext(capsule, Py_NewRef(plan)); /* it holds the column */
    }
    if (chosen.obj) PyBuffer_Release(&chosen);
    if (!begun) return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* Unpacks with what Python gives, or with zstd where it gives nothing. */
typedef struct {
    Unpacker base;
    PyObject *given;
    PyThreadState *state; /* while Python's lock is not held */
    void *context;
} AnyUnpacker;

static int unpack_zstd(Unpacker *base, const uint8_t *packed, size_t size, uint8_t *to, size_t wanted) {
    return zstd.unpack(((AnyUnpacker *)base)->context, to, wanted, packed, size) == wanted;
}

/* Copy what Python has unpacked; an error that it tells stays told. */
static int copy_unpacked(PyObject *found, uint8_t *to, size_t wanted) {
    Py_buffer buffer;
    if (!found || PyObject_GetBuffer(found, &buffer, PyBUF_SIMPLE)) return 0;
    int fits = (size_t)buffer.len == wanted;
    if (fits) memcpy(to, buffer.buf, wanted);
    PyBuffer_Release(&buffer);
    return fits;
}

static int unpack_by_python(Unpacker *base, const uint8_t *packed, size_t size, uint8_t *to, size_t wanted) {
    AnyUnpacker *self = (AnyUnpacker *)base;
    PyEval_RestoreThread(self->state);
    PyObject *view = PyMemoryView_FromMemory((char *)packed, (Py_ssize_t)size, PyBUF_READ);
    PyObject *found = view ? PyObject_CallFunction(self->given, "On", view, (Py_ssize_t)wanted) : NULL;
    int fits = copy_unpacked(found, to, wanted);
    Py_XDECREF(found);
    Py_XDECREF(view);
    self->state = PyEval_SaveThread();
    return fits;
}

/* Read pages; return the outcome. */
static Outcome read_with(Chunk *chunk, Bytes *bytes, int is_packed, PyObject *given) {
    AnyUnpacker unpacker = {{given == Py_None ? unpack_zstd : unpack_by_python}, given, NULL, NULL};
    if (is_packed && given == Py_None && !(unpacker.context = zstd.new_context())) return NO_MEMORY;
    unpacker.state = PyEval_SaveThread();
    Outcome outcome = read_pages(chunk, bytes, is_packed ? &unpacker.base : NULL);
    PyEval_RestoreThread(unpacker.state);
    if (unpacker.context) zstd.free_context(unpacker.context);
    return outcome;
}

/* Return how many bytes have been read and how many rows are still to come, or None where the bytes are not sound. */
static PyObject *read_some(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *capsule, *unpack, *told = NULL;
    Py_buffer buffer;
    int is_packed;
    if (!PyArg_ParseTuple(args, "Oy*pO", &capsule, &buffer, &is_packed, &unpack)) return NULL;
    Chunk *chunk = PyCapsule_GetPointer(capsule, "chunk");
    if (chunk && is_packed && unpack == Py_None && !zstd.unpack) PyErr_SetString(PyExc_ValueError, "there is no zstd");
    if (!PyErr_Occurred()) {
        Bytes bytes = {buffer.buf, (const uint8_t *)buffer.buf + buffer.len};
        Outcome outcome = read_with(chunk, &bytes, is_packed, unpack);
        Py_ssize_t used = bytes.p - (const uint8_t *)buffer.buf;
        if (PyErr_Occurred()) told = NULL;
        else if (outcome == NO_MEMORY) told = PyErr_NoMemory();
        else if (outcome == UNSOUND) told = Py_NewRef(Py_None);
        else told = Py_BuildValue("nn", used, (Py_ssize_t)(chunk->rows - chunk->row));
    }
    PyBuffer_Release(&buffer);
    return told;
}

/* Append which rows are doubtful, or None where none is. */
static int append_doubts(PyObject *list, Chunk *chunk) {
    if (!chunk->doubts) return !PyList_Append(list, Py_None);
    chunk->doubtful.room = 0;
    return append(list, "b", chunk->rows, &(Buffers){{NULL, taken(&chunk->doubtful.bytes)}, 2});
}

/* Append the values that a chunk hands on, or None where it hands none on. */
static int append_values(PyObject *list, Chunk *chunk) {
    static const char *const formats[] = {
        [AS_INDEX] = "C", [AS_PRESENCE] = "b", [DAYS] = "tdD", [INTEGERS] = "l", [NUMBERS] = "g", [TRUTHS] = "b"};
    size_t length = handed_on(chunk);
    if (!chunk->column->wanted) return !PyList_Append(list, Py_None);
    if (chunk->column->kind == AS_TEXT) return append_text(list, length, &chunk->texts);
    const void *valid = taken(&chunk->texts.valid), *values = taken(&chunk->texts.views);
    return append(list, formats[chunk->column->kind], length, &(Buffers){{valid, values}, 2});
}

/* Return which rows are doubtful, and the values that are handed on; both are taken out of the chunk. */
static PyObject *found(PyObject *Py_UNUSED(module), PyObject *capsule) {
    Chunk *chunk = PyCapsule_GetPointer(capsule, "chunk");
    if (!chunk) return NULL;
    if (!chunk->column || chunk->row < chunk->rows) return PyErr_SetString(PyExc_ValueError, "rows are missing"), NULL;
    PyObject *list = PyList_New(0), *pair = NULL;
    if (list && append_doubts(list, chunk) && append_values(list, chunk)) pair = PyList_AsTuple(list);
    Py_XDECREF(list);
    if (!chunk->texts.text) chunk->texts.room = 0;
    chunk->column = NULL;
    return pair;
}

#endif
