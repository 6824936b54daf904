"""The messages of errors."""

from __future__ import annotations

from summitry.errors import unknown_name


def test_a_question_names_the_nearest_and_the_list_follows():
    assert str(unknown_name("table", "statments", ["actors", "statements"])) == (
        "There is no table 'statments'. Did you mean 'statements'? The tables are: actors, statements."
    )
    assert "Did you mean" not in str(unknown_name("table", "xyz", ["actors", "statements"]))
