"""What somebody wrote themselves in an answer by e-mail: without the mail they answer, and without their signature.

Line by line, so that it takes time in proportion to the text whatever it says, and careful rather than thorough: a line is taken
away only where it is surely not theirs. A quotation between their own lines is what these speak of, so it stays. Lines with
links of ours are always taken away: those links work for whoever has them.
"""

import re

LONGEST_LINE = 1_000  # no mark is looked for beyond

_WROTE = (r"wrote|schrieb|écrit|escribió|escrito|escreveu|scritto|schreef|skrev|napsal|napisał|ysgrifennodd|kirjoitti|yazdı|írta"
          r"|a scris|написал|написав|έγραψε|写道|のメール|작성")
_ATTRIBUTION = re.compile(rf"(?:\b(?:{_WROTE})\b[^:]{{0,200}}|[:：]\s?)[:：]?$", re.IGNORECASE)
_BEGINS = re.compile(r"(?:on|am|le|el|il|op|em|ar|den|dne|dnia|w dniu|il giorno|pe|tarihinde)\s|\d{1,4}[./-]\d", re.IGNORECASE)
_NAMED = re.compile(r".{0,80}<[^<>\s]+@[^<>\s]+>")
_ORIGINAL = re.compile(
    r"[-_=*\s]{0,20}(?:original message|original appointment|forwarded message|ursprüngliche nachricht|message d'origine"
    r"|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|neges wreiddiol)[-_=*:\s]{0,20}",
    re.IGNORECASE)
_FROM = re.compile(r"\*?(?:from|von|de|da|van|od|oddi wrth|från|fra|lähettäjä)\*?\s?:", re.IGNORECASE)
_OTHER = re.compile(
    r"\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|assunto|inviato|a|oggetto"
    r"|verzonden|aan|onderwerp|anfonwyd|at|pwnc|skickat|till|ämne)\*?\s?:", re.IGNORECASE)
_DEVICE = re.compile(
    r"(?:sent|written|typed) (?:from|with|by|via|on) (?:my|the|a|outlook|mail|yahoo|gmail|proton|samsung|android)\b.{0,80}"
    r"|get outlook for .{0,60}|von meinem .{0,60} gesendet\.?|envoyé de mon .{0,60}|anfonwyd o fy .{0,60}", re.IGNORECASE)
_RULE = re.compile(r"[_-]{20,}\s*")


def own_words(text: str, our_links: str = "\0") -> str:
    """What the writer of an answer wrote. `our_links` is what the addresses of links in our mails begin with."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = _without_signature(_before_original(lines))
    lines = [line for line in _without_quotations(lines) if our_links not in line]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _before_original(lines: list[str]) -> list[str]:
    """The lines before the answered mail where that stands below, unquoted, as some programs put it."""
    for n, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            continue
        if _ORIGINAL.fullmatch(line):
            return lines[:n]
        if _FROM.match(line):
            near = lines[n + 1:n + 7]
            if sum(1 for one in near if _OTHER.match(one[:40])) >= 2:
                before = lines[:n]
                while before and (not before[-1] or _RULE.fullmatch(before[-1])):
                    before.pop()
                return before
    return lines


def _is_quoted(line: str) -> bool:
    return line.lstrip(" ").startswith(">")


def _without_quotations(lines: list[str]) -> list[str]:
    """Without the quotation at the end, and without one at the beginning that all of their own words follow."""
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        quoted = _is_quoted(line)
        if runs and (runs[-1][0] == quoted or (not line and runs[-1][0])):
            runs[-1][1].append(line)
        else:
            runs.append((quoted, [line]))
    for n, (quoted, run) in enumerate(runs):
        if not quoted:
            follows = n + 1 < len(runs)
            runs[n] = (quoted, _without_attribution(run, quotation_follows=follows))
    runs = [(quoted, run) for quoted, run in runs if any(run)]
    if runs and runs[-1][0]:
        runs.pop()
    if len(runs) == 2 and runs[0][0]:
        runs.pop(0)
    return [line for quoted, run in runs for line in ([*run, ""] if quoted else run)]


def _without_attribution(run: list[str], *, quotation_follows: bool) -> list[str]:
    """Their own lines without “On Monday Folkmoot wrote:” at the end, which may be broken into up to three lines."""
    end = len(run)
    while end and not run[end - 1]:
        end -= 1

    def attributes(count: int, begins: re.Pattern) -> bool:
        said = " ".join(run[end - count:end])
        strange = "@" in said or (quotation_follows and re.search(_WROTE, said, re.IGNORECASE))
        return len(said) <= LONGEST_LINE and bool(begins.match(said) and strange and _ATTRIBUTION.search(said))

    for count in (1, 2, 3):
        if count > end or not run[end - count]:
            break
        if attributes(count, _BEGINS):
            return run[:end - count]
    return run[:end - 1] if end and attributes(1, _NAMED) else run


def _without_signature(lines: list[str]) -> list[str]:
    """Without what stands below the line `-- ` (up to a quotation), and without a line about the device at the end."""
    for n, line in enumerate(lines):
        if line.strip() in ("--", "—") and line.startswith(("--", "—")) and any(one.strip() for one in lines[:n]):
            rest = next((m for m in range(n, len(lines)) if _is_quoted(lines[m])), len(lines))
            lines = lines[:n] + lines[rest:]
            break
    quoted = next((m for m, line in enumerate(lines) if _is_quoted(line)), len(lines))
    own_end = max((m for m in range(quoted) if lines[m].strip()), default=-1)
    for m in range(own_end, max(-1, own_end - 4), -1):
        if len(lines[m]) <= 120 and _DEVICE.fullmatch(lines[m].strip()):
            return lines[:m] + lines[m + 1:]
    return lines
