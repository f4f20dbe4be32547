"""What is typed off a paper card: its number and its scores, in two boxes or, for who types fast, all in the first."""

import re

from wtforms.validators import InputRequired, ValidationError

from app.pitches.scoring_models import HIGHEST, SCORES_EACH
from app.web.forms import Form, Line

SEPARATORS = re.compile(r"[\s,;:.+/=-]+")
NONE = "none"


class PaperForm(Form):
    """One card: the number printed on it, and its scores as they stand there ("4 5 3 3 5", or 45335; "none" takes them away)."""

    card = Line("Card", 60, [InputRequired("Give the number printed on the card.")])
    scores = Line("Scores", 60)

    def validate_card(self, field) -> None:
        """The number of a card; its scores may follow it, where the other box is empty."""
        first, *rest = [piece for piece in SEPARATORS.split(field.data or "") if piece] or [""]
        if rest and not self.scores.data:
            field.data, self.scores.data = first, " ".join(rest)
        text = (field.data or "").lstrip("#").strip()
        if not (text.isascii() and text.isdigit()):
            raise ValidationError(f"“{field.data}” is not the number of a card.")

    def validate_scores(self, field) -> None:
        """Figures from 1 to 5 and nothing else."""
        if not self._pieces():
            raise ValidationError("Type its scores. To take away what was typed in before, type none.")
        if self._pieces() == [NONE]:
            return
        for piece in self._pieces():
            if not (piece.isascii() and piece.isdigit()):
                raise ValidationError(f"“{piece}” is not a score: scores are figures from 1 to {HIGHEST}. Nothing was saved.")
            if wrong := [figure for figure in piece if not "1" <= figure <= str(HIGHEST)]:
                raise ValidationError(f"{piece if len(piece) < 3 else wrong[0]} is not a score: scores are from 1 to {HIGHEST}. "
                                      "Nothing was saved.")

    def _pieces(self) -> list[str]:
        return [piece for piece in SEPARATORS.split((self.scores.data or "").casefold()) if piece]

    @property
    def number(self) -> int:
        """The card's number."""
        return int(self.card.data.lstrip("#").strip()[:9])

    @property
    def figures(self) -> list[int]:
        """The scores, in the order they stand on the card."""
        return [int(figure) for piece in self._pieces() for figure in piece if piece != NONE]


def said_of(title: str, scores: tuple[int, ...], before: tuple[int, ...]) -> tuple[str, str]:
    """What to tell the clerk after a card was typed in: a kind of notice, and a sentence."""
    if not scores:
        return "info", f"“{title}” has no scores from paper now." + (f" It had {_list(before)}." if before else "")
    total, so = sum(scores), f"“{title}”: {_list(scores)}"
    kind = "success"
    if len(scores) == SCORES_EACH:
        so += f", which makes {total}."
    else:
        kind, about = "warn", (2 * total * SCORES_EACH + len(scores)) // (2 * len(scores))
        few = SCORES_EACH - len(scores)
        missing = f"{few} {'is' if few == 1 else 'are'} missing" if few > 0 else f"{-few} more than there should be"
        so += (f". That is {len(scores)} of {SCORES_EACH} scores" if few > 0 else f". That is {len(scores)} scores")
        so += f", {missing}: {total}, which would be about {about}. Look at the card again; if it says so, leave it."
    if before and before != scores:
        so += f" It had {_list(before)} before."
    return kind, so


def _list(scores: tuple[int, ...]) -> str:
    return " ".join(map(str, scores))
