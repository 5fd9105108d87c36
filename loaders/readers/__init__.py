"""Bytes to documents: a file, a folder, an archive or standard input, each format by a reader of its own.

`inputs` walks a path and gives light units, `read` gives the documents of one unit; a build hands units to worker
processes. No reader raises for a bad file: it gives a `ReadFailure` in the document's place.
"""

from loaders.readers.origin import Input, ReadFailure, ReadOptions
from loaders.readers.walk import inputs, read, read_stdin

__all__ = ["Input", "ReadFailure", "ReadOptions", "inputs", "read", "read_stdin"]
