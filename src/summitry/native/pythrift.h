/* What Thrift's compact protocol holds, as Python's own objects. A structure is a dict; the key of a field is its
   number times 16 and its kind: one of another kind than it should have is not found, as whoever else reads it passes
   over it. */
#ifndef SUMMITRY_PYTHRIFT_H
#define SUMMITRY_PYTHRIFT_H

#include "thrift.h"

enum { DEEPEST_OBJECT = 16, MOST_OBJECTS = 1 << 20 };

/* What is read, and how many more structures may come. */
typedef struct {
    Bytes bytes;
    long left;
} Objects;

static PyObject *read_object(Objects *objects, int kind, int depth);

static PyObject *read_binary(Bytes *bytes) {
    uint64_t size;
    if (!read_varint(bytes, &size) || size > left_of(bytes)) return NULL;
    bytes->p += size;
    return PyBytes_FromStringAndSize((const char *)bytes->p - size, (Py_ssize_t)size);
}

/* Read a list of structures; others are passed over, and None stands for them. */
static PyObject *read_list(Objects *objects, int kind, int depth) {
    Bytes *bytes = &objects->bytes;
    if (bytes->p == bytes->end) return NULL;
    if ((*bytes->p & 0x0F) != STRUCT) return skip_value(bytes, kind, 0) ? Py_NewRef(Py_None) : NULL;
    uint64_t count = *bytes->p++ >> 4;
    if (count == 15 && !read_varint(bytes, &count)) return NULL;
    if (count > left_of(bytes)) return NULL; /* each has a byte at least */
    PyObject *list = PyList_New(0);
    for (uint64_t i = 0; list && i < count; i++) {
        PyObject *value = read_object(objects, STRUCT, depth);
        if (!value || PyList_Append(list, value)) Py_CLEAR(list);
        Py_XDECREF(value);
    }
    return list;
}

/* Keep the value of a field, unless there is one already; return whether it is kept. */
static int keep_field(PyObject *fields, int64_t id, int kind, PyObject *value) {
    PyObject *key = PyLong_FromLongLong(id * 16 + kind);
    int kept = key && PyDict_Contains(fields, key) == 0 && !PyDict_SetItem(fields, key, value);
    Py_XDECREF(key);
    return kept;
}

static PyObject *read_object_struct(Objects *objects, int depth) {
    Bytes *bytes = &objects->bytes;
    PyObject *fields = objects->left-- > 0 ? PyDict_New() : NULL;
    int64_t id = 0;
    while (fields && bytes->p < bytes->end) {
        uint8_t head = *bytes->p++;
        int kind = head & 0x0F, is_truth = kind == YES || kind == NO;
        if (!head) return fields;
        PyObject *value = !read_id(bytes, head, id, &id) ? NULL
            : is_truth ? PyBool_FromLong(kind == YES) : read_object(objects, kind, depth);
        if (!value || !keep_field(fields, id, is_truth ? YES : kind, value)) Py_CLEAR(fields);
        Py_XDECREF(value);
    }
    Py_XDECREF(fields);
    return NULL;
}

/* Read a value of a field that is no truth. */
static PyObject *read_object(Objects *objects, int kind, int depth) {
    uint64_t number;
    if (depth == DEEPEST_OBJECT) return NULL;
    switch (kind) {
        case INT16: case INT32: case INT64:
            return read_varint(&objects->bytes, &number) ? PyLong_FromLongLong(signed_number(number)) : NULL;
        case BINARY: return read_binary(&objects->bytes);
        case LIST: case SET: return read_list(objects, kind, depth);
        case STRUCT: return read_object_struct(objects, depth + 1);
        default: return skip_value(&objects->bytes, kind, 0) ? Py_NewRef(Py_None) : NULL;
    }
}

/* Return a structure, or None where there is none. */
static PyObject *structure(PyObject *Py_UNUSED(module), PyObject *given) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(given, &buffer, PyBUF_SIMPLE)) return NULL;
    Objects objects = {{buffer.buf, (const uint8_t *)buffer.buf + buffer.len}, MOST_OBJECTS};
    PyObject *found = read_object(&objects, STRUCT, 0);
    PyBuffer_Release(&buffer);
    return found || PyErr_Occurred() ? found : Py_NewRef(Py_None);
}

#endif
