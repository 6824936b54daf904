/* Columns from and for other libraries, by Arrow's C data interface
   (https://arrow.apache.org/docs/format/CDataInterface.html), in capsules of Python. */
#ifndef SUMMITRY_ARROW_H
#define SUMMITRY_ARROW_H

#include <stdint.h>
#include <stdlib.h>

struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

enum { NULLABLE = 2, UNKNOWN_NULLS = -1 };

/* The memory of a column: what is valid, then what its format has. */
typedef struct {
    const void *memory[4];
    int count;
} Buffers;

static void free_memory(const Buffers *buffers) {
    for (int i = 0; i < buffers->count; i++) free((void *)buffers->memory[i]);
}

static void release_schema(struct ArrowSchema *schema) { schema->release = NULL; }

static void release_array(struct ArrowArray *array) {
    free_memory(array->private_data);
    free(array->private_data);
    array->release = NULL;
}

/* What nobody has taken out of a capsule goes with it. */
static void free_schema(PyObject *capsule) { free(PyCapsule_GetPointer(capsule, "arrow_schema")); }

static void free_array(PyObject *capsule) {
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
    if (array->release) array->release(array);
    free(array);
}

/* Return a column as a tuple of capsules, of schema and array; its memory belongs to them, or is freed. */
static PyObject *exported(const char *format, size_t length, const Buffers *given) {
    struct ArrowSchema *schema = malloc(sizeof *schema);
    struct ArrowArray *array = malloc(sizeof *array);
    Buffers *buffers = malloc(sizeof *buffers);
    if (!schema || !array || !buffers) {
        free_memory(given);
        free(schema);
        free(array);
        free(buffers);
        return PyErr_NoMemory();
    }
    *buffers = *given;
    *schema = (struct ArrowSchema){format, "", NULL, NULLABLE, 0, NULL, NULL, release_schema, NULL};
    *array = (struct ArrowArray){(int64_t)length, given->memory[0] ? UNKNOWN_NULLS : 0, 0, given->count, 0,
                                 buffers->memory, NULL, NULL, release_array, buffers};
    PyObject *described = PyCapsule_New(schema, "arrow_schema", free_schema);
    PyObject *held = PyCapsule_New(array, "arrow_array", free_array);
    return Py_BuildValue("NN", described, held);
}

#endif
