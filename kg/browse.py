r"""Neo4j Browser: links that put a query into its editor, the shipped queries to begin with, and the style.

Browser takes a query from its address, `/browser/?cmd=edit&arg=…`, and never runs it by itself. It decodes the whole
address before it looks for the end of `arg`, so that `&` and `#` end a query however they are encoded; Cypher's own
`\u0026` and `\u0023` go through, and the server reads them as those characters anywhere in a query.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from kg.neo4j_server import status
from kg.questions.cypher import bound
from kg.questions.load import load_named, question_names
from kg.questions.model import Filters
from kg.questions.resolve import Resolver, StoreVocabulary, decimal, fill
from kg.store import GraphStore
from loaders.errors import KgError, ServerError
from loaders.neo4j.connect import check_uri
from loaders.resources import data_folder

BROWSER = "browser/"
SCRIPTS_FOLDER = "Zhenxing"
STYLE_NAME = "zhenxing.grass"
LONGEST_LINK = 19_000
"""Characters of a link: the server refuses a request line of more than some 20,000."""
_TOKENS = re.compile(
    r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | `(?:[^`]|``)*` | //[^\n]* | /\*.*?\*/
    | \$(?P<name>\w+|`(?:[^`]|``)+`)""",
    re.DOTALL | re.VERBOSE,
)
_PLAIN = re.compile(r"[^\W_]| |[_.,:;/!?()\[\]{}=<>*+%@|~^-]")
_COLOUR = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One of the shipped queries: its file's name without number and suffix, its title, its whole text."""

    name: str
    title: str
    text: str
    path: Path


@cache
def guide() -> tuple[SavedQuery, ...]:
    """The queries of cypher/browser/ in the order in which a newcomer runs them."""
    found = []
    for path in sorted(data_folder("cypher").joinpath("browser").glob("*.cypher")):
        text = path.read_text("utf-8")
        found.append(SavedQuery(path.stem.partition("-")[2], text.split("\n", 1)[0].removeprefix("// "), text, path))
    return tuple(found)


def style() -> str:
    """The GraSS file: captions, and a colour for each label."""
    return data_folder("cypher").joinpath("browser", STYLE_NAME).read_text("utf-8")


def style_command() -> str:
    """The style as the command that sets it, in one line; colours as rgb(…), which a link can carry."""
    spelt = _COLOUR.sub(lambda m: f"rgb({', '.join(str(int(part, 16)) for part in m.groups())})", style())
    return ":style " + " ".join(spelt.split())


def write_scripts(folder: Path) -> tuple[Path, Path]:
    """Write the two files to drop onto Browser: the saved queries as zhenxing.zip, and zhenxing.grass.

    Browser takes a single .cypher file as one saved query, whatever it holds; only an archive brings many, each named
    by the first line of its text, in a folder. The archive is the same, byte for byte, each time.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        archive, grass = folder / "zhenxing.zip", folder / STYLE_NAME
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for query in guide():
                packed.writestr(zipfile.ZipInfo(f"{SCRIPTS_FOLDER}/{query.path.name}"), query.text)
        grass.write_text(style(), "utf-8")
    except OSError as error:
        raise KgError(f"{folder} cannot be written: {error.strerror}") from error
    return archive, grass


def browser_address(http: str | None, home: Path, environment: Mapping[str, str]) -> str:
    """Where Browser is: `http`, else that of the local server on `home`, else of the server that NEO4J_URI names.

    Of a server that is not ours only the host is known; Browser's port is then taken to be Neo4j's own, 7474. A local
    server does not count where NEO4J_URI names another. ServerError when none is known.
    """
    if http:
        return http
    uri = environment.get("NEO4J_URI") or None
    local = status(home, environment)
    if local is not None and uri in (None, local.uri):
        return local.http
    if uri is None:
        raise ServerError(
            "no local Neo4j server runs: start one with kg neo4j start, or name Neo4j Browser's address with --http"
        )
    check_uri(uri)
    parts = urlsplit(uri)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"https://{host}:7473/" if "+s" in parts.scheme else f"http://{host}:7474/"


def text_of(name: str, given: Mapping[str, Any], store: Path) -> str:
    """The text of a query to begin with, or of a named question with filters; `given` has the filters as options.

    KgError for a name that is neither, for filters of a query that takes none, and for all that a question refuses.
    """
    saved = {query.name: query for query in guide()}
    if name in saved:
        if taken := [option for option, value in given.items() if value]:
            raise KgError(f"{name} takes no --{taken[0].replace('_', '-')}: edit its text in Browser")
        return saved[name].text
    if name not in question_names():
        near = get_close_matches(name, [*saved, *question_names()], 3, 0.4)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise KgError(f"there is no question {name!r}{hint} (all: kg browse, kg questions)")
    return question_text(name, read_filters(given), store)


def question_text(name: str, filters: Filters, store: Path) -> str:
    """The Cypher of a named question with the filters' values written into it; its title stands above.

    The filters' words are looked up in the vocabulary of the store, from which the graph in Neo4j was pushed.
    """
    question = load_named(name, "cypher")
    with GraphStore.reading(store) as graphs:
        terms, conditions = fill(question, filters, Resolver(StoreVocabulary(graphs)))
    title = f"// {question.titles['zh']} · {question.titles['en']}\n"
    return title + with_literals(*bound(question, terms, conditions))


def read_filters(given: Mapping[str, Any]) -> Filters:
    """The filters from the options of a command, by their names."""
    least = given.get("min_confidence")
    return Filters(**{**given, "min_confidence": None if least is None else decimal(least)})


def literal(value: Any) -> str:
    """A value as a literal of Cypher: text, numbers, truth, dates, lists and maps of them, None.

    Text is safe in Browser's address, in its editor and on the server: what is no letter, digit or plain sign becomes
    an escape. KgError for what Cypher has no literal of.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + "".join(map(_escaped, value)) + "'"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal):
        number = float(value)
        return repr(number) if number - number == 0 else f"toFloat({literal(str(number))})"
    if type(value) is date:
        return f"date({literal(value.isoformat())})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_name(key)}: {literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(literal, value)) + "]"
    raise KgError(f"{value!r} cannot be written into a query")


def _escaped(character: str) -> str:
    if _PLAIN.fullmatch(character):
        return character
    if character in "'\\":  # \\u0027 would end the text: the server reads \\u… before it looks for quotes
        return "\\" + character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _name(key: str) -> str:
    return "`" + key.replace("`", "``") + "`"


def with_literals(cypher: str, parameters: Mapping[str, Any]) -> str:
    """The query with its `$parameters` as literals; those in texts, quoted names and comments are none.

    A query with literals is one statement, whose answer Browser shows at once; `:param` lines before it would make it
    three, shown folded. KgError names a parameter without a value.
    """

    def put(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        name = name[1:-1].replace("``", "`") if name.startswith("`") else name
        if name not in parameters:
            raise KgError(f"the query needs a value for ${name}")
        return literal(parameters[name])

    return _TOKENS.sub(put, cypher)


def link(http: str, text: str) -> str:
    """The address that opens Browser at `http` (http://127.0.0.1:7474/) with the text in its editor.

    KgError for a text that is too long for an address, and for one with `&` or `#` that is a command of Browser and no
    Cypher.
    """
    parts = urlsplit(http)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise KgError(f"{http!r} is no address of Neo4j Browser, which looks like http://127.0.0.1:7474/")
    if text.startswith(":") and re.search("[&#]", text):
        raise KgError("a command of Browser with & or # fits into no link: type it there")
    safe = text.strip().replace("&", "\\u0026").replace("#", "\\u0023")
    address = f"{http.rstrip('/').removesuffix('/browser')}/{BROWSER}?cmd=edit&arg={quote(safe, safe='')}"
    if len(address) > LONGEST_LINK:
        raise KgError(f"the link would have {len(address)} characters, more than fit: give fewer filters")
    return address
