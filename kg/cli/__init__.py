"""The command line: a file a command, each loaded only when it is called."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from loaders.errors import KgError

# Name → one line of help. The file is the name with _ for -; listed here so that `kg --help` imports none of them.
COMMANDS = {
    "build": "Build the graph from files, folders, archives or '-'.",
    "query": "Ask a named question.",
    "questions": "List the named questions.",
    "sparql": "Run a SPARQL query, given as text or as a file.",
    "stats": "Count what is in the store.",
    "analyse": "Analyse the graph: communities, centrality, similarity.",
    "show": "Show a bulletin or a measure with its evidence marked.",
    "export": "Write the graph to a file.",
    "neo4j": "Run a local Neo4j.",
    "push": "Write the graph, or RDF files, to a Neo4j server.",
    "diff": "Say what differs between the store and a Neo4j server.",
    "browse": "Print the link that asks a question in Neo4j Browser.",
    "validate": "Check the graph against the SHACL shapes.",
    "extract": "Extract from files without a store, as JSON Lines.",
    "text": "Print the text that offsets point into.",
    "evaluate": "Score extraction against a folder of annotations.",
    "vocabulary": "Check a vocabulary, or suggest words that it lacks.",
    "completion": "Print the line that turns on completion in a shell.",
}
_BROKEN_PIPE = 141  # what a shell says of a program that SIGPIPE has ended
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)  # an output that takes no more: the user's to mend, no bug


class Group(click.Group):
    """A group that loads a command's file when the command is called, and prints a KgError as one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command from its own file; None for a name that is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"kg.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest command for a name that is none."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1, 0.5)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


EXIT_CODES = """\b
Exit codes:
  0  done
  1  an error with a sentence
  2  a wrong command line
  3  an input cannot be used (the good ones are built)
  4  the store cannot be opened or written
  5  a server is absent or refuses
  6  done, with violations
"""

EXAMPLES = """\b
Examples:
  kg build bulletins/
  kg query measures-to-outcomes --place 陕西
  kg query compare-metric --metric 帮扶车间 --period 2023 --format csv
  kg export graph.ttl
"""


def _version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    """Print the version and leave: of the installed distribution, or of the checkout."""
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("zhenxing")
    except PackageNotFoundError:
        import tomllib
        from pathlib import Path

        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
        found = project["project"]["version"]
    click.echo(f"kg {found}")
    ctx.exit()


@click.group(cls=Group, epilog=f"{EXAMPLES}\n\n{EXIT_CODES}", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
def group() -> None:
    """Zhenxing (振兴): rural-revitalization bulletins as a graph, every edge with its evidence."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; always ends by SystemExit with a documented code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):  # Chinese is written as UTF-8 whatever the locale says
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        result = group.main(args=None if arguments is None else list(arguments), prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
    except KgError as error:
        click.echo(f"kg: {error}", err=True)
        return error.exit_code
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.Abort:
        click.echo("kg: interrupted; what was built before is kept", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # The pipe's reader has gone (kg query … | head): nothing is wrong, and Python need not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return _BROKEN_PIPE
    except OSError as error:
        if error.errno not in _FULL:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        click.echo(f"kg: the output cannot be written: {error.strerror}", err=True)
        return KgError.exit_code
    return result if isinstance(result, int) else 0
