"""The solver is a package of its own: it knows nothing of the rest, and only it loads OR-tools."""

import ast
from pathlib import Path

APP = Path(__file__).resolve().parents[3] / "app"
SOLVER = APP / "grid" / "solver"


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_the_solver_imports_nothing_of_folkmoot_but_itself():
    foreign = {name for path in SOLVER.rglob("*.py") for name in imported(path)
               if name.split(".")[0] in ("app", "flask", "sqlalchemy", "werkzeug") and not name.startswith("app.grid.solver.")}
    assert foreign == set()


def test_only_the_solver_loads_ortools():
    loading = {path.relative_to(APP).parts[:2] for path in APP.rglob("*.py")
               if any(name.split(".")[0] in ("ortools", "numpy", "pandas") for name in imported(path))}
    assert loading == {("grid", "solver")}
