/* The module `summitry._native`: a first look at cells in machine code.

   It only decides which rows are judged; what is wrong with them is said elsewhere (`sieve`, `judgement`). */
#define PY_SSIZE_T_CLEAN
#ifndef Py_GIL_DISABLED
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>

#include "batches.h"
#include "records.h"

/* ---- known texts ---- */

static void free_known(PyObject *capsule) {
    KnownTexts *known = PyCapsule_GetPointer(capsule, "known");
    for (size_t i = 0; i <= known->mask; i++) free((void *)known->slots[i].text);
    free(known->slots);
    free(known);
}

/* Add a text, unless it is there. */
static int add_text(KnownTexts *known, PyObject *given) {
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(given, &size);
    if (!bytes) return 0;
    Known text = ends_of((const uint8_t *)bytes, (size_t)size), *slot = slot_of(known, &text);
    if (slot->text) return 1;
    uint8_t *copy = malloc((size_t)size + 1);
    if (!copy) return PyErr_NoMemory(), 0;
    memcpy(copy, bytes, (size_t)size);
    *slot = text;
    slot->text = copy;
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
        if (!add_text(known, PyList_GetItem(texts, i))) Py_CLEAR(capsule);
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
    const char *letters;
    Py_ssize_t count;
    long long shortest, longest;
    if (given == Py_None) return 1;
    if (!PyTuple_Check(given)) return PyErr_SetString(PyExc_TypeError, "a column is a tuple or None"), 0;
    if (!PyArg_ParseTuple(given, "Oz#LLpz", &texts, &letters, &count, &shortest, &longest, &column->required,
                          &column->wanted)) return 0;
    if (letters && count != 256) return PyErr_SetString(PyExc_ValueError, "letters are told for 256 bytes"), 0;
    column->asked = 1;
    column->letters = (const uint8_t *)letters;
    column->shortest = shortest;
    column->longest = longest;
    if (texts != Py_None) column->known = PyCapsule_GetPointer(texts, "known");
    return texts == Py_None || column->known;
}

static PyObject *plan(PyObject *Py_UNUSED(module), PyObject *columns) {
    if (!PyTuple_Check(columns)) return PyErr_SetString(PyExc_TypeError, "columns are a tuple, which stays as it is"), NULL;
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
        plan->wanted += described[k].wanted != NULL;
    }
    return capsule;
}

/* ---- records ---- */

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

/* Return the columns of records: whether they are doubtful, where they begin and the last ends, and wanted texts. */
static PyObject *columns_of(Records *records, size_t wanted) {
    PyObject *list = PyList_New(0);
    size_t n = records->count;
    int fine = list && append(list, "b", n, &(Buffers){{NULL, taken(&records->doubtful)}, 2})
        && append(list, "l", n + 1, &(Buffers){{NULL, taken(&records->starts)}, 2});
    for (size_t i = 0; fine && i < wanted; i++) {
        Texts *texts = &records->texts[i];
        int64_t *size = malloc(sizeof *size);
        if (size) *size = (int64_t)texts->used;
        fine = size && append(list, "vu", n, &(Buffers){
            {taken(&texts->valid), taken(&texts->views), taken(&texts->text), size}, 4});
    }
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

/* ---- batches ---- */

static PyObject *proven(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *given[3];
    if (!PyArg_ParseTuple(args, "OOO", &given[0], &given[1], &given[2])) return NULL;
    const Plan *plan = PyCapsule_GetPointer(given[0], "plan");
    const struct ArrowSchema *schema = plan ? PyCapsule_GetPointer(given[1], "arrow_schema") : NULL;
    const struct ArrowArray *batch = schema ? PyCapsule_GetPointer(given[2], "arrow_array") : NULL;
    if (!batch) return NULL;
    if (strcmp(schema->format, "+s") || batch->n_children != (int64_t)plan->width || batch->offset) {
        return PyErr_SetString(PyExc_ValueError, "a batch has the columns that are planned"), NULL;
    }
    char *found = malloc(plan->width + 1);
    if (!found) return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    for (size_t k = 0; k < plan->width; k++) {
        found[k] = (char)is_proven(&plan->columns[k], schema->children[k], batch->children[k]);
    }
    Py_END_ALLOW_THREADS
    PyObject *told = PyBytes_FromStringAndSize(found, (Py_ssize_t)plan->width);
    free(found);
    return told;
}

static PyMethodDef methods[] = {
    {"known", known, METH_O, "Return texts, ready to be looked up."},
    {"plan", plan, METH_O, "Return what to make of the columns of a file."},
    {"sift", sift, METH_VARARGS, "Return what the first look at records finds, or None where they are not sound."},
    {"proven", proven, METH_VARARGS, "Return for each column of a batch of Arrow whether all of its texts are fine."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "A first look at cells in machine code.", 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void) {
    set_classes();
    PyObject *module = PyModule_Create(&definition);
#ifdef Py_GIL_DISABLED
    if (module) PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED); /* what is shared is only read */
#endif
    return module;
}
