/* The module `summitry._native`: a first look at cells in machine code.

   It only decides which rows are judged; what is wrong with them is said elsewhere (`sieve`, `judgement`). */
#define PY_SSIZE_T_CLEAN
#ifndef Py_GIL_DISABLED
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>

#include "columns.h"
#include "pychunks.h"
#include "pyhashes.h"
#include "pythrift.h"

/* ---- known texts ---- */

static void free_known(PyObject *capsule) {
    KnownTexts *known = PyCapsule_GetPointer(capsule, "known");
    for (size_t i = 0; i <= known->mask; i++) free((void *)known->slots[i].text);
    free(known->slots);
    free(known);
}

/* Add a text, unless it is there. */
static int add_text(KnownTexts *known, PyObject *given, Py_ssize_t index) {
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(given, &size);
    if (!bytes) return 0;
    if (size > UINT32_MAX) return PyErr_SetString(PyExc_ValueError, "a text is too long to be known"), 0;
    Known text = ends_of((const uint8_t *)bytes, (size_t)size), *slot = slot_of(known, &text);
    if (slot->text) return 1;
    uint8_t *copy = malloc((size_t)size + 1);
    if (!copy) return PyErr_NoMemory(), 0;
    memcpy(copy, bytes, (size_t)size);
    *slot = text;
    slot->text = copy;
    slot->index = (uint32_t)index;
    return 1;
}

static PyObject *known(PyObject *Py_UNUSED(module), PyObject *texts) {
    if (!PyList_Check(texts)) return PyErr_SetString(PyExc_TypeError, "texts are a list"), NULL;
    Py_ssize_t count = PyList_Size(texts);
    KnownTexts *known = calloc(1, sizeof *known);
    size_t room = 16;
    int shift = 28;
    for (; room < (size_t)count + (size_t)count / 2; room *= 2) shift--;
    Known *slots = calloc(room, sizeof *slots);
    if (!known || !slots) {
        free(known);
        free(slots);
        return PyErr_NoMemory();
    }
    *known = (KnownTexts){slots, room - 1, shift};
    PyObject *capsule = PyCapsule_New(known, "known", free_known);
    for (Py_ssize_t i = 0; capsule && i < count; i++)
        if (!add_text(known, PyList_GetItem(texts, i), i)) Py_CLEAR(capsule);
    return capsule;
}

/* ---- plans ---- */

static void free_plan(PyObject *capsule) {
    Plan *plan = PyCapsule_GetPointer(capsule, "plan");
    Py_XDECREF((PyObject *)PyCapsule_GetContext(capsule));
    free(plan->columns);
    free(plan);
}

/* Read what to make of a column; None stands for one that is not of the table. */
static int read_column(PyObject *given, Column *column) {
    PyObject *texts;
    const char *letters, *kind;
    Py_ssize_t count;
    long long shortest, longest;
    if (given == Py_None) return 1;
    if (!PyTuple_Check(given)) return PyErr_SetString(PyExc_TypeError, "a column is a tuple or None"), 0;
    if (!PyArg_ParseTuple(given, "Oz#LLpz", &texts, &letters, &count, &shortest, &longest, &column->required,
                          &kind)) return 0;
    if (kind && (strlen(kind) != 1 || !strchr("tipdlgb", *kind))) {
        return PyErr_SetString(PyExc_ValueError, "no values are handed on so"), 0;
    }
    if (letters && count != 256) return PyErr_SetString(PyExc_ValueError, "letters are told for 256 bytes"), 0;
    column->asked = 1;
    column->wanted = kind != NULL;
    column->kind = kind ? (Kind)*kind : AS_TEXT;
    column->letters = (const uint8_t *)letters;
    if (letters) column->ranges = ranges_of(column->letters);
    column->shortest = shortest;
    column->longest = longest;
    if (texts != Py_None) column->known = PyCapsule_GetPointer(texts, "known");
    return texts == Py_None || column->known;
}

static PyObject *plan(PyObject *Py_UNUSED(module), PyObject *columns) {
    if (!PyTuple_Check(columns)) return PyErr_SetString(PyExc_TypeError, "columns are a tuple"), NULL;
    Py_ssize_t width = PyTuple_Size(columns);
    Plan *plan = calloc(1, sizeof *plan);
    Column *described = calloc((size_t)width + 1, sizeof *described);
    if (!plan || !described) {
        free(plan);
        free(described);
        return PyErr_NoMemory();
    }
    *plan = (Plan){(size_t)width, 0, described};
    PyObject *capsule = PyCapsule_New(plan, "plan", free_plan);
    if (!capsule || PyCapsule_SetContext(capsule, Py_NewRef(columns))) return NULL; /* it holds names and texts */
    for (Py_ssize_t k = 0; k < width; k++) {
        if (!read_column(PyTuple_GetItem(columns, k), &described[k])) return Py_DECREF(capsule), NULL;
        plan->wanted += (size_t)described[k].wanted;
    }
    return capsule;
}

/* ---- records ---- */

/* Return the columns of records: whether they are doubtful, where they begin and the last ends, and wanted texts. */
static PyObject *columns_of(Records *records, size_t wanted) {
    PyObject *list = PyList_New(0);
    size_t n = records->count;
    int fine = list && append(list, "b", n, &(Buffers){{NULL, taken(&records->doubtful)}, 2})
        && append(list, "l", n + 1, &(Buffers){{NULL, taken(&records->starts)}, 2});
    for (size_t i = 0; fine && i < wanted; i++) fine = append_text(list, n, &records->texts[i]);
    if (!fine) Py_CLEAR(list);
    return list;
}

static PyObject *sift(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *capsule, *columns = NULL;
    Py_buffer bytes;
    Records records = {0};
    Outcome outcome = NO_MEMORY;
    if (!PyArg_ParseTuple(args, "Oy*", &capsule, &bytes)) return NULL;
    const Plan *plan = PyCapsule_GetPointer(capsule, "plan");
    if (plan && (records.texts = calloc(plan->wanted + 1, sizeof *records.texts))) {
        Py_BEGIN_ALLOW_THREADS
        outcome = read_records(plan, bytes.buf, (size_t)bytes.len, &records);
        Py_END_ALLOW_THREADS
        if (outcome == SOUND) columns = columns_of(&records, plan->wanted);
        free_records(&records, plan->wanted);
    }
    PyBuffer_Release(&bytes);
    if (PyErr_Occurred()) return NULL;
    if (outcome == UNSOUND) Py_RETURN_NONE;
    if (!columns) return PyErr_NoMemory();
    return Py_BuildValue("nnN", (Py_ssize_t)records.count, (Py_ssize_t)records.lines, columns);
}

static PyMethodDef methods[] = {
    {"known", known, METH_O, "Return texts, ready to be looked up."},
    {"plan", plan, METH_O, "Return what to make of the columns of a file."},
    {"sift", sift, METH_VARARGS, "Return what the first look at records finds, or None where they are not sound."},
    {"structure", structure, METH_O, "Return a structure of Thrift, as the footer of a Parquet file is one."},
    {"chunk", chunk, METH_NOARGS, "Return memory for one column of a row group of Parquet after the other."},
    {"begin", begin, METH_VARARGS, "Begin to read a column of a row group."},
    {"read", read_some, METH_VARARGS, "Read pages of a column; return how many bytes, and how many rows are to come."},
    {"found", found, METH_O, "Return which rows of a column are doubtful, and its values."},
    {"store", store, METH_O, "Return a place for so many hashes, or more."},
    {"add", add, METH_VARARGS, "Add hashes."},
    {"twice", twice, METH_VARARGS, "Return the hashes of a share of two places that stand more than once, mixed."},
    {"among", among, METH_VARARGS, "Return the rows whose hash is among some that are mixed."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "A first look at cells in machine code.", 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void) {
    set_classes();
    find_zstd();
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddObjectRef(module, "HAS_ZSTD", zstd.unpack ? Py_True : Py_False)) Py_CLEAR(module);
#ifdef Py_GIL_DISABLED
    if (module) PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED); /* what is shared is only read */
#endif
    return module;
}
