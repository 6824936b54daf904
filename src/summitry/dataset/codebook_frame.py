"""The frame of `describe()`; in a module of its own, because it needs pandas to be imported."""

from __future__ import annotations

import pandas as pd


class CodebookFrame(pd.DataFrame):
    """Rows of the codebook. A notebook shows their whole texts, where pandas would cut each after 50 characters."""

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            html: str = self.to_html(index=False, justify="left")
        return html
