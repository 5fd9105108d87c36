"""Settings, homes and addresses of servers, as far as no server is needed."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from kg.neo4j_server.artifacts import cache_folder, digest, find_java, provide_artifacts
from kg.neo4j_server.control import start, status, stop
from kg.neo4j_server.home import Home, Memory, command_line
from kg.neo4j_server.settings import (
    NEO4J_VERSION,
    check_heap,
    check_password,
    container_name,
    read_settings,
    server_settings,
    settings_text,
)
from loaders.errors import ServerError
from loaders.neo4j.connect import ServerAddress, check_uri, check_version, resolve_address

LOCAL = ServerAddress("bolt://127.0.0.1:17687", "neo4j", "of the local one")


def test_settings_are_written_and_read_alike(tmp_path: Path) -> None:
    settings = server_settings(17687, 17474, "2g", Path("/jars/a\\b/plugins"))
    assert settings["server.bolt.advertised_address"] == settings["server.bolt.listen_address"] == "127.0.0.1:17687"
    assert settings["server.memory.heap.max_size"] == "2g"
    assert {value for name, value in settings.items() if name.endswith(".listen_address")} == {
        "127.0.0.1:17687", "127.0.0.1:17474",
    }  # fmt: skip
    assert settings["server.default_listen_address"] == "127.0.0.1"
    path = tmp_path / "neo4j.conf"
    path.write_text(settings_text(settings), "utf-8")
    assert {**read_settings(path), "server.directories.plugins": "/jars/a\\b/plugins"} == settings
    assert "plugins=/jars/a\\\\b/plugins\n" in path.read_text("utf-8")


def test_own_settings_are_read_with_their_faults(tmp_path: Path) -> None:
    own = tmp_path / "own.conf"
    assert read_settings(own) == {}
    own.write_text("# mine\n\n db.logs.query.enabled = VERBOSE \na=b=c\n", "utf-8")
    assert read_settings(own) == {"db.logs.query.enabled": "VERBOSE", "a": "b=c"}
    own.write_text("a=b\nnonsense\n", "utf-8")
    with pytest.raises(ServerError, match=r"own\.conf:2: "):
        read_settings(own)


def test_names_of_the_container() -> None:
    assert container_name("dbms.usage_report.enabled") == "NEO4J_dbms_usage__report_enabled"


@pytest.mark.parametrize("heap", ["", "0g", "1", "lots", "1 g", "1g;rm"])
def test_a_heap_that_is_none_is_refused(heap: str) -> None:
    with pytest.raises(ServerError, match="512m or 2g"):
        check_heap(heap)


@pytest.mark.parametrize("password", ["short", "1234567", "eight chars\nand a line", "null\0null"])
def test_a_password_that_neo4j_refuses_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(ServerError) as caught:
        check_password(password)
    assert password not in str(caught.value)


def test_no_java_no_maven_and_an_old_java_are_told_with_advice(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"needs Java 17, and there is no java here: .*apt-get install openjdk-17"):
        find_java({"PATH": str(tmp_path)})
    with pytest.raises(ServerError, match=r"JAVA_HOME .* has no bin/java"):
        find_java({"PATH": os.environ["PATH"], "JAVA_HOME": str(tmp_path)})
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    old.chmod(0o755)
    with pytest.raises(ServerError, match="is Java 8"):
        find_java({"PATH": str(tmp_path)})
    with pytest.raises(ServerError, match=r"there is no mvn here: .*apt-get install maven"):
        provide_artifacts({"PATH": str(tmp_path), "KG_CACHE": str(tmp_path)}, print)


def test_a_java_that_is_there_is_found() -> None:
    assert Path(find_java(os.environ)).name == "java"


def test_what_maven_says_reaches_the_user(tmp_path: Path) -> None:
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\necho '[INFO] x'\necho '[ERROR] no network, it seems'\nexit 1\n")
    maven.chmod(0o755)
    with pytest.raises(ServerError, match=r"could not fetch .*: no network, it seems"):
        provide_artifacts({"PATH": f"{tmp_path}:/usr/bin:/bin", "KG_CACHE": str(tmp_path / "cache")}, print)
    assert list((tmp_path / "cache" / "neo4j").iterdir()) == []


def test_what_maven_fetches_must_be_what_we_know(tmp_path: Path) -> None:
    maven = tmp_path / "mvn"
    maven.write_text(
        "#!/bin/sh\nfor word; do case $word in -Dfolder=*) mkdir -p \"${word#-Dfolder=}/lib\";"
        " echo bad > \"${word#-Dfolder=}/lib/neo4j.jar\";; esac; done\n"
    )  # fmt: skip
    maven.chmod(0o755)
    with pytest.raises(ServerError, match="its digest differs"):
        provide_artifacts({"PATH": f"{tmp_path}:/usr/bin:/bin", "KG_CACHE": str(tmp_path / "cache")}, print)
    assert list((tmp_path / "cache" / "neo4j").iterdir()) == []


def test_the_digest_sees_every_change(tmp_path: Path) -> None:
    for name in ("lib/a.jar", "lib/b.jar", "plugins/c.jar"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    seen = {digest(tmp_path)}
    (tmp_path / "lib/a.jar").write_text("other")
    seen.add(digest(tmp_path))
    (tmp_path / "lib/b.jar").rename(tmp_path / "plugins/b.jar")
    seen.add(digest(tmp_path))
    (tmp_path / "plugins/b.jar").unlink()
    seen.add(digest(tmp_path))
    assert len(seen) == 4


def test_the_cache_folder() -> None:
    assert cache_folder({"KG_CACHE": "/x"}) == Path("/x/neo4j") / NEO4J_VERSION
    assert cache_folder({}) == Path.home() / ".cache/zhenxing/neo4j" / NEO4J_VERSION


def test_a_generated_password_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = Home.of(tmp_path)
    home.password_file.touch(0o644)
    password = home.generate_password()
    assert check_password(password) == password == home.kept_password()
    assert stat.S_IMODE(home.password_file.stat().st_mode) == 0o600
    assert home.given_password({}) == password
    assert home.given_password({"NEO4J_PASSWORD": "another one"}) == "another one"


def test_stale_process_numbers_are_seen_through(tmp_path: Path) -> None:
    home = Home.of(tmp_path)
    home.remember(Memory(pid=os.getpid()))  # alive, but no server of this folder
    assert home.running() is None
    assert status(tmp_path) is None
    assert stop(tmp_path) is None
    home.remember(Memory(pid=2**22 + 1))  # above the largest number that Linux gives
    assert home.running() is None
    assert command_line(os.getpid())
    assert command_line(2**22 + 1) == []


def test_homes_that_are_none_of_ours_or_of_another_version(tmp_path: Path) -> None:
    assert status(tmp_path / "absent") is None
    (tmp_path / "thesis.docx").touch()
    for command in (status, stop, start):
        with pytest.raises(ServerError, match="not made by kg neo4j start"):
            command(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    home = Home.of(tmp_path)
    home.remember(Memory(version="4.4.40"))
    with pytest.raises(ServerError, match=r"is a home of Neo4j 4\.4\.40, and this is 5\."):
        start(tmp_path)
    home.remember(Memory(version="5.26.0"))
    assert status(tmp_path) is None
    for nonsense in ("{", "[]", json.dumps({"colour": "red"})):
        home.memory_file.write_text(nonsense)
        with pytest.raises(ServerError, match=r"server\.json cannot be read"):
            status(tmp_path)


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerError, match="file"):
        start(tmp_path / "file")
    with pytest.raises(ServerError, match="file"):
        start(tmp_path / "file" / "below")


def test_one_port_for_both_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="cannot both have the port 17001"):
        start(tmp_path / "home", bolt_port=17001, http_port=17001)


def test_addresses_come_from_options_then_environment_then_the_local_server() -> None:
    environment = {
        "NEO4J_URI": "neo4j+s://graph.example", "NEO4J_USERNAME": "ann", "NEO4J_PASSWORD": "secret 1",
        "NEO4J_DATABASE": "villages",
    }  # fmt: skip
    given = ServerAddress("bolt://here", "ben", "secret 2", "towns")
    assert resolve_address("bolt://here", "ben", "secret 2", "towns", environment=environment) == given
    found = resolve_address(environment=environment, local=lambda: LOCAL)
    assert found == ServerAddress("neo4j+s://graph.example", "ann", "secret 1", "villages")
    assert resolve_address(environment={}, local=lambda: LOCAL) == LOCAL
    assert resolve_address(environment={"NEO4J_PASSWORD": "secret 1"}, local=lambda: LOCAL).password == "secret 1"


def test_the_local_password_goes_to_no_other_server_and_to_no_other_user() -> None:
    with pytest.raises(ServerError, match="no password"):
        resolve_address("bolt://elsewhere", environment={}, local=lambda: LOCAL)
    with pytest.raises(ServerError, match="no password"):
        resolve_address(username="ann", environment={}, local=lambda: LOCAL)


def test_without_server_or_password_the_advice_is_clear() -> None:
    with pytest.raises(ServerError, match="kg neo4j start, or name yours with --uri or NEO4J_URI"):
        resolve_address(environment={}, local=lambda: None)
    assert resolve_address("bolt://h", environment={}, ask_password=lambda: "typed").password == "typed"
    with pytest.raises(ServerError, match="set NEO4J_PASSWORD"):
        resolve_address("bolt://h", environment={}, ask_password=lambda: "")


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("http://127.0.0.1:7474", "Neo4j Browser; Bolt is needed, mostly bolt://127.0.0.1:7687"),
        ("127.0.0.1:7687", "no address of a Neo4j server"),
        ("neo4j", "no address of a Neo4j server"),
        ("bolt://", "no address of a Neo4j server"),
        ("bolt://h:port", "no address of a Neo4j server"),
        ("bolt://h:70000", "no address of a Neo4j server"),
        ("bolt://[::1", "no address of a Neo4j server"),
        ("bolt://h?policy=x", "no address of a Neo4j server"),
        ("bolt://ann:secret 1@h", "no user and no password"),
    ],
)
def test_uris_that_are_none(uri: str, said: str) -> None:
    with pytest.raises(ServerError, match=said) as caught:
        check_uri(uri)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("uri", ["bolt://h", "bolt+ssc://[::1]:7687", "neo4j://h:1?policy=x", "neo4j+s://x.example"])
def test_uris_that_are_sound(uri: str) -> None:
    check_uri(uri)


def test_versions() -> None:
    for sound in ("5.26.30", "5.1.0", "5.27-aura"):
        check_version(sound, "bolt://h")
    for other in ("4.4.40", "2025.12.1", "50.0", "", "next"):
        with pytest.raises(ServerError, match="Zhenxing works with Neo4j 5"):
            check_version(other, "bolt://h")


def test_the_password_is_in_no_representation() -> None:
    assert "local one" not in repr(LOCAL)
