"""The databases that the store is tried on: SQLite always, PostgreSQL where it is installed."""

from collections.abc import Iterator
import importlib.util
import os
from pathlib import Path
import pwd
import shutil
import subprocess
import tempfile

import pytest

from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.repository import Repository


@pytest.fixture(name="postgresql", scope="session")
def postgresql_fixture() -> Iterator[str]:
    """Serve a PostgreSQL of our own on a socket in a folder; nothing listens on a port."""
    programs = [shutil.which(name) for name in ("initdb", "postgres", "pg_ctl")]
    if None in programs or importlib.util.find_spec("psycopg") is None:
        pytest.skip("needs PostgreSQL's programs and psycopg")
    # PostgreSQL refuses to run as root
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="bbm-pg-"))
    data = folder / "data"
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def run(*command: str | Path) -> None:
        subprocess.run(command, user=user, cwd=folder, check=True, capture_output=True)

    run("initdb", "-D", data, "-U", "bbm", "--auth=trust", "--no-sync", "-E", "UTF8")
    options = f"-c listen_addresses='' -k {folder}"
    log = folder / "log"
    run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
    yield f"postgresql+psycopg://bbm@/postgres?host={folder}"
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture(name="url", scope="module", params=["sqlite", "postgresql"])
def url_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return the URL of a database."""
    if request.param == "sqlite":
        return file_url(tmp_path_factory.mktemp("store") / "queue.db")
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(name="repository", scope="module")
def repository_fixture(url: str) -> Iterator[Repository]:
    """Return a repository of this database."""
    with Repository(url) as repository:
        yield repository
