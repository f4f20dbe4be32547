"""What people type about themselves."""

from wtforms import BooleanField, EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from app.accounts import addresses, passwords
from app.accounts.models import NAME_LENGTH
from app.errors import Invalid
from app.web.forms import Form, Line, no_nul, one_line


def _an_address(_form, field) -> None:
    try:
        addresses.normal(field.data)
    except Invalid as problem:
        raise StopValidation(problem.message) from problem


class Address(EmailField):
    """One e-mail address; empty only when not `needed`."""

    def __init__(self, label: str = "E-mail address", *, needed: bool = True, **kwargs):
        first = DataRequired("Give your e-mail address.") if needed else Optional()
        super().__init__(label, [no_nul, first, _an_address], filters=[one_line],
                         render_kw={"maxlength": addresses.LONGEST, "spellcheck": "false", "autocapitalize": "none"}, **kwargs)


class Secret(PasswordField):
    """A password as typed: nothing is trimmed."""

    def __init__(self, label: str, validators=(), **kwargs):
        short_enough = Length(max=passwords.MOST, message=f"Keep it to {passwords.MOST} characters.")
        super().__init__(label, [no_nul, *validators, short_enough], **kwargs)


LONG_ENOUGH = Length(min=passwords.LEAST, message=f"Use at least {passwords.LEAST} characters; three or four words are good.")


class SignInForm(Form):
    """Asking for a link."""

    email = Address()
    next = HiddenField()


class PasswordForm(Form):
    """Signing in with a password."""

    email = Address()
    password = Secret("Password", [DataRequired("Give your password, or have a link sent instead.")])
    next = HiddenField()


class NameForm(Form):
    """What somebody is called."""

    name = Line("Name", NAME_LENGTH, [DataRequired("Give your name.")])
    organisation = Line("Organisation", NAME_LENGTH, [Optional()])


class UseLinkForm(Form):
    """The button on the page of a sign-in link; the names matter only for a new account."""

    name = Line("Your name", NAME_LENGTH)
    organisation = Line("Organisation", NAME_LENGTH, [Optional()])
    bring = BooleanField("Bring what I did on this device along")


class TieForm(Form):
    """The button on the page that confirms an address."""

    stay = BooleanField("The phone or browser that asked for this is mine: leave it signed in")


class AddressForm(Form):
    """An address to sign in with from now on."""

    email = Address()


class NewPasswordForm(Form):
    """A password, first or next."""

    password = Secret("New password", [DataRequired("Give a password."), LONG_ENOUGH])


class FirstKeeperForm(Form):
    """Who looks after a new site."""

    name = Line("Your name", NAME_LENGTH, [DataRequired("Give your name.")])
    email = Address("Your e-mail address")
    password = Secret("Password", [Optional(), LONG_ENOUGH])
