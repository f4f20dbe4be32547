"""What every response says about itself."""


def test_no_foreign_or_inline_code_is_allowed(client):
    policy = dict(part.strip().partition(" ")[::2] for part in client.get("/").headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert not any("unsafe" in value or "*" in value for value in policy.values())


def test_a_signed_in_page_is_stored_nowhere(client, world):
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    assert client.sign_in(world.person()).get("/").headers["Cache-Control"] == "private, no-store"


def test_the_usual_guards_are_there(client):
    headers = client.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_cookies_are_kept_from_scripts_and_other_sites(client, world):
    event = world.event()
    client.sign_in(world.holder(event))
    client.send("/theme", theme="dark")
    response = client.send("/theme", theme="dark")
    [cookie] = [c for c in response.headers.getlist("Set-Cookie") if c.startswith("theme=")]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_built_files_may_be_kept_for_good(client):
    from app.web.templating import Assets

    with client.get(Assets()("site.css")) as response:  # sent from an open file
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]


def test_a_form_without_its_token_changes_nothing(client):
    response = client.post("/theme", data={"theme": "dark"})
    assert response.status_code == 400
    assert "nothing was saved" in response.text
    assert "theme=" not in str(response.headers.getlist("Set-Cookie"))
