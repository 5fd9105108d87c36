"""Benchmarks: a script a claim, each against a peer or a goal; `run.py` runs them all and writes docs/benchmarks.md."""
