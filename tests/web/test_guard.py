"""The outer door: a view without a declaration stops the start; strangers are led to sign in; JSON callers get JSON."""

import pytest
from flask import Flask

from app.web import guard


def install_on(app):
    guard.install(app, find_event=lambda _s: None, find_series=lambda _s: None, may_enter=lambda *_: False)


def test_a_view_that_does_not_say_who_it_is_for_stops_the_start():
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/x", "room.page", lambda: "")
    with pytest.raises(guard.Undeclared, match=r"room\.page has no @allow"):
        install_on(app)


def test_a_stranger_is_led_to_sign_in_and_back(client, world):
    event = world.event(visibility="attendees")
    response = client.get(f"/e/{event.slug}/grid?view=list")
    assert response.status_code == 302
    assert response.location == f"/sign-in?next=/e/{event.slug}/grid?view%3Dlist" or "next=" in response.location
    follow = client.get(response.location)
    assert follow.status_code == 200


def test_somebody_without_a_pass_is_refused_in_words(client, world):
    event = world.event(visibility="attendees")
    response = client.sign_in(world.person()).get(f"/e/{event.slug}/grid")
    assert response.status_code == 403
    assert "whoever may read the event" in response.text


def test_scripts_get_json(client, world):
    event = world.event(visibility="attendees")
    response = client.get(f"/e/{event.slug}/grid", headers={"Accept": "application/json"})
    assert (response.status_code, response.json) == (403, {"error": {"message": "Sign in or join the event first."}})


def test_an_event_that_is_not_there_is_not_found(client):
    assert client.get("/e/nowhere/grid").status_code == 404
    assert client.get("/nowhere").status_code == 404


def test_an_old_cookie_signs_nobody_in(client, world):
    from app.accounts.models import new_session_key
    from app.infra import db

    event = world.event(visibility="attendees")
    holder = world.holder(event)
    client.sign_in(holder)
    assert client.get(f"/e/{event.slug}/grid").status_code == 200
    with db.transaction():
        holder.session_key = new_session_key()
    assert client.get(f"/e/{event.slug}/grid").status_code == 302
