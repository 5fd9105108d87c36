"""The one error hierarchy. A traceback is a bug; these are answers.

    Exception
    └── KgError            exit code 1   one sentence: what, where, what to do
        ├── InputError     exit code 3   a file, a folder or a vocabulary that cannot be used
        │   └── UnknownFormatError       no reader knows the file
        ├── StoreError     exit code 4   the store cannot be opened, written or is of another version
        ├── ServerError    exit code 5   a server is absent, refuses or is of an unsupported version
        └── FindingsError  exit code 6   done, with violations

2 is click's own code for a wrong command line.
"""

from __future__ import annotations


class KgError(Exception):
    """Base of every error that is an answer to the user."""

    exit_code = 1


class InputError(KgError):
    """Input that cannot be used; the sentence names the file and the place in it."""

    exit_code = 3


class UnknownFormatError(InputError):
    """No reader knows this file's format."""


class StoreError(KgError):
    """The store cannot be opened or written, or it is of another version or base."""

    exit_code = 4


class ServerError(KgError):
    """A server is absent, refuses, or is of an unsupported version."""

    exit_code = 5


class FindingsError(KgError):
    """The command did its work and found violations."""

    exit_code = 6
