/* Hashes of many rows for Python: gathered, and looked for. */
#ifndef SUMMITRY_PYHASHES_H
#define SUMMITRY_PYHASHES_H

#include "arrow.h"
#include "hashes.h"

/* Calls a function with each piece of a column of hashes that another library holds. */
typedef struct Visitor {
    int (*visit)(struct Visitor *self, const uint64_t *hashes, size_t count);
    Store *store;
    const Wanted *wanted;
    Numbers rows;
    size_t row;
} Visitor;

/* Visit the next piece of a stream; `more` tells whether there was one. */
static int visit_piece(struct ArrowArrayStream *stream, Visitor *visitor, int *more) {
    struct ArrowArray array;
    int fine = 0;
    if (stream->get_next(stream, &array)) return PyErr_SetString(PyExc_ValueError, "hashes cannot be read"), 0;
    *more = array.release != NULL;
    if (!*more) return 1;
    if (array.null_count) {
        PyErr_SetString(PyExc_ValueError, "a row has no hash");
    } else {
        const uint64_t *hashes = array.length ? (const uint64_t *)array.buffers[1] + array.offset : NULL;
        Py_BEGIN_ALLOW_THREADS
        fine = visitor->visit(visitor, hashes, (size_t)array.length);
        Py_END_ALLOW_THREADS
        if (!fine) PyErr_NoMemory();
    }
    array.release(&array);
    return fine;
}

/* Visit all hashes of a stream. */
static int visit_all(PyObject *capsule, Visitor *visitor) {
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    struct ArrowSchema schema;
    int more = 1;
    if (!stream) return 0;
    if (stream->get_schema(stream, &schema)) return PyErr_SetString(PyExc_ValueError, "hashes cannot be read"), 0;
    int fine = !strcmp(schema.format, "L");
    schema.release(&schema);
    if (!fine) return PyErr_SetString(PyExc_ValueError, "hashes have 64 bits"), 0;
    while (fine && more) fine = visit_piece(stream, visitor, &more);
    return fine;
}

static void free_store(PyObject *capsule) { drop_store(PyCapsule_GetPointer(capsule, "store")); }

static PyObject *store(PyObject *Py_UNUSED(module), PyObject *rows) {
    size_t count = PyLong_AsSize_t(rows);
    Store *made = PyErr_Occurred() ? NULL : calloc(1, sizeof *made);
    if (!made) return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    if (!reserve_hashes(made, count)) return drop_store(made), PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(made, "store", free_store);
    if (!capsule) drop_store(made);
    return capsule;
}

static int visit_to_add(Visitor *self, const uint64_t *hashes, size_t count) {
    return add_hashes(self->store, hashes, count);
}

static PyObject *add(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *capsule, *stream;
    Visitor visitor = {.visit = visit_to_add};
    if (!PyArg_ParseTuple(args, "OO", &capsule, &stream)) return NULL;
    if (!(visitor.store = PyCapsule_GetPointer(capsule, "store")) || !visit_all(stream, &visitor)) return NULL;
    Py_RETURN_NONE;
}

/* Return numbers as a column, which has their memory then. */
static PyObject *numbers_as_column(int fine, Numbers *numbers) {
    if (fine) return exported("L", numbers->count, &(Buffers){{NULL, numbers->numbers}, 2});
    free(numbers->numbers);
    return PyErr_Occurred() ? NULL : PyErr_NoMemory();
}

static PyObject *twice(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *one, *other;
    unsigned share, of;
    Numbers found = {0};
    int fine;
    if (!PyArg_ParseTuple(args, "OOII", &one, &other, &share, &of)) return NULL;
    const Store *const stores[] = {PyCapsule_GetPointer(one, "store"), PyCapsule_GetPointer(other, "store")};
    if (!stores[0] || !stores[1]) return NULL;
    if (share >= of || of > BUCKETS) return PyErr_SetString(PyExc_ValueError, "there is no such share"), NULL;
    Py_BEGIN_ALLOW_THREADS
    fine = find_twice(stores, 2, share, of, &found);
    Py_END_ALLOW_THREADS
    return numbers_as_column(fine, &found);
}

static int visit_to_collect(Visitor *self, const uint64_t *hashes, size_t count) {
    int fine = 1;
    for (size_t i = 0; fine && i < count; i++) fine = add_number(&self->rows, hashes[i]);
    return fine;
}

static int visit_to_find(Visitor *self, const uint64_t *hashes, size_t count) {
    int fine = find_wanted(self->wanted, hashes, count, self->row, &self->rows);
    self->row += count;
    return fine;
}

static PyObject *among(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *hashes, *mixed_hashes;
    Py_ssize_t row;
    Wanted wanted = {0};
    Visitor collecting = {.visit = visit_to_collect}, finding = {.visit = visit_to_find, .wanted = &wanted};
    if (!PyArg_ParseTuple(args, "OOn", &hashes, &mixed_hashes, &row)) return NULL;
    finding.row = (size_t)row;
    int fine = visit_all(mixed_hashes, &collecting) && want(&wanted, &collecting.rows) && visit_all(hashes, &finding);
    free(collecting.rows.numbers);
    free(wanted.set.slots);
    return numbers_as_column(fine, &finding.rows);
}

#endif
