"""Where somebody says that two pitches which look alike are not the same."""

from flask import flash, redirect, request, url_for

from app.errors import Invalid
from app.infra import clock
from app.infra.db import transaction
from app.pitches import duplicates, queries
from app.pitches.blueprint import blueprint
from app.web.guard import CAMPMAKER, allow, person
from app.web.templating import safe_next


@blueprint.post("/e/<event_slug>/pitches/not-same")
@allow(CAMPMAKER)
def not_same(event):
    """These two (`pitch`, twice) are not the same; then back to the page (`next`) it was said on."""
    with transaction(event):
        pitches = queries.pitches_in(event, request.form.getlist("pitch", type=int))
        if len(pitches) != 2:
            raise Invalid("Name two pitches.")
        duplicates.say_not_same(person(), *pitches, at=clock.now())
    flash(f"“{pitches[0].title}” and “{pitches[1].title}” stay separate. You will not be asked again.", "success")
    target = request.form.get("next")
    return redirect(safe_next(target) if target else url_for("pitches.listing", event_slug=event.slug), 303)
