"""Folders, archives and standard input: the order, what is passed over, what is refused, and by which name."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path

import pytest

from loaders.errors import InputError, UnknownFormatError
from loaders.readers import Input, ReadFailure, ReadOptions, inputs, read, read_stdin
from loaders.records import Document

TEXT = "省政府今年新建农村公路八百公里。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
OPTIONS = ReadOptions()


def units(path: Path, options: ReadOptions = OPTIONS) -> list[Input]:
    return list(inputs(path, options))


def read_all(path: Path, options: ReadOptions = OPTIONS) -> list[Document | ReadFailure]:
    return [each for unit in inputs(path, options) for each in read(unit, options)]


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_folder_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.TXT", "c.md", "README.md", "Licence.txt", "CHANGELOG", "notice.txt", "x.py",
                 ".hidden.txt", ".git/a.txt", "~$c.docx", "old.doc"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = units(tmp_path)
    names = {kind: [unit.path.relative_to(tmp_path).as_posix() for unit in found if unit.kind == kind]
             for kind in ("read", "passed-over", "unreadable")}  # fmt: skip
    assert names["read"] == ["a/1.TXT", "a/2.txt", "b.txt", "c.md", "notice.txt"]
    assert names["passed-over"] == [
        ".git", ".hidden.txt", "CHANGELOG", "Licence.txt", "README.md", "loop", "x.py", "~$c.docx",
    ]  # fmt: skip
    assert names["unreadable"] == ["old.doc"]
    assert pickle.loads(pickle.dumps(found)) == found
    [failure] = [each for each in read_all(tmp_path) if isinstance(each, ReadFailure)]
    assert failure.sentence.startswith(
        f"{tmp_path.as_posix()}/old.doc is in the binary format of Word 97 to 2003 (.doc)"
    )


def test_a_name_that_is_no_utf8_is_told_as_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + "/通报.txt".encode("gb18030")))
    path.write_text(TEXT, encoding="utf-8")
    [found] = read_all(tmp_path)
    assert isinstance(found, Document)
    assert found.source == found.original == f"{tmp_path.as_posix()}/通报.txt"


def test_a_readme_that_is_named_is_read(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(TEXT, encoding="utf-8")
    assert [unit.kind for unit in units(path)] == ["read"]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        (
            "a.doc",
            OLE,
            " is in the binary format of Word 97 to 2003 (.doc), which is not read: save it as .docx or .pdf",
        ),
        ("a.wps", OLE, " is in the format of WPS Writer (.wps), which is not read: save it as .docx or .pdf"),
        ("a.ofd", b"", " is an OFD document (.ofd, GB/T 33190), which is not read: save it as .pdf or .docx"),
        ("a.doc", b"{\\rtf1}", " is in Rich Text Format (named as .doc): save it as .docx or .pdf"),
        ("a.doc", zipped({"word/document.xml": b"<a/>"}), " is a .docx (named as .doc): rename it to .docx"),
        ("a.bin", zipped({"OFD.xml": b"<a/>"}), " is an OFD document (GB/T 33190) (named as .bin): save it as .pdf or"),
        ("a.xyz", b"text", ": no reader knows this format (.xyz); those read are .txt"),
        ("bulletin", b"text", ": no reader knows this format (no suffix); those read are .txt"),
    ],
)
def test_a_named_file_that_no_reader_knows(tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(UnknownFormatError) as caught:
        units(path)
    assert str(caught.value).removeprefix(path.as_posix()).startswith(said)
    assert caught.value.exit_code == 3


def test_a_path_where_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        units(tmp_path / "gone.txt")


def test_an_archive_s_members(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    members = {
        "b/2.txt": TEXT.encode(), "b/1.csv": f"text\n{TEXT}\n{TEXT}乙\n".encode(), "a.docx": b"no", "empty.txt": b"",
        "README.md": b"x", "__MACOSX/a.txt": b"x", "b/.x.txt": b"x", "x.py": b"x", "in.zip": zipped({}), "old.wps": OLE,
    }  # fmt: skip
    path.write_bytes(zipped(members))
    found = read_all(path)
    base = path.as_posix()
    assert [each.source for each in found] == [
        f"{base}!/{name}" for name in ("a.docx", "b/1.csv#1", "b/1.csv#2", "b/2.txt", "empty.txt", "in.zip", "old.wps")
    ]
    texts = [each.text for each in found if isinstance(each, Document)]
    assert texts == [TEXT, f"{TEXT}乙", TEXT]
    said = [each.sentence for each in found if isinstance(each, ReadFailure)]
    assert said[1] == f"{base}!/empty.txt is empty"
    assert "a zip inside a zip" in said[2]
    assert "WPS Writer" in said[3]
    passed = [unit.source for unit in units(path) if unit.kind == "passed-over"]
    assert passed == [f"{base}!/{name}" for name in ("README.md", "__MACOSX/a.txt", "b/.x.txt", "x.py")]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_of_members_without_the_flag_of_utf8(tmp_path: Path, encoding: str) -> None:
    name = "通报/第一期.txt"
    raw = name.encode(encoding)
    stand_in = "x" * (len(raw) - 4) + ".txt"
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({stand_in: TEXT.encode()}).replace(stand_in.encode(), raw))
    [found] = read_all(path)
    assert isinstance(found, Document), found
    assert found.source == f"{path.as_posix()}!/{name}"


def _flagged(raw: bytes, flag: int) -> bytes:
    changed = bytearray(raw)
    changed[6] |= flag
    changed[raw.index(b"PK\x01\x02") + 8] |= flag
    return bytes(changed)


@pytest.mark.parametrize(
    ("raw", "options", "said"),
    [
        (zipped({"a.txt": TEXT.encode()})[:-10], OPTIONS, " is damaged or cut off"),
        (b"no zip", OPTIONS, " is no .zip"),
        (b"", OPTIONS, " is no .zip"),
        (zipped({"a.txt": b"a" * 20_000_000}), OPTIONS, " is refused: its member a.txt unpacks to"),
        (zipped({"a.txt": os.urandom(3000)}), ReadOptions(max_archive_bytes=1000), " is refused: it unpacks to 3,000"),
        (
            zipped({"a.txt": b"a", "b.txt": b"b"}),
            ReadOptions(max_members=1),
            " has 2 members, more than the limit of 1",
        ),
        (_flagged(zipped({"a.txt": TEXT.encode()}), 1), OPTIONS, "!/a.txt is encrypted"),
        (zipped({"a.txt": TEXT.encode()}).replace(b"\x1e\x0b", b"\x00\x00"), OPTIONS, "!/a.txt"),
        (zipped({"a.txt": TEXT.encode()}), ReadOptions(max_text_bytes=10), "!/a.txt is 48 bytes long unpacked"),
    ],
)
def test_archives_that_are_refused(tmp_path: Path, raw: bytes, options: ReadOptions, said: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(raw)
    found = read_all(path, options)
    assert len(found) == 1
    assert isinstance(found[0], ReadFailure) or said == "!/a.txt"
    if isinstance(found[0], ReadFailure):
        assert found[0].sentence.removeprefix(path.as_posix()).startswith(said)


def test_damage_inside_a_member(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": os.urandom(500)}))
    raw[100] ^= 0xFF
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(raw))
    [found] = read_all(path)
    assert isinstance(found, ReadFailure)
    assert found.sentence.startswith(f"{path.as_posix()}!/a.txt is damaged")


@pytest.mark.parametrize(
    ("raw", "media_type", "texts"),
    [
        (TEXT.encode("gb18030"), "text/plain", [TEXT]),
        (f"<!DOCTYPE html><p>{TEXT}</p>".encode(), "text/html", [TEXT]),
        (f'{{"text": "{TEXT}"}}\n'.encode(), "application/jsonl", [TEXT]),
        (f"标题,正文\n甲,{TEXT}\n".encode("utf-8-sig"), "text/csv", [TEXT]),
        (zipped({"甲.txt": TEXT.encode(), "b.py": b"x"}), "text/plain", [TEXT]),
        (b"a,b\nc", "text/plain", ["a,b\nc"]),
    ],
)
def test_standard_input(raw: bytes, media_type: str, texts: list[str]) -> None:
    found = list(read_stdin(raw, OPTIONS))
    assert [each.text for each in found if isinstance(each, Document)] == texts
    assert isinstance(found[0], Document)
    assert found[0].media_type == media_type
    assert found[0].source.startswith("-")


@pytest.mark.parametrize(
    ("raw", "said"), [(b"", "- is empty"), (b"\x00\x01", "- is not text"), (OLE, "- is in the format")]
)
def test_standard_input_that_cannot_be_read(raw: bytes, said: str) -> None:
    [found] = read_stdin(raw, OPTIONS)
    assert isinstance(found, ReadFailure)
    assert found.sentence.startswith(said)
