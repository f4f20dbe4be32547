"""The mails of this room, as (subject, body). What is named in them was typed by organisers, never by strangers."""


def invitation(event_name: str, role: str, by: str, url: str) -> tuple[str, str]:
    """To somebody whom an organiser gave a role at an event."""
    return f"You are {role} at {event_name}", (
        f"{by} has put you down as {role} at {event_name} on Folkmoot.\n\n"
        f"Open this link and press the button to sign in. It works once, within a week:\n\n{url}\n\n"
        "After that, or on another device, ask for a new link on the sign-in page with this address.\n\n"
        "If you want no part in it, do nothing.\n")


def ownership(series_name: str, by: str, url: str) -> tuple[str, str]:
    """To somebody who became an owner of a series."""
    return f"You are an owner of {series_name}", (
        f"{by} has made you an owner of {series_name} on Folkmoot: you can set up its events and organise each of them.\n\n"
        f"Open this link and press the button to sign in. It works once, within a week:\n\n{url}\n\n"
        "If you want no part in it, do nothing.\n")
