"""Find the data folders (ontology, cypher, sparql) in a checkout and in a wheel alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """The folder `name` of the distribution: `loaders/_data/NAME` in a wheel, `NAME` beside `loaders` in a checkout.

    A wheel has its copy inside the package, so that nothing of ours lies loose in site-packages.
    """
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the installation lacks its folder {name!r}")
