"""E-mail addresses: the one way each is written here, so that one mailbox is one account and one count."""

from email_validator import EmailNotValidError, validate_email

from app.errors import Invalid

LONGEST = 254


def normal(text: str) -> str:
    """`text` as it is kept: lower case, the domain as mail servers know it. Raises `Invalid` (field `email`).

    A name, a second address, a line break, a quoted or non-ASCII mailbox and a domain without a dot are all refused.
    """
    try:
        address = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        address = None
    if address is None or len(address) > LONGEST:
        raise Invalid("Give one e-mail address, such as name@example.org.", "email")
    return address.lower()


def folded(text: str) -> str:
    """What tries are counted by: the address as kept, or what was typed, shortened, when it is none."""
    try:
        return normal(text)
    except Invalid:
        return text.strip().casefold()[:LONGEST]
