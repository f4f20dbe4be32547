"""Text fields: tidied the same way everywhere, what cannot be kept refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.errors import Invalid
from app.web.forms import Form, Line, Lines, many_lines, one_line


class Sample(Form):
    class Meta:
        csrf = False

    title = Line("Title", 12)
    about = Lines("About", 20)


def sample(app, **fields):
    with app.test_request_context():
        form = Sample(MultiDict(fields))
        form.validate()
        return form


@given(st.text())
def test_one_line_is_one_line_and_stays_so(text):
    line = one_line(text)
    assert "\n" not in line
    assert line == line.strip() == one_line(line)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_many_lines_only_changes_line_ends(text):
    assert many_lines(text).replace("\n", "") == text.replace("\r", "").replace("\n", "")


@pytest.mark.parametrize(("field", "value", "said"), [
    ("title", "a\0b", "Title has a character (NUL)"), ("about", "a\0b", "About has a character (NUL)"),
    ("about", "\ud800", "About has a broken character"), ("title", "x" * 13, "Keep it to 12 characters."),
    ("about", "x" * 21, "Keep it to 20 characters.")])
def test_what_cannot_be_kept_is_refused_at_its_field(app, field, value, said):
    form = sample(app, **{field: value})
    assert list(form.errors) == [field]
    assert said in form.errors[field][0]


def test_text_arrives_tidy(app):
    form = sample(app, title="  Bins\t&\u2028 boxes ", about="one\r\ntwo\r")
    assert form.errors == {}
    assert (form.title.data, form.about.data) == ("Bins & boxes", "one\ntwo\n")


def test_an_actions_refusal_stands_at_its_field_or_on_top(app):
    form = sample(app)
    form.refuse(Invalid("Too rude.", "title"))
    form.refuse(Invalid("Not today."))
    assert form.title.errors == ["Too rude."]
    assert form.form_errors == ["Not today."]
