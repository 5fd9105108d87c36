"""Benchmarks: each script measures one thing beside a goal or a peer; `run.py` runs all and writes the page."""
