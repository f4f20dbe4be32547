"""The mails of this room, as (subject, body). Nothing in them was typed by a stranger, so nobody can write through us."""


def sign_in(url: str) -> tuple[str, str]:
    """To whoever asked for a link; the same whether or not we know the address."""
    return "Your sign-in link for Folkmoot", (
        "Somebody, we hope you, asked to sign in to Folkmoot with this e-mail address.\n\n"
        f"Open this link and press the button. It works once, within 15 minutes:\n\n{url}\n\n"
        "If you have not used Folkmoot before, it asks for your name first.\n\n"
        "If this was not you, do nothing: nobody can sign in without this link.\n")


def tie_address(url: str) -> tuple[str, str]:
    """To an address that somebody gave as theirs."""
    return "Confirm your e-mail address for Folkmoot", (
        "Somebody, we hope you, gave this e-mail address as theirs on Folkmoot.\n\n"
        f"Open this link to confirm it. It works once, within a day:\n\n{url}\n\n"
        "After that you can sign in on any device.\n\n"
        "If this was not you, do nothing: without this link the address is not used.\n")


def address_changed() -> tuple[str, str]:
    """To the address that an account had until now."""
    return "Your address on Folkmoot was changed", (
        "The e-mail address of your Folkmoot account was changed, so mails from now on go to the new one.\n\n"
        "If this was not you, tell the people who run the site.\n")
