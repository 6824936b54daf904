"""Pictures for papers: one call each, and a matplotlib figure to save, to change or to show.

The library is matplotlib: it writes PDF, SVG and PNG by itself and without a browser, where altair needs vl-convert,
a package that carries a whole JavaScript engine. It draws networks, for which networkx hands it the layout, and maps
in plain coordinates as freely as bars, while Vega-Lite lays out no networks. Beside pandas either way weighs about
100 MB, and matplotlib is what the Python users of this field have already, through pandas' `plot` and seaborn.

    >>> from summitry.plots import stance_heatmap
    >>> figure = stance_heatmap(max_rows=5)
    >>> type(figure)
    <class 'matplotlib.figure.Figure'>

`figure.savefig("positions.pdf")` writes it; `figure.axes` has everything that can still be changed. Each picture has
a title, names of its axes, notes on what it leaves out or rests on, and a source line with the version. Colours are
those of Okabe and Ito, and shapes, fillings, hatching or numbers say the same without colour. With `ax=` most can be
drawn into a figure of one's own, as `plt.show()` wants it; without, a figure is as wide as a page and as high as its
content. `figsize=(3.5, None)` is as wide as a column of a paper, and shows as much as has room in it.
"""

from __future__ import annotations

from summitry.plots.bars import demand_bars
from summitry.plots.coverage import coverage_by_day
from summitry.plots.heatmap import stance_heatmap
from summitry.plots.intervals import interval_chart
from summitry.plots.maps import event_map
from summitry.plots.network import network_drawing
from summitry.plots.polarization import polarization_timeline
from summitry.plots.positions import position_timeline
from summitry.plots.statements import statement_timeline

__all__ = [
    "coverage_by_day",
    "demand_bars",
    "event_map",
    "interval_chart",
    "network_drawing",
    "polarization_timeline",
    "position_timeline",
    "stance_heatmap",
    "statement_timeline",
]
