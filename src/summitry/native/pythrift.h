/* What Thrift's compact protocol holds, as Python's own objects: a structure is a dict by the numbers of its fields. */
#ifndef SUMMITRY_PYTHRIFT_H
#define SUMMITRY_PYTHRIFT_H

#include "thrift.h"

enum { DEEPEST_OBJECT = 16 };

static PyObject *read_object(Bytes *bytes, int kind, int depth);

static PyObject *read_binary(Bytes *bytes) {
    uint64_t size;
    if (!read_varint(bytes, &size) || size > left_of(bytes)) return NULL;
    bytes->p += size;
    return PyBytes_FromStringAndSize((const char *)bytes->p - size, (Py_ssize_t)size);
}

static PyObject *read_list(Bytes *bytes, int depth) {
    if (bytes->p == bytes->end) return NULL;
    int kind = *bytes->p & 0x0F;
    uint64_t count = *bytes->p++ >> 4;
    if (count == 15 && !read_varint(bytes, &count)) return NULL;
    if (count > left_of(bytes)) return NULL; /* each has a byte at least */
    PyObject *list = PyList_New(0);
    for (uint64_t i = 0; list && i < count; i++) {
        PyObject *value = read_object(bytes, kind == NO ? YES : kind, depth + 1);
        if (!value || PyList_Append(list, value)) Py_CLEAR(list);
        Py_XDECREF(value);
    }
    return list;
}

static PyObject *read_object_struct(Bytes *bytes, int depth) {
    PyObject *fields = PyDict_New();
    int64_t id = 0;
    while (fields && bytes->p < bytes->end) {
        uint8_t head = *bytes->p++;
        int kind = head & 0x0F;
        if (!head) return fields;
        PyObject *value = read_id(bytes, head, id, &id) ? kind == YES || kind == NO ? PyBool_FromLong(kind == YES)
                                                                                   : read_object(bytes, kind, depth)
                                                        : NULL;
        PyObject *number = value ? PyLong_FromLongLong(id) : NULL;
        if (!number || PyDict_SetItem(fields, number, value)) Py_CLEAR(fields);
        Py_XDECREF(number);
        Py_XDECREF(value);
    }
    Py_XDECREF(fields);
    return NULL;
}

/* Read a value; in a list, other than in a field, a truth has a byte of its own. Maps are in no footer. */
static PyObject *read_object(Bytes *bytes, int kind, int depth) {
    uint64_t number;
    if (depth == DEEPEST_OBJECT) return NULL;
    switch (kind) {
        case YES: case BYTE: return bytes->p == bytes->end ? NULL : PyLong_FromLong(*bytes->p++);
        case INT16: case INT32: case INT64:
            return read_varint(bytes, &number) ? PyLong_FromLongLong(signed_number(number)) : NULL;
        case DOUBLE: return skip_bytes(bytes, 8) ? Py_NewRef(Py_None) : NULL;
        case BINARY: return read_binary(bytes);
        case LIST: case SET: return read_list(bytes, depth);
        case STRUCT: return read_object_struct(bytes, depth + 1);
        default: return NULL;
    }
}

/* Return a structure, or None where there is none. */
static PyObject *structure(PyObject *Py_UNUSED(module), PyObject *given) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(given, &buffer, PyBUF_SIMPLE)) return NULL;
    Bytes bytes = {buffer.buf, (const uint8_t *)buffer.buf + buffer.len};
    PyObject *found = read_object(&bytes, STRUCT, 0);
    PyBuffer_Release(&buffer);
    return found || PyErr_Occurred() ? found : Py_NewRef(Py_None);
}

#endif
