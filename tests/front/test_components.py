"""The macros of templates/ui.html: fields that are labelled and described, links that lead somewhere, text that stays text."""

import html5lib
import pytest
from flask import render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tests.front.stage import Stage, build, session

SAY = "Say what it is."


class Row(Form):
    """A row of a repeated list."""

    name = StringField("Room name", [DataRequired(SAY)])


class Everything(Form):
    """One of each kind of field."""

    title = StringField("Title", [DataRequired(SAY), Length(max=120)], description="A question <works> well.")
    about = TextAreaField("About", [Length(max=10)])
    where = SelectField("Room", choices=[SelectChoice("", "None"), SelectChoice("1", "Hall")], validators=[DataRequired(SAY)])
    who = RadioField("Who sees it", choices=[SelectChoice("public", "Everybody"), SelectChoice("pass", "Attendees")], validators=[DataRequired(SAY)])
    needs = SelectMultipleField("Needs", choices=[SelectChoice("a", "Screen"), SelectChoice("b", "Quiet")],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validators=[DataRequired(SAY)])
    agree = BooleanField("I agree", [DataRequired(SAY)], description="To the code of conduct.")
    day = DateField("Day", [DataRequired(SAY)])
    at = TimeField("Starts at", [Optional()])
    email = EmailField("E-mail", [DataRequired(SAY)])
    seats = IntegerField("Seats", [DataRequired(SAY)])
    secret = PasswordField("Password", [DataRequired(SAY)])
    file = FileField("File", [DataRequired(SAY)])
    token = HiddenField("Token", [Optional()])
    rows = FieldList(FormField(Row), min_entries=2)


FIELDS = [name for name in Everything()._fields if name not in ("rows", "token")]


@pytest.fixture(scope="module")
def app():
    """The stage's application (this module needs no database)."""
    return build(Stage())


@pytest.fixture
def draw(app):
    """Renders a template that can use `ui`; gives the parsed <body>. A parse error of the HTML fails the test."""

    def draw(source: str, **context):
        with app.test_request_context():
            html = render_template_string("{% import 'ui.html' as ui %}" + source, **context)
        page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(f"<!doctype html><title>x</title>{html}")
        ids = [e.get("id") for e in page.iter() if e.get("id")]
        assert len(ids) == len(set(ids)), "an id stands twice"
        return page.find("body")

    return draw


def text_of(element) -> str:
    return " ".join("".join(element.itertext()).split())


def find(body, **attributes):
    return [e for e in body.iter() if all(e.get(k.rstrip("_").replace("_", "-")) == v for k, v in attributes.items())]


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("wrong", [True, False], ids=["wrong", "fresh"])
def test_a_field_is_labelled_and_described(draw, name, wrong):
    form = Everything(MultiDict({"about": "x" * 20} if wrong else {}))
    if wrong:
        form.validate()
    body = draw("{{ ui.field(form[name], hint='Think first.') }}", form=form, name=name)
    controls = [e for e in body.iter() if e.tag in ("input", "select", "textarea")]
    assert controls
    assert {c.get("name") for c in controls} == {name}
    grouped = name in ("who", "needs")
    described = (find(body, id=name)[0] if grouped else controls[0]).get("aria-describedby", "").split()
    words = " ".join(text_of(find(body, id=i)[0]) for i in described)
    assert "Think first." in words
    error = wrong and name != "at"
    assert ("Error: " in words) == error
    if grouped:
        assert text_of(body.find(".//legend")) == form[name].label.text
        assert all(any(c in label.iter() for label in body.iter("label")) for c in controls)
    else:
        assert controls[0].get("aria-invalid") == ("true" if error else None)
        labels = [label for label in body.iter("label") if label.get("for") == controls[0].get("id") or controls[0] in label.iter()]
        assert len(labels) == 1
        assert form[name].label.text in text_of(labels[0])


def test_optional_is_said_and_hints_are_text(draw):
    form = Everything()
    assert "(optional)" in text_of(draw("{{ ui.field(form.at) }}", form=form))
    assert "(optional)" not in text_of(draw("{{ ui.field(form.title) }}", form=form))
    assert "A question <works> well." in text_of(draw("{{ ui.field(form.title) }}", form=form))


def test_a_limit_stops_or_counts(draw):
    form = Everything()
    assert find(draw("{{ ui.field(form.title) }}", form=form), name="title")[0].get("maxlength") == "120"
    [counted] = find(draw("{{ ui.field(form.title, count=True) }}", form=form), name="title")
    assert (counted.get("maxlength"), counted.get("data-count")) == (None, "120")


def test_what_was_typed_comes_back(draw):
    form = Everything(MultiDict({"title": 'a "b" <c>', "who": "pass", "needs": "b", "day": "2027-01-23", "at": "11:40", "where": "1"}))
    body = draw("{% for f in form %}{% if f.name != 'rows' %}{{ ui.field(f) }}{% endif %}{% endfor %}", form=form)
    assert find(body, name="title")[0].get("value") == 'a "b" <c>'
    assert [e.get("value") for e in find(body, name="who") if e.get("checked") is not None] == ["pass"]
    assert [e.get("value") for e in find(body, name="needs") if e.get("checked") is not None] == ["b"]
    assert (find(body, name="day")[0].get("value"), find(body, name="at")[0].get("value")) == ("2027-01-23", "11:40")
    assert (find(body, name="day")[0].get("type"), find(body, name="at")[0].get("type")) == ("date", "time")


def test_the_error_summary_leads_to_every_field(draw):
    form = Everything(MultiDict({"rows-0-name": "", "rows-1-name": "ok"}))
    form.validate()
    form.form_errors.append("The two of you saved at once.")
    body = draw("{{ ui.error_summary(form) }}{% for f in form %}{% if f.name != 'rows' %}{{ ui.field(f) }}{% endif %}{% endfor %}"
                "{% for r in form.rows %}{{ ui.field(r.form.name) }}{% endfor %}", form=form)
    [summary] = find(body, role="alert")
    targets = [a.get("href")[1:] for a in summary.iter("a")]
    assert len(targets) == 11
    assert "rows-0-name" in targets
    assert "rows-1-name" not in targets
    for target in targets:
        assert find(body, id=target)[0].tag in ("input", "select", "textarea"), target
    assert "The two of you saved at once." in text_of(summary)
    assert find(draw("{{ ui.error_summary(form) }}", form=Everything()), role="alert") == []


def test_every_posting_form_has_its_token_and_every_button_its_words(draw):
    body = draw("{% call ui.form('/x', files=True, default_submit=True) %}<button>Go</button>{% endcall %}{{ ui.button_form('/y', 'Mark', {'id': 3}, sr=' this pitch', pressed=True) }}")
    forms = list(body.iter("form"))
    assert len(forms) == 2
    for form in forms:
        assert form.get("method") == "post"
        assert find(form, name="csrf_token")[0].get("value")
    assert text_of(forms[1]) == "Mark this pitch"
    assert find(forms[1], name="id")[0].get("value") == "3"
    assert find(forms[1], aria_pressed="true")


def test_a_cell_says_in_words_what_colours_say(draw):
    cell = session(11, "<b>Bins</b>")
    body = draw("{{ ui.cell(c) }}", c=cell)
    words = text_of(body)
    assert "<b>Bins</b>" in words
    assert "70/ interested, room holds 60" in words
    assert "10 over" in words
    assert "Note-taker?" in words
    assert "Clash: Wen Li leads two sessions at 10:45" in words
    assert find(body, data_move_url="/move/11") == []
    [card] = find(draw("{{ ui.cell(c, True) }}", c=cell), data_move_url="/move/11")
    assert [a.get("aria-label") for a in card.iter("a") if a.get("data-move")] == ["Move “<b>Bins</b>”"]
    cell.seats, cell.clash, cell.needs_notes = None, None, False
    words = text_of(draw("{{ ui.cell(c) }}", c=cell))
    assert "70 interested" in words
    assert "over" not in words
    assert "Clash" not in words


def test_pages_of_a_list(draw):
    source = "{% macro to(n) %}?page={{ n }}{% endmacro %}{{ ui.pagination(page, pages, to) }}"
    body = draw(source, page=4, pages=12)
    assert [a.get("href") for a in body.iter("a")] == [f"?page={n}" for n in (3, 1, 3, 4, 5, 12, 5)]
    assert [text_of(a) for a in find(body, aria_current="page")] == ["Page 4"]
    assert list(draw(source, page=1, pages=1).iter("a")) == []


def test_a_change_is_told_without_colour(draw):
    words = text_of(draw("{{ ui.diff([{'kind': 'change', 'parts': [('=', 'meet on '), ('-', 'Monday'), ('+', '<Tuesday>')]}]) }}"))
    assert words == "meet on [removed: Monday][added: <Tuesday>]"


def test_the_editor_keeps_a_first_empty_line_and_hostile_text(draw):
    text = "\n</textarea><script>alert(1)</script>"
    body = draw("{{ ui.note_editor('/n', text, 1, 2, '/p') }}", text=text)
    assert body.find(".//textarea").text == text
    assert list(body.iter("script")) == []


def test_names_without_words_have_a_mark_too(draw):
    for name, mark in (("Lorna Pike", "LP"), ("Prince", "P"), ("  ", "?"), ("", "?"), ("ada maria lovelace", "AL"), ("李 小龙", "李小")):
        assert text_of(draw("{{ ui.avatar(name) }}", name=name)) == mark
