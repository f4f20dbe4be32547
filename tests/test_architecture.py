"""The house rules of docs/tour.md, held against the code itself."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"
ROOMS = ["accounts", "letters", "events", "pitches", "grid", "documents", "notes", "boards", "followups", "introductions", "rounds",
         "mailings", "recaps", "search", "exchange", "privacy"]
FURNITURE = ["models", "policy", "queries", "actions", "forms", "routes"]
PURE = {"models", "policy", "queries", "actions"}
FILES = sorted(p for p in APP.rglob("*.py"))
JUNK = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def each_file(holds):
    """A test of every file of the app; what fails in any of them is said together."""
    def test():
        wrong = []
        for path in FILES:
            try:
                holds(path)
            except AssertionError as problem:
                wrong.append(f"{path.relative_to(ROOT)}: {problem}")
        assert wrong == []

    test.__doc__, test.__name__ = holds.__doc__, holds.__name__
    return test


@cache
def imports_of(path: Path) -> list[tuple[str, int, bool]]:
    """(module, line, whether inside a function) of every import in the file."""
    tree = tree_of(path)
    found, left = [], [(tree, False)]
    for node, inside in left:
        if isinstance(node, ast.Import):
            found += [(a.name, node.lineno, inside) for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} relative import"
            found += [(f"{node.module}.{a.name}", node.lineno, inside) for a in node.names]
        elif isinstance(node, ast.stmt | ast.Module | ast.ExceptHandler | ast.match_case):  # (no import stands in an expression)
            inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            left += [(child, inside) for child in ast.iter_child_nodes(node)]
    return found


def place(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "app" else ""


@each_file
def test_each_file_imports_only_what_its_place_may(path):
    me = place(module_of(path))
    for module, line, _ in imports_of(path):
        other = place(module)
        if not other or other == me:
            continue
        where = f"{path.relative_to(ROOT)}:{line} imports {module}"
        if me == "infra":
            assert other == "errors", f"{where}: the engine room imports no feature"
        elif me == "web":
            assert other in ("infra", "errors"), f"{where}: the front hall imports infra and errors only"
        elif me in ROOMS:
            allowed = {"infra", "web", "errors", *ROOMS[:ROOMS.index(me)]}
            assert other in allowed, f"{where}: a room imports only rooms above it"


@each_file
def test_models_policy_queries_actions_know_no_flask(path):
    if path.parent.name in ROOMS and path.stem.split("_")[-1] in PURE:  # queue_actions too
        foreign = [m for m, _, _ in imports_of(path) if m.split(".")[0].startswith(("flask", "werkzeug")) or m.startswith("app.web")]
        assert foreign == []


@each_file
def test_inside_a_room_the_order_is_models_policy_queries_actions_forms_routes(path):
    if path.parent.name not in ROOMS or path.stem not in FURNITURE:
        return
    later = FURNITURE[FURNITURE.index(path.stem) + 1:]
    for module, line, _ in imports_of(path):
        parts = module.split(".")
        if parts[:2] == ["app", path.parent.name] and len(parts) > 2:
            assert parts[2] not in later, f"{path.relative_to(ROOT)}:{line} imports {module}"


@each_file
def test_no_import_hides_inside_a_function_without_its_reason(path):
    lines = path.read_text().splitlines()
    for module, line, hidden in imports_of(path):
        if hidden:
            assert "# start-up cost" in lines[line - 1], f"{path.relative_to(ROOT)}:{line} imports {module} inside a function"


@each_file
def test_only_the_database_port_commits(path):
    if path == APP / "infra" / "db.py":
        return
    calls = [n for n in ast.walk(tree_of(path))
             if isinstance(n, ast.Attribute) and n.attr == "commit" and not ast.unparse(n).startswith(("writer.", "self._writer."))]
    assert [f"{path.relative_to(ROOT)}:{n.lineno} {ast.unparse(n)}" for n in calls] == []


def public_functions(path: Path) -> list[tuple[ast.FunctionDef, str]]:
    """The functions of a file that others may call, each with the source of its first statement."""
    found = []
    for function in tree_of(path).body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            body = function.body[1:] if ast.get_docstring(function) else function.body
            found.append((function, ast.unparse(body[0]) if body else ""))
    return found


def asks(function: ast.FunctionDef, first: str) -> bool:
    """Whether an action takes the acting person first and begins with require(…)."""
    return [a.arg for a in function.args.args[:1]] == ["actor"] and first.startswith("require(")


@pytest.mark.parametrize("path", [p for p in FILES if p.stem == "actions"], ids=lambda p: p.parent.name)
def test_every_action_asks_permission_on_its_first_line(path):
    """In actions.py every public function does, but those whose docstring says in its first line that they are for anybody."""
    if path.parent.name == "documents":
        return  # shared text knows no people: its callers (notes) ask
    for function, first in public_functions(path):
        if "anybody" not in (ast.get_docstring(function) or "").lower().split("\n")[0]:
            assert asks(function, first), f"{path.parent.name}.{function.name} begins with {first!r}"


@each_file
def test_actions_in_other_files_ask_too(path):
    """Where one public function of a file takes the acting person and begins with require(…), all that take them do."""
    acting = [pair for pair in public_functions(path) if [a.arg for a in pair[0].args.args[:1]] == ["actor"]]
    if any(asks(*pair) for pair in acting):
        assert [function.name for function, first in acting if not asks(function, first)] == []


def test_no_junk_drawers_and_no_long_files():
    assert [str(p.relative_to(ROOT)) for p in FILES if p.stem in JUNK] == []
    long = {str(p.relative_to(ROOT)): n for p in FILES if (n := len(p.read_text().splitlines())) > 300}
    assert long == {}


def test_every_package_and_public_function_of_the_house_says_what_it_is_for():
    silent = []
    for path in FILES:
        tree = tree_of(path)
        if not ast.get_docstring(tree):
            silent.append(f"{path.relative_to(ROOT)} itself")
        if path.stem in ("models", "policy", "queries", "actions", "routes") or path.parent.name in ("infra", "web"):
            silent += [f"{path.relative_to(ROOT)}: {n.name}" for n in tree.body
                       if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_") and not ast.get_docstring(n)]
    assert silent == []


def test_the_top_of_the_house_holds_nothing_else():
    allowed = {"app", "migrations", "templates", "static", "tests", "wsgi.py", "requirements.txt", "README.md", "Makefile", "LICENSE",
               "package.json", "package-lock.json", "docs"}
    own = {"instance", "node_modules", "tsconfig.json", "__pycache__"}  # made when it runs
    found = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    assert found - allowed - own == set()
