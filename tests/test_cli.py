"""Commands for whoever runs the site: a backup that can be restored while people write, and a first start."""

import pysqlite3.dbapi2 as sqlite

from app.infra import db
from tests.journeys.conftest import site_of
from tests.waiting import eventually


def test_a_backup_holds_everything_committed_and_overwrites_nothing(app, world, tmp_path):
    if not db.on_sqlite():
        result = app.test_cli_runner().invoke(args=["database", "backup", str(tmp_path / "x")])
        assert result.exit_code == 1
        assert "use pg_dump" in result.output
        return
    world.person("Leila Haddad")
    target = tmp_path / "copy.sqlite3"
    assert app.test_cli_runner().invoke(args=["database", "backup", str(target)]).exit_code == 0
    copy = sqlite.connect(target)
    assert copy.execute("select name from person").fetchall() == [("Leila Haddad",)]
    assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    copy.close()
    again = app.test_cli_runner().invoke(args=["database", "backup", str(target)])
    assert again.exit_code == 1
    assert "there already" in again.output


def test_the_first_start_prints_one_link_and_stops_cleanly(tmp_path):
    with site_of(tmp_path, gently=True) as site:
        assert site.ask("select count(*) from person") == [0]
        eventually(lambda: "Folkmoot is at" in (tmp_path / "serve.log").read_text(), 60)
    log = (tmp_path / "serve.log").read_text()
    assert log.count("/first/") == 1
    assert f"Folkmoot is at {site.address}" in log
    assert "Traceback" not in log
