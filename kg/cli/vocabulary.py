"""`kg vocabulary`: check and suggest."""

from __future__ import annotations

import click


@click.group()
def command() -> None:
    """Check a vocabulary, or suggest words that it lacks."""
