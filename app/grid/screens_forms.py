"""What organisers type for the screens."""

from app.grid.screens_actions import LONGEST
from app.web.forms import Form, Line


class SayForm(Form):
    """What every screen shows beside the grid."""

    message = Line("Message for everybody", LONGEST, description="For now: “Lunch is late, 13:15 in the atrium”. Shown on every "
                   "screen and above the grid within a second. Empty it to take it away.")
    screen_text = Line("Shown all day", LONGEST, description="The wifi, say: “Wifi: Exchange-Guest, no password”.")
