"""Measurements of summitry beside its peers, as ratios; run as `python -m benchmarks` from a checkout.

What each command does and writes is told by `python -m benchmarks --help`; the peers that it needs are installed by
`pip install --group benchmarks`.
"""
