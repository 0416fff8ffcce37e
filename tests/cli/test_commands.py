"""The other commands: shops and menus, the kitchens' screens, the doctor."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from websockets.sync.client import connect

from orderbell_cli import tables
from support.parts import ask
from support.postgres import open_folder, running_postgres
from support.programs import Up, orderbell
from support.waiting import until


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """An environment with a database that has the demo shops."""
    with running_postgres() as url:
        env = {"DATABASE_URL": url}
        assert orderbell("db", "prepare", env=env).returncode == 0
        yield env


@pytest.fixture(scope="module")
def running() -> Iterator[Up]:
    """A whole system that runs."""
    with open_folder() as folder, Up(folder / "data") as up:
        up.ready()
        yield up


def test_every_shop_is_listed_in_a_line(database: dict[str, str]) -> None:
    lines = orderbell("shop", "list", env=database).stdout.splitlines()
    assert lines[0].split()[:2] == ["SLUG", "NAME"]
    assert {line.split()[0] for line in lines[1:]} == {"noodle-house", "coffee-bar", "burger-place"}


def test_an_exported_shop_imports_again(database: dict[str, str], tmp_path: Path) -> None:
    exported = orderbell("shop", "export", "noodle-house", env=database)
    assert exported.returncode == 0
    file = tmp_path / "noodle-house.yaml"
    file.write_text(exported.stdout, encoding="utf-8")
    done = orderbell("shop", "import", file, env=database)
    assert (done.returncode, done.stdout) == (0, "Imported noodle-house.\n")
    assert orderbell("shop", "export", "noodle-house", env=database).stdout == exported.stdout


def test_a_broken_menu_file_is_one_line_with_its_place(database: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("slug: broken\nname: [\n", encoding="utf-8")
    done = orderbell("shop", "import", file, env=database)
    assert done.returncode == 1
    assert done.stderr.startswith(f"orderbell: {file}:") and done.stderr.count("\n") == 1


def test_a_menu_file_in_another_encoding_is_one_line_with_its_place(
    database: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes("slug: x\nname: 面馆\n".encode("gbk"))
    done = orderbell("shop", "import", file, env=database)
    assert done.returncode == 1
    assert done.stderr == f"orderbell: {file}:2: is not UTF-8: save the file as UTF-8\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shop", "import", "/nowhere/menu.yaml"), "/nowhere/menu.yaml: No such file"),
        (("shop", "export", "nowhere"), "nowhere"),
        (("kitchen", "pair", "nowhere"), "nowhere"),
        (("kitchen", "revoke", "nothing"), ""),
        (("shop", "qr", "nowhere", "--url", "https://order.example.com"), "nowhere"),
        (("day", "nowhere", "--url", "https://order.example.com"), "nowhere"),
    ],
)
def test_what_does_not_exist_is_one_clear_line(
    database: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    done = orderbell(*words, env=database)
    assert done.returncode == 1
    assert done.stderr.startswith("orderbell: ") and said in done.stderr and done.stderr.count("\n") == 1


def test_a_pairing_code_is_fresh_each_time(database: dict[str, str]) -> None:
    said = [orderbell("kitchen", "pair", "coffee-bar", env=database).stdout for _ in range(2)]
    codes = [text.split()[1] for text in said]
    assert codes[0] != codes[1] and all(len(code) >= 8 for code in codes)


def test_without_screens_the_list_says_how_to_get_one(database: dict[str, str]) -> None:
    assert "kitchen pair SLUG" in orderbell("kitchen", "list", env=database).stdout


def test_while_up_runs_its_database_is_used_and_a_link_is_given(running: Up) -> None:
    done = orderbell("kitchen", "pair", "coffee-bar", "--data", running.data)
    assert done.returncode == 0
    code, link = done.stdout.split()[1], done.stdout.split()[-1]
    assert link.endswith(f"/kitchen/#pair={code}") and link.startswith("http://127.0.0.1:")


def test_the_owners_link_opens_the_day_and_its_table(running: Up) -> None:
    link = orderbell("day", "coffee-bar", "--data", running.data).stdout.split()[0]
    site, _, code = link.partition("/day/#pair=")
    with connect(f"{site.replace('http', 'ws', 1)}/pgws") as socket:
        socket.send(json.dumps({"type": "pair", "code": code, "name": "owner"}))
        token = json.loads(socket.recv(timeout=20))["token"]
    answers = [
        requests.get(
            f"{site}/bill?day=today&as={form}", headers={"Authorization": f"Bearer {token}"}, timeout=20
        )
        for form in ("json", "csv")
    ]
    assert (answers[0].json()["shop"], answers[0].json()["orders"]) == ("coffee-bar", 0)
    assert answers[1].content.startswith(b"\xef\xbb\xbfnumber,service,status,")
    assert answers[1].headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answers[1].headers["Content-Disposition"].startswith('attachment; filename="coffee-bar-')


def test_while_up_runs_the_sheet_has_its_address(running: Up, tmp_path: Path) -> None:
    file = tmp_path / "sheet.html"
    words = ("shop", "qr", "noodle-house", "--tables", "1-8", "--data", running.data, "--out", file)
    done = orderbell(*words)
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, str(file))
    assert "8 cards on 2 pages" in done.stdout
    text = file.read_text("utf-8")
    assert "巷口面馆" in text and "Alley Noodle House" in text
    [site] = set(re.findall(r">(http://127[.0-9:]+)/s/noodle-house[?]table=[1-8]<", text))
    assert f"phones cannot reach {site}" in done.stderr and done.stderr.count("\n") == 1


def test_the_doctor_finds_a_running_system_well(running: Up) -> None:
    until(lambda: "sweep: ran" in orderbell("doctor", "--data", running.data).stdout, "a sweep has ended")
    done = orderbell("doctor", "--data", running.data)
    lines = done.stdout.splitlines()
    names = [line[6:].split(":")[0] for line in lines]
    for name in ("gateway", "database", "migrations", "clock", "push endpoint", "sweep"):
        assert name in names
    wrong = [line for line in lines if not line.startswith("ok ") and "pages" not in line]
    assert wrong == []


def test_the_doctor_says_how_to_mend_a_database_that_does_not_answer(data: Path) -> None:
    env = {"DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none"}
    done = orderbell("doctor", "--data", data, env=env)
    assert done.returncode == 1
    line = next(line for line in done.stdout.splitlines() if line.startswith("FAIL  database"))
    assert " -> " in line and "secret" not in done.stdout + done.stderr


def test_without_up_the_own_database_is_started_for_the_moment(data: Path) -> None:
    with Up(data) as up:
        up.ready()
    done = orderbell("shop", "list", "--data", data)
    assert done.returncode == 0 and "noodle-house" in done.stdout
    assert not (data / "pg" / "postmaster.pid").exists()


def test_without_any_database_it_is_said_how_to_get_one(data: Path) -> None:
    done = orderbell("shop", "list", "--data", data)
    assert done.returncode == 1
    assert (
        done.stderr == f"orderbell: there is no database in {data} yet: `up` makes it, or set DATABASE_URL\n"
    )
    assert not data.exists()


def test_what_others_wrote_cannot_act_on_the_terminal_or_forge_a_line(database: dict[str, str]) -> None:
    url, name = database["DATABASE_URL"], "\x1b]0;own\x07\x1b[2Joven\u202e\u2028\n00 REVOKED\x9b1m"
    shown = r"\x1b]0;own\x07\x1b[2Joven\u202e\u2028\n00 REVOKED\x9b1m"
    insert = "INSERT INTO device (shop_id, name, token_hash) SELECT shop_id, %s, 'x' FROM shop ORDER BY slug LIMIT 1"
    ask(url, insert, (name,))
    (kept,) = ask(url, "SELECT name::text FROM shop WHERE slug = 'coffee-bar'")
    ask(
        url, "UPDATE shop SET name = %s WHERE slug = 'coffee-bar'", (json.dumps({"en": name, "zh-CN": name}),)
    )
    printed = [orderbell(*words, env=database) for words in (("kitchen", "list"), ("shop", "list"))]
    ask(url, "UPDATE shop SET name = %s WHERE slug = 'coffee-bar'", kept)
    for done in printed:
        assert done.returncode == 0 and shown in done.stdout
        assert not set(done.stdout) & set("\x1b\x07\u202e\u2028\x9b")
        assert not [line for line in done.stdout.splitlines() if line.startswith("00")]
    wrong = orderbell("shop", "export", name, env=database)
    assert wrong.returncode == 1 and wrong.stderr.count("\n") == 1 and "\x1b" not in wrong.stderr
    assert [tables.plain(text) for text in ("面馆 é", "👨\u200d👩", "a\tb")] == [
        "面馆 é",
        "👨\u200d👩",
        r"a\tb",
    ]


def test_columns_line_up_where_characters_are_wide(capsys: pytest.CaptureFixture[str]) -> None:
    tables.show(("NAME", "N"), [("面馆", 1), ("abcd", 2)])
    assert capsys.readouterr().out == "NAME  N\n面馆  1\nabcd  2\n"


@pytest.mark.parametrize("words", [("up", "--port", "99999"), ("shop",), ("nothing",), ()])
def test_a_wrong_command_line_is_told_with_status_2(words: tuple[str, ...]) -> None:
    done = orderbell(*words)
    assert done.returncode == 2 and "usage:" in done.stderr
