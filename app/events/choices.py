"""Fields to choose from a list with: (value, text) pairs in, one plain sentence for what is not on the list."""

from collections.abc import Callable, Iterable

from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice

Pairs = Iterable[tuple[object, str]]
NOT_OFFERED = "Choose one of these."


def offered(pairs: Pairs) -> list[SelectChoice]:
    """`pairs` as WTForms wants them."""
    return [SelectChoice(value, text) for value, text in pairs]


class Pick(SelectField):
    """One of a list, as a box that opens. `pairs` may be left to be set later (`field.choices = offered(…)`)."""

    def __init__(self, label: str, pairs: Pairs | Callable[[], list[SelectChoice]] | None = None, **kwargs):
        choices = pairs if callable(pairs) or pairs is None else offered(pairs)
        super().__init__(label, choices=choices, invalid_choice_message=NOT_OFFERED, invalid_value_message=NOT_OFFERED, **kwargs)


class OneOf(RadioField):
    """One of a few, all of them in sight."""

    def __init__(self, label: str, pairs: Pairs, **kwargs):
        super().__init__(label, choices=offered(pairs), invalid_choice_message=NOT_OFFERED,
                         invalid_value_message=NOT_OFFERED, **kwargs)
