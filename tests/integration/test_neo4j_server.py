"""`kg neo4j` runs a real server, and connect.py tells its faults in a sentence."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from neo4j_servers import Neo4jServer, free_port, launch, run_neo4j, stop_server

from kg.neo4j_server import local_address
from kg.neo4j_server.settings import APOC_VERSION, NEO4J_VERSION, SHARED_SETTINGS
from loaders.errors import ServerError
from loaders.neo4j.connect import ServerAddress, check_server, open_driver, resolve_address, server_faults

ODD_PASSWORD = "-\"quotes\" 'and' \\ $HOME #密码 @x"


def browse(server: Neo4jServer, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_user_logs_in_and_finds_apoc(neo4j_server: Neo4jServer) -> None:
    with open_driver(neo4j_server.address) as driver:
        state = check_server(driver, neo4j_server.address, write=True)
        (row,), _, _ = driver.execute_query("RETURN apoc.version() AS apoc, apoc.text.join(['振', '兴'], '') AS text")
        count, _, _ = driver.execute_query("MATCH (n) RETURN count(n) AS n")
    assert (state.version, state.edition, state.database, state.writable) == (NEO4J_VERSION, "community", "neo4j", True)
    assert row.data() == {"apoc": APOC_VERSION, "text": "振兴"}
    assert count[0]["n"] == 0, "the trial of the right to write leaves nothing"


def test_browser_is_there_and_offered_the_right_port(neo4j_server: Neo4jServer) -> None:
    status, page = browse(neo4j_server, "/browser/")
    assert status == 200
    assert b"<html" in page.lower()
    _, discovered = browse(neo4j_server, "/")
    assert json.loads(discovered)["bolt_direct"] == neo4j_server.uri


def test_settings_hold(neo4j_server: Neo4jServer) -> None:
    with open_driver(neo4j_server.address) as driver:
        rows, _, _ = driver.execute_query("SHOW SETTINGS YIELD name, value RETURN name, value")
    held = {row["name"]: row["value"] for row in rows}
    assert {name: held[name] for name in SHARED_SETTINGS if name != "server.memory.pagecache.size"} == {
        name: value for name, value in SHARED_SETTINGS.items() if name != "server.memory.pagecache.size"
    }
    assert held["server.memory.pagecache.size"].lower().startswith("512")


def test_it_listens_on_one_address_of_this_machine_only(neo4j_server: Neo4jServer) -> None:
    for port in (neo4j_server.bolt_port, neo4j_server.http_port):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=5)


def test_the_home_keeps_its_secret_and_has_its_tools(neo4j_server: Neo4jServer) -> None:
    password = neo4j_server.home / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    for place, there in (("password", password), ("home", neo4j_server.home), ("logs", neo4j_server.home / "logs")):
        assert run_neo4j("path", place, "--home", neo4j_server.home).stdout == f"{there}\n"
    admin = run_neo4j("path", "admin", "--home", neo4j_server.home).stdout.strip()
    done = subprocess.run([admin, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == NEO4J_VERSION
    secret = password.read_text("utf-8").strip()
    pid = json.loads((neo4j_server.home / "server.json").read_text("utf-8"))["pid"]
    for said in (Path(f"/proc/{pid}/cmdline"), Path(f"/proc/{pid}/environ"), *(neo4j_server.home / "logs").iterdir()):
        assert secret.encode() not in said.read_bytes()


@contextmanager
def answering(words: bytes) -> Iterator[int]:
    """A port where something answers with these words to whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(100)
                        connection.sendall(words)
            except OSError:  # the listener was closed
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def fault(address: ServerAddress) -> str:
    """What a user is told at this address, without delay."""
    began = time.monotonic()
    with pytest.raises(ServerError) as caught, open_driver(address) as driver:
        check_server(driver, address, write=True)
    assert time.monotonic() - began < 20, "the driver would try for half a minute"
    said = str(caught.value)
    assert address.password not in said
    assert "\n" not in said
    assert caught.value.exit_code == 5
    return said


def test_faults_are_told_in_a_sentence(neo4j_server: Neo4jServer) -> None:
    bolt, right = neo4j_server.uri, neo4j_server.password
    # not the user neo4j, whom the server would lock out for some seconds after three wrong ones
    assert "refuses 'ann': wrong user name or password" in fault(ServerAddress(bolt, "ann", "not the one"))
    routed = bolt.replace("bolt", "neo4j")
    assert "refuses 'ann': wrong user name or password" in fault(ServerAddress(routed, "ann", "not the one"))
    assert "has no database 'absent'" in fault(ServerAddress(bolt, "neo4j", right, "absent"))
    for scheme in ("bolt+s", "bolt+ssc"):
        encrypted = ServerAddress(bolt.replace("bolt", scheme), "neo4j", right)
        assert "bolt:// is plain, bolt+s:// encrypted" in fault(encrypted)
    for scheme in ("bolt", "neo4j"):
        browser = ServerAddress(f"{scheme}://127.0.0.1:{neo4j_server.http_port}", "neo4j", right)
        assert "is HTTP, perhaps Neo4j Browser" in fault(browser)
        nobody = ServerAddress(f"{scheme}://127.0.0.1:{free_port()}", "neo4j", right)
        assert "does it run, is the address right?" in fault(nobody)
    assert "does it run, is the address right?" in fault(ServerAddress("bolt://no-such-host.invalid", "neo4j", right))


@pytest.mark.parametrize("words", [b"", b"\0\0\0\0", b"SSH-2.0-OpenSSH_9.2\r\n"], ids=["silence", "refusal", "ssh"])
def test_what_speaks_no_bolt_is_told(words: bytes) -> None:
    with answering(words) as port:
        assert "does not speak Bolt" in fault(ServerAddress(f"bolt://127.0.0.1:{port}", "neo4j", "of no use"))


def test_log_ins_locked_out_are_told(neo4j_server: Neo4jServer) -> None:
    with open_driver(neo4j_server.address) as driver:
        driver.execute_query("CREATE USER locked SET PASSWORD 'the right one' CHANGE NOT REQUIRED", database_="system")
    try:
        said = [fault(ServerAddress(neo4j_server.uri, "locked", "not the one")) for _ in range(4)]
        assert "too many wrong passwords" in said[-1]
    finally:
        with open_driver(neo4j_server.address) as driver:
            driver.execute_query("DROP USER locked", database_="system")


def test_a_password_to_be_changed_is_told(neo4j_server: Neo4jServer) -> None:
    with open_driver(neo4j_server.address) as driver:
        driver.execute_query("CREATE USER fresh SET PASSWORD 'the first one'", database_="system")
    try:
        assert "wants a new password for 'fresh'" in fault(ServerAddress(neo4j_server.uri, "fresh", "the first one"))
    finally:
        with open_driver(neo4j_server.address) as driver:
            driver.execute_query("DROP USER fresh", database_="system")


def test_a_query_that_the_server_refuses_is_told(neo4j_server: Neo4jServer) -> None:
    address = neo4j_server.address
    with open_driver(address) as driver:
        with pytest.raises(ServerError, match=r"refuses: Invalid input .*SyntaxError"), server_faults(address):
            driver.execute_query("RETURN 1 +")
        with pytest.raises(ServerError, match=r"refuses: .*\*\*\*"), server_faults(address):
            driver.execute_query(f"RETURN date('{address.password}')")


def test_too_short_a_password_and_a_port_in_use_are_refused_before_anything(tmp_path: Path) -> None:
    short = run_neo4j("start", cwd=tmp_path, NEO4J_PASSWORD="secret")
    assert short.returncode == 5
    assert "has 6 characters, Neo4j wants 8 or more" in short.stderr
    assert "secret" not in short.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for option in ("--bolt-port", "--http-port"):
            done = run_neo4j("start", option, port, cwd=tmp_path)
            assert done.returncode == 5
            assert f"the port {port} is in use: choose another with {option}" in done.stderr
    assert run_neo4j("start", "--bolt-port", "0", cwd=tmp_path).returncode == 2
    assert "no size" in run_neo4j("start", "--heap", "much", cwd=tmp_path).stderr
    assert "no server runs" in run_neo4j("stop", cwd=tmp_path).stderr


@pytest.mark.slow
def test_the_life_of_a_server(tmp_path: Path) -> None:
    """With a password of the user's: started, started again, killed, bad setting, wrong password, read-only."""
    home = tmp_path / "kg-neo4j"
    ports = ("--bolt-port", str(free_port()), "--http-port", str(free_port()))
    try:
        said = launch(home, *ports, "--heap", "512m", NEO4J_PASSWORD=ODD_PASSWORD)
        assert said["password_file"] is None
        assert not (home / "password").exists()
        assert not (home / "conf" / "initial-password").exists()
        with GraphDatabase.driver(said["uri"], auth=(said["username"], ODD_PASSWORD)) as driver:
            driver.execute_query("CREATE (:Village {name: '样例村'})")

        again = run_neo4j("start", cwd=tmp_path, NEO4J_PASSWORD=ODD_PASSWORD)  # ./kg-neo4j is the default
        assert again.returncode == 0
        assert f"it runs already, as process {said['pid']}" in again.stderr
        assert said["uri"] in again.stdout
        other = run_neo4j("start", "--bolt-port", str(free_port()), cwd=tmp_path)
        assert (other.returncode, "runs already, on the ports" in other.stderr) == (5, True)
        status = run_neo4j("status", "--json", cwd=tmp_path)
        assert status.returncode == 0
        assert json.loads(status.stdout) == said
        found = resolve_address(environment={"NEO4J_PASSWORD": ODD_PASSWORD}, local=lambda: local_address(home))
        assert found == ServerAddress(said["uri"], "neo4j", ODD_PASSWORD)

        os.kill(int(said["pid"]), signal.SIGKILL)
        gone = run_neo4j("status", "--json", cwd=tmp_path)
        assert gone.returncode == 5
        assert json.loads(gone.stdout) == {"running": False, "home": str(home)}
        assert local_address(home) is None
        assert "set NEO4J_PASSWORD" in run_neo4j("start", cwd=tmp_path).stderr
        (home / "conf" / "own.conf").write_text("browser.allow_outgoing_connections=false\n", "utf-8")
        bad = run_neo4j("start", cwd=tmp_path, NEO4J_PASSWORD=ODD_PASSWORD)
        assert bad.returncode == 5
        assert "Neo4j ended at its start" in bad.stderr
        assert "Unrecognized setting" in bad.stderr
        (home / "conf" / "own.conf").write_text("server.databases.read_only=neo4j\n", "utf-8")
        wrong = run_neo4j("start", cwd=tmp_path, NEO4J_PASSWORD="another one")
        assert wrong.returncode == 5
        assert "is not the password of" in wrong.stderr
        assert run_neo4j("status", cwd=tmp_path).returncode == 5, "nothing is left running"

        assert launch(home, NEO4J_PASSWORD=ODD_PASSWORD)["uri"] == said["uri"], "the home remembers its ports"
        with open_driver(found) as driver:
            assert not check_server(driver, found).writable
            rows, _, _ = driver.execute_query("MATCH (v:Village) RETURN v.name AS name")
            assert [row["name"] for row in rows] == ["样例村"]
        assert "is read-only" in fault(found)
    finally:
        stop_server(home)
    assert run_neo4j("stop", "--home", home).returncode == 0
