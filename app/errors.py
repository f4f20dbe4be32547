"""What an action may answer instead of doing what it was asked: each carries a sentence for the person who asked.

`app/web/errors.py` turns them into pages (or JSON) with the status given here; nothing else decides a status.
"""


class Refused(Exception):
    """The request was understood and not carried out; nothing was changed."""

    status = 400
    heading = "That did not work"

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class Invalid(Refused):
    """What was given cannot be used; `field` names the form field at fault, if one is."""

    status = 422
    heading = "Something needs changing"

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.field = field


class Forbidden(Refused):
    """The acting person may not do this."""

    status = 403
    heading = "You cannot do that here"

    def __init__(self, message: str = "You do not have permission to do that."):
        super().__init__(message)


class NotFound(Refused):
    """There is no such thing, or the person may not know that there is."""

    status = 404
    heading = "There is nothing here"

    def __init__(self, message: str = "This page does not exist, or has been taken away."):
        super().__init__(message)


class Conflict(Refused):
    """Somebody else got there first, or what was on screen is out of date; the message says who did what."""

    status = 409
    heading = "Somebody got there first"


class Busy(Refused):
    """The store cannot take the write just now; the same request may be sent again."""

    status = 503
    heading = "Busy for a moment"

    def __init__(self, message: str = "The server is busy. Nothing was saved: please try again in a few seconds."):
        super().__init__(message)


def require(allowed: bool, message: str | None = None) -> None:
    """Raise `Forbidden` unless `allowed`: the first line of every action."""
    if not allowed:
        raise Forbidden(message) if message else Forbidden()
