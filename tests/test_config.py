"""Settings: every bad value stops the start with a sentence, and the documentation lists them all."""

import pytest

from app import config

GOOD = {"SECRET_KEY": "k" * 40, "BASE_URL": "https://camp.example.org"}


def test_production_settings_are_read():
    settings = config.load(GOOD | {"DATABASE_URL": "postgresql://u:p@db/folkmoot", "PORT": "9000", "TRUSTED_PROXIES": "1"})
    assert settings.database_url == "postgresql+psycopg://u:p@db/folkmoot"
    assert (settings.port, settings.trusted_proxies, settings.search_url) == (9000, 1, "postgresql:")


def test_development_makes_up_what_is_missing():
    settings = config.load({"FOLKMOOT_MODE": "development", "PORT": "8123"})
    assert settings.base_url == "http://127.0.0.1:8123"
    assert len(settings.secret_key) == 64
    assert settings.secret_key != config.load({"FOLKMOOT_MODE": "development"}).secret_key


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY cannot be what it holds: it must be at least 32 characters"),
    ({"BASE_URL": ""}, "BASE_URL is not set"),
    ({"BASE_URL": "http://camp.example.org"}, "must start with https://"),
    ({"BASE_URL": "camp.example.org"}, "BASE_URL cannot be 'camp.example.org'"),
    ({"FOLKMOOT_MODE": "prod"}, "must be development or production"),
    ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL cannot be"),
    ({"PORT": "http"}, "whole number from 1 to 65535"),
    ({"PORT": "70000"}, "whole number from 1 to 65535"),
    ({"MAIL_URL": "sendmail"}, "MAIL_URL cannot be"),
    ({"MAIL_FROM": "a@b, c@d"}, "MAIL_FROM cannot be"),
    ({"REDIS_URL": "http://x"}, "REDIS_URL cannot be"),
    ({"SEARCH_URL": "elastic:"}, "SEARCH_URL cannot be"),
    ({"SEARCH_URL": "postgresql:"}, "DATABASE_URL is not PostgreSQL"),
    ({"FILES_URL": "s3://bucket"}, "FILES_URL cannot be"),
    ({"WEB_PROCESSES": "4"}, "needs REDIS_URL and a PostgreSQL DATABASE_URL"),
    ({"TRUSTED_PROXIES": "-1"}, "whole number from 0 to 3"),
])
def test_a_bad_value_is_refused_with_what_to_do(changed, sentence):
    with pytest.raises(config.BadSetting, match=None) as refusal:
        config.load(GOOD | changed)
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_secrets_are_not_printed():
    for name in ("SECRET_KEY", "DATABASE_URL", "MAIL_URL", "REDIS_URL"):
        with pytest.raises(config.BadSetting) as refusal:
            config.load(GOOD | {name: "hunter2"})
        assert "hunter2" not in str(refusal.value)


def test_every_setting_is_documented():
    page = (config.ROOT / "docs" / "settings.md").read_text()
    for setting in config.SETTINGS:
        assert f"`{setting.name}`" in page
        assert setting.meaning in page, f"docs/settings.md says something else of {setting.name}"
