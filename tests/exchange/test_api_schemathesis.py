"""The API asked for everything its description allows, and for what it does not (acceptance test S17)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.exchange import openapi
from tests.pages import apart

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis of tests/requirements.txt is not installed")
GenerationMode = schemathesis.GenerationMode
pytestmark = [pytest.mark.long, pytest.mark.once]


@pytest.mark.parametrize(("path", "mode"), [
    *((path, GenerationMode.POSITIVE) for path in sorted(openapi.PATHS)),
    ("/events/{event_slug}/now", GenerationMode.NEGATIVE), ("/events/{event_slug}/sessions/{session_id}", GenerationMode.NEGATIVE)])
def test_every_answer_is_one_that_the_description_names(app, world, path, mode):
    event = world.event(slug="camp")
    session = world.session(event, "Bins", room=1, slot=1, topics=("Waste",), about="Why?").id
    described = apart(schemathesis.openapi.from_wsgi, "/api/v1/openapi.json", app)
    operation = described[path]["GET"]

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def asked(case, there):
        if there and mode is GenerationMode.POSITIVE:  # what is made up is never an event
            case.path_parameters |= {name: value for name, value in (("event_slug", "camp"), ("session_id", session))
                                     if name in case.path_parameters}
        apart(case.call_and_validate, headers={"Accept-Encoding": "identity"})

    asked()
