"""Pointing at what should perhaps not be published: keys, passwords, passcodes, telephone and insurance numbers, addresses.

`warnings_in(text)` never gives a secret back: its excerpt is masked, so that reports and logs of an import are safe to keep.
It looks for shapes, so it misses some and points at some that are harmless; a person decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

KINDS = {
    "private key": "a private key",
    "api key": "an access key or token",
    "password": "a password",
    "connection": "an address with a password in it",
    "passcode": "a passcode of a meeting or a door",
    "national insurance": "a National Insurance number",
    "card number": "a card number",
    "phone": "a telephone number",
    "email": "a personal e-mail address",
}
MOST_WARNINGS = 200
MOST_IN_A_LINE = 20
LONGEST_LINE = 10_000  # characters; a longer one is looked at in pieces


@dataclass(frozen=True)
class Sensitive:
    """Something to look at: `kind` is a key of `KINDS`, `line` counts from 1, `excerpt` is masked."""

    kind: str
    line: int
    excerpt: str

    @property
    def sentence(self) -> str:
        """What to tell the person who imports."""
        return f"Line {self.line} looks like it holds {KINDS[self.kind]}: {self.excerpt}"


_KEYS = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}"  # AWS
    r"|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{30,255}|glpat-[A-Za-z0-9_-]{20,64}"
    r"|sk-(?:ant-|proj-|live-|svcacct-)?[A-Za-z0-9_-]{20,200}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,120}|"
    r"whsec_[A-Za-z0-9+/=]{20,80}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,200}|xapp-\d-[A-Za-z0-9-]{20,200}"
    r"|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,300}|GOCSPX-[A-Za-z0-9_-]{20,60}"
    r"|SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{16,80}|key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}|AC[0-9a-f]{32}|"
    r"SK[0-9a-f]{32}"
    r"|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,300}|hf_[A-Za-z0-9]{30,60}|dop_v1_[0-9a-f]{64}|shp(?:at|ca|pa|"
    r"ss)_[0-9a-fA-F]{32}"
    r"|eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,1000}"  # JWT
    r"|[0-9]{8,10}:AA[A-Za-z0-9_-]{33}|https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,100}"
    r"|https://discord(?:app)?\.com/api/webhooks/\d{10,25}/[A-Za-z0-9_-]{30,120}"
    r")(?![A-Za-z0-9_-])")
_PRIVATE = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d:")
_NAMED = re.compile(
    r"\b(?P<label>pass ?word|passwd|pwd|pw|passphrase|pass ?phrase|cyfrinair|client[_ -]?secret|"
    r"secret(?:[_ -]?(?:key|access[_ -]?key))?|"
    r"api[_ -]?key|apikey|access[_ -]?key|access[_ -]?token|auth[_ -]?token|bearer[_ -]?token|api[_ -]?token|token|"
    r"private[_ -]?key|signing[_ -]?key|encryption[_ -]?key|wi-?fi (?:key|code)|db_pass|log ?in details)\b"
    r"(?:[\"'`*_ \t]{0,6}(?:[:=]|\bis\b|->|→)|[ \t]{2,20}(?=\S*\d))[ \t\"'`*_]{0,8}(?P<value>[^\s\"'`,;]{3,200})", re.I)
_BEARER = re.compile(r"\b(?:Authorization:\s{0,3})?(?:Bearer|"
                     r"Basic)\s(?P<value>[A-Za-z0-9+/_.=-]{16,2000})(?![A-Za-z0-9])")
_CONNECTION = re.compile(r"\b[a-z][a-z0-9+.-]{1,30}://[^\s/:@<>\"']{0,100}:(?P<value>[^\s/@<>\"']{2,200})@[^\s<>\"')"
                         r"]{1,200}", re.I)
_ACCOUNT_KEY = re.compile(r"\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|Pwd|"
                          r"Password)=(?P<value>[^;\s\"']{4,300})", re.I)
_PASSCODE = re.compile(
    r"\b(?:(?:meeting |zoom |teams |call |webinar |dial[- ]in |conference |access |entry |door |gate |alarm |host |"
    r"participant |join )?(?:pass ?code|pin(?: ?code| number)?)|(?:meeting|zoom|teams|webex|conference|door|gate|"
    r"alarm|wi-?fi|entry|access|host) (?:password|code|pwd|key)|pwd)\b[\"'*_ \t]{0,4}(?:[:=#]|"
    r"\bis\b)?[ \t*_`\"']{0,8}(?P<value>[A-Za-z0-9][A-Za-z0-9!@#$%^&*._-]{2,30})", re.I)
_PWD_IN_LINK = re.compile(r"[?&](?:pwd|passcode|password|token|access_token|auth|sig|signature|key|"
                          r"api_key)=(?P<value>[^&\s\"'<>)]{6,300})", re.I)
_INSURANCE = re.compile(r"(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT|"
                        r"ZZ)[A-CEGHJ-TW-Z][A-CEGHJ-NP-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])")
_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])")
_PHONE = re.compile(
    r"(?<![\w/.=#-])(?:(?:\+|00)[1-9]\d{0,2}[ .-]{0,2}(?:\(0\)[ .-]?)?(?:\(?\d{1,5}\)?[ .-]{0,2}){2,5}\d{2,4}"
    r"|\(?0[1237]\d{1,4}\)?[ .-]{0,2}\d{3,4}[ .-]{0,2}\d{3,4}|0[38]00[ .-]?\d{3}[ .-]?\d{3,4})(?![\w/-])")
_EMAIL = re.compile(r"(?<![\w.+/:@-])(?P<local>[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63})@(?P<domain>(?:[A-Za-z0-9-]{1,63}"
                    r"\.){1,6}[A-Za-z]{2,24})(?![\w@])")
_ROLE = re.compile(
    r"^(?:info|hello|hi|contact|enquir(?:y|ies)|inquiries|team|office|admin|support|help|helpdesk|press|media|"
    r"events?|jobs|careers|community|organi[sz]ers?|tickets|privacy|dpo|foi|security|abuse|postmaster|webmaster|"
    r"no-?reply|do-?not-?reply|newsletter|news|sales|accounts|billing|conduct|coc|committee|steering|chairs?|leads|"
    r"list|lists|group|all|staff|volunteers?|feedback|marketing|editor|editors|git|www|mail|mailer-daemon|"
    r"request)(?:[._+-].*)?$", re.I)
_NO_SECRET = re.compile(
    r"^(?:\W+|x{3,}|\*{2,}|\.{2,}|<.*|\[.*|\{.*|\$\{?\w*\}?|%\w+%|your\w*|my|the|a|an|is|was|and|or|to|of|in|for|not|"
    r"none|null|nil|true|false|redacted|removed|hidden|changeme|example\w*|placeholder|tbc|tbd|n/?a|needed|required|"
    r"optional|reset|protected|manager|policy|policies|based|auth\w*|string|rotation|will|can|should|if|on|at|by|"
    r"from|with|we|you|they|it|this|that|no|yes|www\..*|https?:.*|see|ask|same|shared|sent|given|below|above|"
    r"available|stored|kept|being|used|only|just|now|also|very|valid|invalid)[.,;:!?)]*$", re.I)


def warnings_in(text: str) -> list[Sensitive]:
    """Everything in `text` that looks sensitive, in order of lines; at most `MOST_WARNINGS`."""
    found: list[Sensitive] = []
    for number, line in enumerate(text.split("\n"), 1):
        for start in range(0, len(line), LONGEST_LINE):
            found += _in_line(line[start: start + LONGEST_LINE], number)
            if len(found) >= MOST_WARNINGS:
                break
        if len(found) >= MOST_WARNINGS:
            break
    return found[:MOST_WARNINGS]


def _in_line(line: str, number: int) -> list[Sensitive]:
    taken: list[tuple[int, int]] = []
    found = []
    for kind, start, end in _candidates(line):
        if any(start < other_end and end > other_start for other_start, other_end in taken):
            continue
        taken.append((start, end))
        if len(taken) > MOST_IN_A_LINE:
            break
        found.append((start, end, kind))
    found.sort()
    return [Sensitive(kind, number, _excerpt(line, found, place)) for place, (_, _, kind) in enumerate(found)]


def _candidates(line: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of what to mask, the surest kinds first."""
    lower = line.lower()
    if "-----begin" in lower or "putty" in lower:
        yield from (("private key", *match.span()) for match in _PRIVATE.finditer(line))
    yield from (("api key", *match.span()) for match in _KEYS.finditer(line))
    if "://" in line:
        yield from (("connection", *match.span("value")) for match in _CONNECTION.finditer(line))
        yield from (("passcode", *match.span("value")) for match in _PWD_IN_LINK.finditer(line))
    if "=" in line:
        yield from (("connection", *match.span("value")) for match in _ACCOUNT_KEY.finditer(line) if _secret(match["value"]))
    for match in _BEARER.finditer(line):
        if re.search(r"\d", match["value"]):
            yield "api key", *match.span("value")
    for match in _NAMED.finditer(line):
        if _secret(match["value"], match["label"]):
            kind = "password" if re.match(r"pass|pwd|cyf|db_|wi|log", match["label"], re.I) else "api key"
            yield kind, *match.span("value")
    for match in _PASSCODE.finditer(line):
        if re.search(r"\d", match["value"]):
            yield "passcode", *match.span("value")
    yield from (("national insurance", *match.span()) for match in _INSURANCE.finditer(line))
    if sum(char.isdigit() for char in line) >= 9:
        yield from (("card number", *match.span()) for match in _CARD.finditer(line) if _is_card(match[0]))
        for match in _PHONE.finditer(line):
            if 9 <= sum(char.isdigit() for char in match[0]) <= 15:
                yield "phone", *match.span()
    if "@" in line:
        for match in _EMAIL.finditer(line):
            if not _ROLE.match(match["local"]) and not match["domain"].lower().endswith((".png", ".jpg", ".svg", ".js", ".css")):
                yield "email", *match.span()


def _secret(value: str, label: str = "password") -> bool:
    """Whether what stands after "password:" could be one, rather than a word of the sentence."""
    if _NO_SECRET.match(value):
        return False
    if re.match(r"(?:pass|pwd|cyf|wi)", label, re.I):
        return len(value) >= 4
    return len(value) >= 8 and bool(re.search(r"\d", value)) and not re.fullmatch(r"[\w.]*\(.*", value)


def _is_card(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()]
    if not 13 <= len(digits) <= 19 or digits[0] not in (3, 4, 5, 6) or len(set(digits)) < 2:
        return False
    checked = [digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(checked) % 10 == 0  # Luhn


def _excerpt(line: str, found: list[tuple[int, int, str]], place: int) -> str:
    """A little of the line around one of the things found in it, with all of them masked."""
    pieces, position, at = [], 0, 0
    for number, (start, end, kind) in enumerate(found):
        pieces.append(line[position:start])
        if number == place:
            at = sum(map(len, pieces))
        pieces.append(masked(line[start:end], kind))
        position = end
    whole = "".join([*pieces, line[position:]])
    length = len(masked(line[found[place][0]: found[place][1]], found[place][2]))
    return " ".join(_obscured(whole[max(0, at - 24): at]).split() + [whole[at: at + length]]
                    + _obscured(whole[at + length: at + length + 12]).split())


def masked(secret: str, kind: str) -> str:
    """Enough of a secret to find it in the file, never enough to use it."""
    if kind == "private key":
        return secret
    if kind == "email":
        local, _, domain = secret.partition("@")
        return f"{local[:1]}…@{domain}"
    if kind in ("phone", "card number", "national insurance"):
        return f"{secret[:2]}…{secret[-2:]}"
    return f"{secret[:2]}…" if len(secret) >= 12 else "…"


def _obscured(text: str) -> str:
    """The words around without long numbers or long runs of letters, which may be half of another secret."""
    return re.sub(r"\S*\d\S*\d\S*\d\S*\d\S*|\S{17,}", "…", text)
