"""Measurements of summitry beside its peers, as ratios; run as `python -m benchmarks` from a checkout.

`python -m benchmarks --help` says what each command does and writes; the peers that it needs are installed by
`pip install --group benchmarks`.
"""
