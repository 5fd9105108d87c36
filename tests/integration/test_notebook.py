"""The notebook runs from its first cell to its last and shows tables and plots with Chinese text."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from commands import EXAMPLES, ROOT
from nbclient import NotebookClient

NOTEBOOK = ROOT / "notebooks" / "first-steps.ipynb"


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Away from the checkout, so that nothing but the samples is leant on; a kernel writes into its home.
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    client = NotebookClient(notebook, timeout=180, kernel_name="python3", resources=where)
    asyncio.run(client.async_execute())

    told = [output.get("text", "") for output in outputs(notebook) if output.output_type == "stream"]
    assert not [text for text in told if "Warning" in text or "missing from font" in text]
    kinds = [kind for output in outputs(notebook) for kind in output.get("data", {})]
    assert kinds.count("image/png") == 2
    assert kinds.count("text/html") >= 3
    tables = [output["data"]["text/html"] for output in outputs(notebook) if "text/html" in output.get("data", {})]
    assert any("陕西省" in table for table in tables)


def test_the_notebook_is_committed_without_outputs() -> None:
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)
    assert outputs(notebook) == []
