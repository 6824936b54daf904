"""Numbers are written in words as people read them."""

from __future__ import annotations

import pytest

from summitry.schema import words


@pytest.mark.parametrize(
    ("length", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (10**6, "1 MB")],
)
def test_sizes_have_the_unit_that_keeps_them_short(length, said):
    assert words.size(length) == said
