"""What can be done to accounts, and every way it is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import actions, links
from app.accounts.models import INVITATION, SIGN_IN, Link, Person
from app.errors import Conflict, Forbidden, Invalid
from app.infra import db, mail
from app.infra.db import transaction
from tests.world import AT

ADDRESS = "leila@example.org"
SOON = AT + timedelta(minutes=5)


def link_to(secret: str) -> str:
    return f"https://camp.example.org/sign-in/{secret}"


def newest() -> str:
    """The secret in the newest mail."""
    return mail.outbox()[0].body.split("/sign-in/")[1].split()[0]


def asked(email=ADDRESS, next_path="/e/camp") -> str:
    with transaction():
        actions.ask_to_sign_in(email, next_path=next_path, link_to=link_to, at=AT)
    return newest()


def tied(person, email=ADDRESS) -> str:
    with transaction():
        actions.ask_to_tie(person, email, next_path="/e/camp", link_to=link_to, at=AT)
    return newest()


def sign_in(secret, name="", bring=None):
    with transaction():
        return actions.use_sign_in_link(secret, name=name, organisation="", bring=bring, at=SOON)


def use_tie(opener, secret, stay=False):
    with transaction():
        return actions.use_tie_link(opener, secret, stay=stay, at=SOON)


def people() -> int:
    return db.session.scalar(select(func.count(Person.id)))


# ---- signing in

def test_a_link_signs_in_whom_the_address_belongs_to(world):
    leila = world.person("Leila", ADDRESS)
    assert sign_in(asked("LEILA@Example.org")) == (leila, "/e/camp")
    assert people() == 1


def test_an_address_never_seen_makes_an_account_with_a_name(context):
    secret = asked()
    assert people() == 0  # asking makes nothing
    with pytest.raises(Invalid) as refused:
        sign_in(secret)
    assert refused.value.field == "name"
    person, path = sign_in(secret, name="  Leila \n Haddad ")
    assert (person.name, person.email, path) == ("Leila Haddad", ADDRESS, "/e/camp")
    with pytest.raises(links.Spent):
        sign_in(secret, name="Again")


@pytest.mark.parametrize(("name", "organisation", "field"), [("x" * 101, "", "name"), ("x", "y" * 101, "organisation"), (" \t ", "", "name")])
def test_names_that_do_not_fit_are_refused(context, name, organisation, field):
    with pytest.raises(Invalid) as refused, transaction():
        actions.person_for_email(ADDRESS, name, organisation=organisation, at=AT)
    assert refused.value.field == field
    assert people() == 0


def test_two_links_to_one_new_address_make_one_account(context):
    first, second = asked(), asked()
    one, _ = sign_in(first, name="Leila")
    two, _ = sign_in(second, name="Somebody else")
    assert one.id == two.id
    assert two.name == "Leila"


def test_the_mail_is_the_same_for_a_known_and_an_unknown_address(world):
    world.person("Leila", ADDRESS)
    known, unknown = asked(), asked("nobody@example.org")
    first, second = mail.outbox()[1], mail.outbox()[0]
    assert first.body.replace(known, "") == second.body.replace(unknown, "")
    assert first.subject == second.subject


@pytest.mark.parametrize("bad", ["leila", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org"])
def test_what_is_not_one_address_is_refused_and_nothing_sent(context, bad):
    with pytest.raises(Invalid):
        asked(bad)
    assert mail.outbox() == []


def test_a_device_pass_is_brought_along_when_asked(world):
    event = world.event()
    device, leila = world.holder(event), world.person("Leila", ADDRESS)
    world.pitch(event, interested=[device])
    person, _ = sign_in(asked(), bring=device)
    assert person.id == leila.id
    assert people() == 1


def test_somebody_with_an_address_is_not_swallowed(world):
    world.person("Leila", ADDRESS)
    other = world.person("Other", "other@example.org")
    secret = asked()
    with pytest.raises(Forbidden):
        sign_in(secret, bring=other)
    assert people() == 2
    assert sign_in(secret)[0].email == ADDRESS  # the refusal did not use it up


def test_an_invitation_signs_in_a_week_later(world):
    leila = world.person("Leila", ADDRESS)
    with transaction():
        secret = links.make(INVITATION, email=ADDRESS, next_path="/e/camp", at=AT)
    with transaction():
        person, path = actions.use_sign_in_link(secret, name="", organisation="", bring=None, at=AT + timedelta(days=6))
    assert (person.id, path) == (leila.id, "/e/camp")


# ---- tying an address

def test_an_address_is_tied_only_when_its_link_is_opened(world):
    device = world.person("Dee")
    secret = tied(device)
    assert device.email is None
    person, path = use_tie(device, secret)
    assert (person.id, person.email, path) == (device.id, ADDRESS, "/e/camp")


def test_the_device_stays_signed_in_when_the_link_is_opened_on_it(world):
    device = world.person("Dee")
    key = device.session_key
    use_tie(device, tied(device))
    assert device.session_key == key


@pytest.mark.parametrize("stay", [True, False])
def test_opened_elsewhere_the_device_is_signed_out_unless_it_may_stay(world, stay):
    """Somebody who types another's address must not stay signed in as them once they confirm it."""
    device = world.person("Dee")
    key = device.session_key
    use_tie(None, tied(device), stay=stay)
    assert (device.session_key == key) is stay


def test_typing_the_address_of_an_account_never_signs_in_as_it(world):
    leila, device = world.person("Leila", ADDRESS), world.person("Mallory")
    secret = tied(device)
    assert device.email is None
    assert leila.session_key not in secret
    person, _ = use_tie(None, secret)  # only who reads the mail gets here
    assert person.id == leila.id
    assert db.session.scalar(select(Person.id).where(Person.name == "Mallory")) is None  # its cookie finds nobody now


def test_links_asked_for_from_a_device_before_do_not_outlive_it(world):
    """Mallory's device asks for the victim's address and for its own. After the victim's yes, its own must not replace it."""
    leila, device = world.person("Leila", ADDRESS), world.person("Mallory")
    to_victim, to_own = tied(device), tied(device, "mallory@example.org")
    use_tie(None, to_victim)
    with pytest.raises(links.Spent):
        use_tie(None, to_own)
    assert leila.email == ADDRESS


def test_nor_after_a_first_address_was_tied(world):
    device = world.person("Mallory")
    to_victim, to_own = tied(device), tied(device, "mallory@example.org")
    use_tie(None, to_victim)
    with pytest.raises(links.Spent):
        use_tie(None, to_own)
    assert device.email == ADDRESS


def test_changing_an_address_tells_the_old_one_and_needs_the_same_browser(world):
    leila = world.person("Leila", ADDRESS)
    secret = tied(leila, "new@example.org")
    for opener in (None, world.person("Other")):
        with pytest.raises(Forbidden):
            use_tie(opener, secret)
    use_tie(leila, secret)
    assert leila.email == "new@example.org"
    assert mail.outbox()[0].recipient == ADDRESS


def test_an_account_cannot_take_the_address_of_another(world):
    leila, other = world.person("Leila", ADDRESS), world.person("Other", "other@example.org")
    secret = tied(leila, "other@example.org")
    with pytest.raises(Conflict):
        use_tie(leila, secret)
    assert (leila.email, other.email) == (ADDRESS, "other@example.org")


def test_tying_is_refused(world):
    leila = world.person("Leila", ADDRESS)
    with pytest.raises(Invalid), transaction():
        actions.ask_to_tie(leila, "LEILA@example.org", next_path="/", link_to=link_to, at=AT)
    with pytest.raises(Forbidden), transaction():
        actions.ask_to_tie(None, "x@example.org", next_path="/", link_to=link_to, at=AT)
    with pytest.raises(links.Spent):
        use_tie(leila, "wrong")
    assert mail.outbox() == []


# ---- keepers

def keeper_link() -> str | None:
    with transaction():
        return actions.first_keeper_link(at=AT)


def become(secret, **more):
    with transaction():
        return actions.become_first_keeper(secret, **({"name": "Kit", "email": "kit@example.org", "password_hash": None, "at": SOON} | more))


def test_the_first_keeper_is_made_once(context):
    first, second = keeper_link(), keeper_link()
    with pytest.raises(links.Spent):
        become(first)  # a later link took its place
    with pytest.raises(Invalid):
        become(second, email="nonsense")
    assert become(second).keeper
    assert keeper_link() is None
    with pytest.raises(links.Spent):
        become(second, email="other@example.org")


def test_a_keeper_made_meanwhile_wins(world):
    secret = keeper_link()
    world.person("Kit", "kit@example.org", keeper=True)
    with pytest.raises(Conflict):
        become(secret, email="other@example.org")
    assert people() == 1


def test_an_account_that_is_there_becomes_the_keeper(world):
    leila = world.person("Leila", ADDRESS, password_hash="kept")
    key = leila.session_key
    assert become(keeper_link(), email=ADDRESS, name="Ignored").id == leila.id
    assert (leila.name, leila.keeper, leila.password_hash) == ("Leila", True, "kept")
    assert leila.session_key != key


# ---- one's own account

def test_only_oneself_changes_name_password_and_sessions(world):
    leila, other = world.person("Leila", ADDRESS), world.person("Other", "other@example.org", keeper=True)
    for actor in (None, other):
        for attempt in (lambda a: actions.change_name(a, leila, name="X", organisation=""),
                        lambda a: actions.set_password(a, leila, "hash"), lambda a: actions.end_sessions(a, leila)):
            with pytest.raises(Forbidden), transaction():
                attempt(actor)
    with transaction():
        actions.change_name(leila, leila, name="Leila H", organisation="DfT")
    assert (leila.name, leila.organisation) == ("Leila H", "DfT")
    with pytest.raises(Invalid), transaction():
        actions.change_name(leila, leila, name="", organisation="")


def test_a_password_and_ending_sessions_need_an_address(world):
    device = world.person("Dee")
    with pytest.raises(Forbidden), transaction():
        actions.set_password(device, device, "hash")
    with pytest.raises(Forbidden), transaction():
        actions.end_sessions(device, device)
    assert device.password_hash is None


@pytest.mark.parametrize("change", [lambda p: actions.end_sessions(p, p), lambda p: actions.set_password(p, p, "hash")])
def test_every_session_ends_and_links_sent_before_stop_working(world, change):
    leila = world.person("Leila", ADDRESS)
    secret, cookie = asked(), leila.get_id()
    with transaction():
        change(leila)
    assert leila.get_id() != cookie
    with pytest.raises(links.Spent):
        sign_in(secret)
    assert db.session.scalar(select(func.count(Link.id)).where(Link.purpose == SIGN_IN)) == 0
