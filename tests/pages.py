"""A test client that reads every HTML page as a browser would and refuses a page that breaks the house's rules."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from flask.testing import FlaskClient
from html5lib import HTMLParser, treebuilders
from itsdangerous import URLSafeTimedSerializer
from lxml import etree

from app.infra import db

PARSER = treebuilders.getTreeBuilder("etree")
QUICK = etree.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
CSRF = "c" * 40


@lru_cache(maxsize=4)
def parsed(html: str):
    """The page as an element tree without namespaces, to be read only, and the parser's complaints."""
    parser = HTMLParser(tree=PARSER, namespaceHTMLElements=False)
    return parser.parse(html), parser.errors


def text_of(element) -> str:
    """All the text inside, white space folded."""
    return " ".join("".join(element.itertext()).split())


def faults_of(html: str, *, thorough: bool = False) -> list[str]:
    """What is wrong with a page; empty when nothing is. `thorough` looks at the tree that a browser makes of it, to the letter,
    which takes ten times as long: tests/test_access.py does so with every kind of page."""
    tree = parsed(html)[0] if thorough else etree.fromstring(html.encode(), QUICK)
    faults = []
    title = tree.find(".//title")
    if title is None or not text_of(title):
        faults.append("no title")
    if len(tree.findall(".//h1")) != 1:
        faults.append(f"{len(tree.findall('.//h1'))} h1 headings")
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    faults += [f"id {i!r} twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    labelled = {e.get("for") for e in tree.iter("label")}
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        faults += [f"inline {a} on {element.tag}" for a in element.keys() if a == "style" or a.startswith("on")]
        if element.tag == "script" and not element.get("src"):
            faults.append("inline script")
        if element.tag == "style":
            faults.append("inline style element")
        if element.tag == "form":
            if (element.get("method") or "get").lower() == "post" and not any(
                    i.get("name") == "csrf_token" and i.get("value") for i in element.iter("input")):
                faults.append(f"form to {element.get('action')} has no csrf_token")
            if (element.get("action") or "").startswith(("http:", "https:", "//")):
                faults.append("form to another site")
        if (element.tag in ("input", "select", "textarea") and element.get("type") not in ("hidden", "submit", "button")
                and element.get("id") not in labelled and not element.get("aria-label") and not element.get("aria-labelledby")
                and not _inside_label(tree, element)):
            faults.append(f"{element.tag} {element.get('name')!r} has no label")
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            faults += [f"{attribute} names {i!r}, which is not there" for i in (element.get(attribute) or "").split() if i not in ids]
        if element.tag == "a" and (element.get("href") or "").strip() == "#":
            faults.append(f"dead link {text_of(element)!r}")
    return faults


def _inside_label(tree, element) -> bool:
    return any(element in set(label.iter()) for label in tree.iter("label"))


def apart(work, *args, **kwargs):
    """What `work` returns, done in a thread of its own: as in life, a request has its own database session and its own `g`.

    What the test had read is read again afterwards, and its objects stay usable.
    """
    with ThreadPoolExecutor(1) as server:
        done = server.submit(work, *args, **kwargs).result()
    db.session.rollback()
    return done


class CheckedClient(FlaskClient):
    """Posts with a CSRF token, signs people in, and checks every page it gets."""

    thorough = False  # see faults_of

    def open(self, *args, **kwargs):
        response = apart(super().open, *args, **kwargs)
        if response.mimetype == "text/html" and response.data and not response.is_streamed:
            page = response.get_data(as_text=True)
            if "<html" in page and not response.headers.get("Content-Disposition", "").startswith("attachment"):
                faults = faults_of(page, thorough=self.thorough)
                assert not faults, f"{response.request.path}: " + "; ".join(faults)
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        return response

    def sign_in(self, person, *, entered: int = 0) -> "CheckedClient":
        """Be `person` from now on, having signed in at `entered` (seconds since 1970; long ago if not said)."""
        apart(self._keep, _user_id=person.get_id(), _fresh=True, entered=entered)
        return self

    def _keep(self, **values) -> None:
        with self.session_transaction() as session:
            session.update(values)
            session.permanent = True

    def sign_out(self) -> "CheckedClient":
        """Be a stranger again."""
        self.delete_cookie("folkmoot")
        return self

    def token(self) -> str:
        """A CSRF token that this client's session accepts."""
        apart(self._keep, csrf_token=CSRF)
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(CSRF)

    def send(self, path: str, json: bool = False, **fields):
        """POST a form with its CSRF token; `json` asks for JSON as our scripts do. Lists send a field several times."""
        headers = {"Accept": "application/json"} if json else {}
        return self.post(path, data={"csrf_token": self.token(), **fields}, headers=headers)
