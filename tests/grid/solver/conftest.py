"""The independent checker and the shared instances, where they are."""

import importlib.util
import json
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "grid"


@pytest.fixture(scope="session")
def checker():
    """The checker's `check(instance, solution)`."""
    if not (SHARED / "validator.py").exists():
        pytest.skip("the grid checker, ../shared/data/grid/validator.py, is not here")
    spec = importlib.util.spec_from_file_location("grid_validator", SHARED / "validator.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.check


@pytest.fixture(scope="session")
def shared_instance():
    """Reads one of the shared instances by its name."""
    def read(name: str) -> dict:
        path = SHARED / "instances" / f"{name}.json"
        if not path.exists():
            pytest.skip(f"../shared/data/grid/instances/{name}.json is not here")
        return json.loads(path.read_text())
    return read
