"""The address of a database: what is wrong with one is said, and its password never."""

from __future__ import annotations

import pickle
import string
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.database_url import DatabaseUrl
from index.errors import SettingsError, UsageError
from index.settings import Settings, load_settings, read_place

PASSWORDS = st.text(string.ascii_letters + string.digits + "@:/?#[]%&= +!é").map(lambda text: f"Zq{text}qZ")


@given(PASSWORDS)
def test_a_password_is_shown_nowhere(password: str) -> None:
    written = quote(password, safe="")
    for url in (
        DatabaseUrl(f"postgresql://reader:{written}@db.example:5432/news?sslmode=verify-full"),
        DatabaseUrl(f"postgresql://reader@db.example/news?password={written}&sslmode=verify-full"),
    ):
        settings = Settings(library=url)
        said = url.hide(f"connection to {url.secret} failed for {password!s} ({written})")
        for shown in (str(url), repr(url), f"{url}", repr(settings), str(settings.library), said):
            assert password not in shown
            assert written not in shown
        assert "sslmode=verify-full" in str(url)
        assert settings.fingerprint() == Settings().fingerprint()


def test_it_is_the_same_to_who_connects() -> None:
    url = DatabaseUrl("postgresql://reader:se%40cret@db.example:5432/news?sslmode=require")
    assert url.secret == "postgresql://reader:se%40cret@db.example:5432/news?sslmode=require"
    assert str(url) == "postgresql://reader:***@db.example:5432/news?sslmode=require"
    assert pickle.loads(pickle.dumps(url)) == url
    assert str(DatabaseUrl("postgresql:///news?host=/run/postgresql")) == "postgresql:///news?host=/run/postgresql"


@pytest.mark.parametrize(
    "written",
    [
        "mysql://reader:hunter2hunter2@db.example/news",
        "postgresql+psycopg://reader:hunter2hunter2@db.example/news",
        "postgresql://reader:hunter2hunter2@db.example:port/news",
        "postgresql://reader:hunter2hunter2@[::1/news",
        "postgresql://reader:hunter2/hunter2@db.example:1/news",
        "http://hunter2hunter2@db.example",
        "postgresql://reader:hunter2hunter2@db.example/news\0",
    ],
)
def test_what_is_no_address_of_a_database_is_refused_without_telling_it(written: str) -> None:
    with pytest.raises(SettingsError, match="no URL of a PostgreSQL database") as caught:
        load_settings({"library": written}, environment={})
    assert "hunter2" not in f"{caught.value} {caught.value!r} {caught.value.__context__}"


@pytest.mark.parametrize("written", ["library", "~/library", "C:/library", "./postgresql:/x", Path("library")])
def test_everything_else_is_a_folder(written: str | Path) -> None:
    assert read_place(written) == Path(written).expanduser()


def test_it_is_read_from_file_and_environment_and_argument(tmp_path: Path) -> None:
    (tmp_path / "citewire.toml").write_text('library = "postgresql://a@x/one"\ncache = "~/there"\n', encoding="utf-8")
    assert load_settings(environment={}, folder=tmp_path).library == DatabaseUrl("postgresql://a@x/one")
    assert load_settings(environment={}, folder=tmp_path).cache == Path("~/there").expanduser()
    environment = {"CITEWIRE_LIBRARY": "postgresql://a@x/two"}
    assert load_settings(environment=environment, folder=tmp_path).library == DatabaseUrl("postgresql://a@x/two")
    given = {"library": "postgresql://a@x/three"}
    assert load_settings(given, environment=environment, folder=tmp_path).library == DatabaseUrl(given["library"])
    with pytest.raises(SettingsError, match="library is no text"):
        load_settings({"library": 7}, environment={}, folder=tmp_path)


def test_what_only_a_folder_can_do_says_what_to_do_instead() -> None:
    with pytest.raises(UsageError, match=r"Backing up is for libraries in a folder.*Use pg_dump\."):
        Settings(library=DatabaseUrl("postgresql://a@x/one")).folder("Backing up", instead="Use pg_dump.")
