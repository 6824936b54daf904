"""Points in and out of the boxes around countries, and addresses that are one page."""

from __future__ import annotations

import pytest

from summitry.validation.rules.codes import is_country
from summitry.validation.rules.duplicates import address
from summitry.validation.rules.places import _boxes, is_inside


@pytest.mark.parametrize(
    ("country", "latitude", "longitude", "inside"),
    [
        ("UA", 50.45466, 30.5238, True),  # Kyiv
        ("UA", 44.6, 33.52, True),  # Sevastopol, as the gazetteer has it
        ("UA", 30.5238, 50.45466, False),
        ("RU", 66.16, -169.8, True),  # east of the 180th meridian
        ("RU", 54.71, 20.51, True),  # Kaliningrad
        ("RU", 55.75, -37.61, False),
        ("US", 61.21806, -149.90028, True),  # Anchorage
        ("US", 21.3, -157.86, True),  # Honolulu
        ("US", 19.43, -99.13, False),  # Mexico
        ("FJ", -16.8, 179.9, True),
        ("VA", 41.90332, 12.45342, True),
        ("SG", 1.29, 103.85, True),
        ("XX", 1, 1, True),  # nothing is known of it
    ],
)
def test_points_in_and_out_of_countries(country, latitude, longitude, inside):
    assert is_inside(country, latitude, longitude) is inside


def test_boxes_are_of_countries_that_exist_and_in_order():
    assert len(_boxes()) > 230
    for country, boxes in _boxes().items():
        assert is_country(country), country
        assert all(-180 <= w < e <= 180 and -90 <= s < n <= 90 for w, s, e, n in boxes), country


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.org/x", "http://www.a.org/x/", True),
        ("https://a.org/x?b=1&utm_campaign=y&c=2", "https://A.org:443/x?c=2&b=1&fbclid=z", True),
        ("https://a.org/x#part", "https://a.org/x", True),
        ("https://a.org/%D0%BC", "https://a.org/м", True),
        ("https://a.org/x?id=1", "https://a.org/x?id=2", False),
        ("https://a.org/#/page/1", "https://a.org/#/page/2", False),
        ("https://a.org/x", "https://b.org/x", False),
        ("https://a.org/X", "https://a.org/x", False),
        ("http://[", "http://[", True),
    ],
)
def test_addresses_of_one_page(one, other, same):
    assert (address(one) == address(other)) is same
