"""Tasks on some threads: their results come in order, and no more are begun than are wanted."""

from __future__ import annotations

import pytest

from summitry.validation.readers import ahead


def test_results_are_in_the_order_of_the_tasks():
    assert list(ahead.results((lambda i=i: i) for i in range(20))) == list(range(20))


def test_no_more_tasks_are_taken_than_are_wanted_ahead():
    taken = []

    def tasks():
        for i in range(20):
            taken.append(i)
            yield lambda i=i: i

    results = ahead.results(tasks())
    assert next(results) == 0
    assert taken == list(range(ahead.AHEAD + 1))


def test_a_task_that_fails_ends_the_results():
    def fail():
        raise ValueError

    results = ahead.results([lambda: 1, fail, lambda: 3])
    assert next(results) == 1
    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        next(results)
