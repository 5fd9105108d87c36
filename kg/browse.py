"""Neo4j Browser: links that put a query into its editor, the shipped queries to begin with, and the style.

Browser takes a query from its address, `/browser/?cmd=edit&arg=…`, and never runs it by itself. It decodes the whole
address before it looks for the end of `arg`, so that `&` and `#` end a query however they are encoded; Cypher's own
`\\u0026` and `\\u0023` go through, and the server reads them as those characters anywhere in a query.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from loaders.errors import KgError
from loaders.resources import data_folder

BROWSER = "browser/"
SCRIPTS_FOLDER = "Zhenxing"
STYLE_NAME = "zhenxing.grass"
LONGEST_LINK = 60_000
"""Characters of a link. The server takes no request line beyond 64 KiB, so that a longer link would open an error."""
_TOKENS = re.compile(
    r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | `(?:[^`]|``)*` | //[^\n]* | /\*.*?\*/ | \$(?P<name>\w+|`(?:[^`]|``)+`)""",
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

    Browser takes a single .cypher file as one saved query, whatever it holds; only an archive brings many, each named by
    the first line of its text, in a folder. The archive is the same, byte for byte, each time.
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
