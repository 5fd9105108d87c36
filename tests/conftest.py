"""What all tests share; its being here puts this folder on the import path, for `case_files`."""

from __future__ import annotations

import pytest

from loaders.lexicon import Lexicon, load_lexicon


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The shipped vocabulary, read once."""
    return load_lexicon()
