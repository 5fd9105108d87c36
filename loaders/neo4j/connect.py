"""Where the Neo4j server is, a driver to it, and every fault of it as one sentence without the password.

The driver is imported when a connection is opened, not before: `kg --help` need not pay for it.
"""

from __future__ import annotations

import logging
import os
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loaders.errors import ServerError

if TYPE_CHECKING:
    from neo4j import Driver

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
VERSION_SERIES = 5
DEFAULT_USERNAME = "neo4j"
CONNECTION_TIMEOUT_S = 10.0
_LONGEST_REASON = 300  # characters of the server's own words; it repeats whole queries


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server and who asks; `database` None is the user's home database. The password is never printed."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str | None = None


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a server says of itself: version `5.26.30`, edition `community`, database `neo4j`."""

    version: str
    edition: str
    database: str
    writable: bool


def resolve_address(
    uri: str | None = None,
    username: str | None = None,
    password: str | None = None,
    database: str | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    local: Callable[[], ServerAddress | None] | None = None,
    ask_password: Callable[[], str] | None = None,
) -> ServerAddress:
    """The address of arguments before NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE before `local`.

    `local` is called only when neither argument nor environment names a server; its user and password serve only
    then, so that the password of a local server never goes to another. `ask_password` is called when there is none.
    ServerError when no server or no password is known, or the URI is none of Neo4j's.
    """
    given = os.environ if environment is None else environment
    uri = uri or given.get("NEO4J_URI") or None
    username = username or given.get("NEO4J_USERNAME") or None
    password = password or given.get("NEO4J_PASSWORD") or None
    database = database or given.get("NEO4J_DATABASE") or None
    if uri is None:
        running = local() if local else None
        if running is None:
            raise ServerError(
                "no Neo4j server is named and no local one runs: start one with kg neo4j start, "
                "or name yours with --uri or NEO4J_URI"
            )
        uri, database = running.uri, database or running.database
        if username in (None, running.username):
            username, password = running.username, password or running.password or None
    check_uri(uri)
    if password is None and ask_password is not None:
        password = ask_password()
    if not password:
        raise ServerError(f"no password for the Neo4j server at {uri}: set NEO4J_PASSWORD")
    return ServerAddress(uri, username or DEFAULT_USERNAME, password, database)


def check_uri(uri: str) -> None:
    """ServerError for what the driver cannot use, and for user names or passwords in a URI: logs would show them."""
    try:
        parts = urlsplit(uri)
        _ = parts.port  # raises for a port that is no number or too high
    except ValueError:
        raise ServerError(_no_address("the URI of the Neo4j server")) from None
    if "@" in uri:
        raise ServerError(
            "the URI of a Neo4j server holds no user and no password: use --user or NEO4J_USERNAME, and NEO4J_PASSWORD"
        )
    if parts.scheme in ("http", "https"):
        raise ServerError(
            f"{uri!r} is the address of Neo4j Browser; Bolt is needed, mostly bolt://{parts.hostname}:7687"
        )
    if parts.scheme not in SCHEMES or not parts.hostname or (parts.query and parts.scheme.startswith("bolt")):
        raise ServerError(_no_address(repr(uri)))


def _no_address(what: str) -> str:
    return f"{what} is no address of a Neo4j server, which looks like bolt://host:7687 or neo4j+s://host"


@contextmanager
def open_driver(address: ServerAddress, *, connections: int = 32) -> Iterator[Driver]:
    """A driver that is closed at the end; faults that leave the block are ServerError.

    Nothing is sent yet: `check_server` does the first round trip. `connections` limits the pool.
    """
    with server_faults(address):
        from neo4j import GraphDatabase

        _keep_quiet()
        try:
            driver = GraphDatabase.driver(
                address.uri,
                auth=(address.username, address.password),
                user_agent="zhenxing",
                connection_timeout=CONNECTION_TIMEOUT_S,
                max_connection_pool_size=connections,
                telemetry_disabled=True,
            )
        except ValueError as error:
            raise ServerError(f"{_no_address(repr(address.uri))} ({_one_line(error)})") from error
        with driver:
            yield driver


def _keep_quiet() -> None:
    """The driver logs what it raises as well; without a handler Python prints that beside our sentence."""
    logger = logging.getLogger("neo4j")
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
        logger.addHandler(logging.NullHandler())


def check_server(driver: Driver, address: ServerAddress, *, write: bool = False) -> ServerState:
    """Connect, log in, and see that the server is of a version we know; with `write`, that we may write.

    ServerError otherwise. The right to write is tried by a node that is rolled back: neither the settings nor the
    roles, which Community lacks, say it of every server.
    """
    with server_faults(address):
        driver.verify_connectivity()  # at once; a query is tried again for half a minute
        rows = driver.execute_query(
            "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' RETURN versions, edition",
            database_=address.database,
            routing_="r",
        )
        if not rows.records:
            raise ServerError(f"the server at {address.uri} does not say that it is Neo4j")
        (versions, edition) = rows.records[0].values()
        check_version(versions[0], address.uri)
        database = rows.summary.database or address.database or "neo4j"
        writable = _may_write(driver, address, database, demanded=write)
        return ServerState(versions[0], edition, database, writable)


def check_version(version: str, uri: str) -> None:
    """ServerError when a server's version (`5.26.30`, `4.4.40`, `2025.12.1`) is not of the series we write for."""
    match = re.match(r"\d+", version)
    if match is None or int(match[0]) != VERSION_SERIES:
        raise ServerError(
            f"the server at {uri} is Neo4j {version}; Zhenxing works with Neo4j {VERSION_SERIES} "
            "(kg neo4j start runs one, docker/compose.yaml another)"
        )


def _may_write(driver: Driver, address: ServerAddress, database: str, *, demanded: bool) -> bool:
    from neo4j.exceptions import ClientError, ForbiddenOnReadOnlyDatabase

    try:
        with driver.session(database=database) as session, session.begin_transaction() as transaction:
            transaction.run("CREATE ()").consume()
            transaction.rollback()
    except (ClientError, ForbiddenOnReadOnlyDatabase) as error:
        if demanded:
            raise explain(error, address) from error
        return False
    return True


@contextmanager
def server_faults(address: ServerAddress) -> Iterator[None]:
    """Turn the driver's and the network's faults inside the block into ServerError."""
    from neo4j.exceptions import GqlError

    try:
        yield
    except (GqlError, OSError) as error:
        raise explain(error, address) from error


def explain(error: BaseException, address: ServerAddress) -> ServerError:
    """One sentence for a fault of the driver or the server: what happened where, and what to do."""
    return ServerError(_sentence(error, address))


def _sentence(error: BaseException, address: ServerAddress) -> str:
    from neo4j import exceptions

    said = error.message if isinstance(error, exceptions.Neo4jError) else error
    reason = _one_line(said).replace(address.password, "***")

    where = f"the Neo4j server at {address.uri}"
    database = f"the database {address.database!r}" if address.database else "the database"
    code = getattr(error, "code", None) or ""
    if code.endswith("AuthenticationRateLimit"):
        return f"{where} takes no more log-ins of {address.username!r} for a while: too many wrong passwords"
    if code.endswith("CredentialsExpired"):
        return f"{where} wants a new password for {address.username!r} first: ALTER CURRENT USER SET PASSWORD"
    if isinstance(error, exceptions.AuthError):
        return f"{where} refuses {address.username!r}: wrong user name or password (NEO4J_USERNAME, NEO4J_PASSWORD)"
    if "ReadOnly" in code or isinstance(error, exceptions.ForbiddenOnReadOnlyDatabase):
        return f"{database} of {where} is read-only: nothing was written (see server.databases.read_only there)"
    if isinstance(error, exceptions.Forbidden):
        return f"{where} forbids this to {address.username!r}: {reason}"
    if code.endswith("DatabaseNotFound"):
        return f"{where} has no {database.removeprefix('the ')}: name another by --database or NEO4J_DATABASE"
    if isinstance(error, exceptions.UnsupportedServerProduct) or "handshake" in str(error).lower():
        return f"what answers at {address.uri} does not speak Bolt as Neo4j {VERSION_SERIES}: is it the right port?"
    root = _root(error)
    if isinstance(root, ssl.SSLError) or "SSL" in str(error):
        return f"no encrypted connection to {address.uri} ({_one_line(root)}): bolt:// is plain, bolt+s:// encrypted"
    if "looks like HTTP" in str(root):
        return f"what answers at {address.uri} is HTTP, perhaps Neo4j Browser: Bolt has another port, mostly 7687"
    if isinstance(error, (exceptions.ServiceUnavailable, exceptions.SessionExpired, OSError)):
        return f"no Neo4j server answers at {address.uri} ({_one_line(root)}): does it run, is the address right?"
    if "MemoryPool" in code or "OutOfMemory" in code:
        return f"{where} has too little memory for one transaction: {reason}"
    if isinstance(error, exceptions.Neo4jError):
        return f"{where} refuses: {reason} ({code})"
    return f"the connection to {address.uri} failed: {reason}"


def _root(error: BaseException) -> BaseException:
    """The first cause: what the network said, without the driver's words around it."""
    while True:
        below = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__
        if below is None:
            return error
        error = below


def _one_line(what: object) -> str:
    text = " ".join(str(what).split()).removesuffix(".")
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"
