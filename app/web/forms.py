"""What every form of ours does: CSRF (Flask-WTF), text tidied the same way everywhere, NUL refused by name."""

import unicodedata

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, StopValidation


def one_line(value: str | None) -> str:
    """Text for one line: every run of white space or control characters is one space; NFC."""
    text = unicodedata.normalize("NFC", value or "")
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") and c != "\0" else c for c in text).split())


def many_lines(value: str | None) -> str:
    """Text of several lines: line ends are \\n, and nothing else is touched."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n")


def no_nul(_form, field) -> None:
    """Refuse a NUL, which no database text can hold; and lone surrogates, which no encoding can."""
    if "\0" in (field.data or ""):
        raise StopValidation(f"{field.label.text} has a character (NUL) that cannot be kept. Take it out and send again.")
    if any("\ud800" <= c <= "\udfff" for c in field.data or ""):
        raise StopValidation(f"{field.label.text} has a broken character that cannot be kept.")


class Line(StringField):
    """One line of text, at most `most` characters."""

    def __init__(self, label: str, most: int, validators=(), **kwargs):
        super().__init__(label, [no_nul, *validators, Length(max=most, message=f"Keep it to {most} characters.")],
                         filters=[one_line], render_kw={"maxlength": most, **kwargs.pop("render_kw", {})}, **kwargs)


class Lines(TextAreaField):
    """Several lines of text, at most `most` characters."""

    def __init__(self, label: str, most: int, validators=(), **kwargs):
        super().__init__(label, [no_nul, *validators, Length(max=most, message=f"Keep it to {most:,} characters.")],
                         filters=[many_lines], **kwargs)


class Form(FlaskForm):
    """The base of our forms. `refuse` puts an action's `Invalid` beside the field it is about."""

    def refuse(self, problem) -> None:
        """Show `problem` (an `Invalid`) at its field, or at the top of the form when it names none of ours."""
        field = self[problem.field] if problem.field in self._fields else None
        if field is None:
            self.form_errors.append(problem.message)
        else:
            field.errors = [*field.errors, problem.message]
