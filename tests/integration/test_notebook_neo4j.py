"""The notebook on Neo4j runs from its first cell to its last, and stops the server that it started."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from commands import EXAMPLES, ROOT
from java_classes import quick_java
from nbclient import NotebookClient

from kg import neo4j_server

NOTEBOOK = ROOT / "notebooks" / "cypher-and-networkx.ipynb"


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_notebook_runs_on_a_server_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    for name in [name for name in os.environ if name.startswith("NEO4J_")]:
        monkeypatch.delenv(name)
    for name, said in quick_java().items():
        monkeypatch.setenv(name, said)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
    asyncio.run(client.async_execute())

    told = [output.get("text", "") for output in outputs(notebook) if output.output_type == "stream"]
    assert not [text for text in told if "Warning" in text or "missing from font" in text]
    kinds = [kind for output in outputs(notebook) for kind in output.get("data", {})]
    assert kinds.count("image/png") == 2
    tables = [output["data"]["text/html"] for output in outputs(notebook) if "text/html" in output.get("data", {})]
    assert len(tables) == 4
    for words in ("职业技能培训", "陕西省", "脱贫人口"):
        assert any(words in table for table in tables)
    [home] = tmp_path.glob("tmp*/kg-neo4j")
    assert neo4j_server.status(home) is None
    assert told[-1] == "stopped\n"


def test_the_notebook_is_committed_without_outputs() -> None:
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)
    assert outputs(notebook) == []
