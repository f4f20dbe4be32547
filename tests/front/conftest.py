"""The stage, and browsers that look at it."""

import pytest

from tests.front import stage as staging


@pytest.fixture(scope="session")
def stage_server():
    stage = staging.Stage()
    server = staging.serve(stage)
    yield stage
    server.shutdown()


@pytest.fixture
def stage(stage_server):
    """The stage, set as at the start."""
    stage_server.reset()
    return stage_server


@pytest.fixture
def look(browser, stage):
    """Opens a page of the stage: `look('note', width=…, **context)`. An error or a blocked script fails the test."""
    contexts, problems = [], []

    def open_page(path: str, *, width: int = 1280, height: int = 800, **more):
        more.setdefault("service_workers", "block")
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=stage.address, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto(f"/{path}")
        if more.get("java_script_enabled", True):
            page.wait_for_selector("html.js")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
