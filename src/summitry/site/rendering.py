"""The filters and functions of the templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from summitry.schema import words
from summitry.site import strips
from summitry.site.records import in_words, web_address
from summitry.validation.reporters import templating

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from markupsafe import Markup

_CODE = re.compile(r"`([^`]+)`")


def _prose(text: str) -> Markup:
    """Return a text of the schemas as HTML; backticks mark values."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped first


def environment(labels: Mapping[str, str], shared: Mapping[str, Any]) -> Environment:
    """Return the templates with their filters.

    Args:
        labels: the label of each value of an enumeration, by "column.value".
        shared: variables of every template.

    Raises:
        MissingExtraError: when jinja2 is not installed.
    """
    env = templating.environment("summitry.site", "site")
    from markupsafe import Markup

    env.filters |= {
        "web": web_address,
        "in_words": in_words,
        "file_size": words.size,
        "counted": words.counted,
        "prose": _prose,
        "label": lambda value, column: labels.get(f"{column}.{value}", str(value)),
    }
    env.globals |= {
        "shape": lambda position: Markup(strips.shape(position)),  # noqa: S704 - made of numbers and escaped texts
        "strip": lambda stances, days: Markup(strips.strip(stances, days)),  # noqa: S704 - as above
        "axis": lambda days: Markup(strips.axis(days)),  # noqa: S704 - as above
        **shared,
    }
    return env
