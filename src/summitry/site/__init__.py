"""The dataset as static pages, which need no server and no script."""
