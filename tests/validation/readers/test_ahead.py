"""Work on a thread: its results come in order, and no more is begun than is wanted."""

from __future__ import annotations

import pytest

from summitry.validation.readers import ahead


def test_results_are_in_the_order_of_the_items():
    assert list(ahead.results(lambda i: 2 * i, range(20))) == [(i, 2 * i) for i in range(20)]


def test_no_more_items_are_taken_than_are_wanted_ahead():
    taken = []

    def items():
        for i in range(20):
            taken.append(i)
            yield i

    results = ahead.results(lambda i: i, items())
    assert next(results) == (0, 0)
    assert taken == list(range(ahead.AHEAD + 1))


def test_work_that_fails_ends_the_results():
    results = ahead.results(lambda i: 1 / i, [1, 0, 3])
    assert next(results) == (1, 1)
    with pytest.raises(ZeroDivisionError):
        next(results)
