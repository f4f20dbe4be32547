"""Which field of a note a label means: "Topic Facilitator(s)", "Notes taken by", "Arweinydd" and their kin.

`fields_of(label)` is the whole vocabulary behind one function. Labels are compared in a canonical form (lower case, no
brackets, no hyphens, no plural), so the lists below hold each word once. A label may name two fields ("Chair & scribe").
"""

import re
from functools import lru_cache

EVENT, SLOT, TITLE, ROOM, WHEN = "event", "slot", "title", "room", "when"
LEADERS, NOTE_TAKERS, PRESENT, REGRETS, HOSTS = "leaders", "note_takers", "present", "regrets", "hosts"
TAGS, SUMMARY, NOTES, OTHER = "tags", "summary", "notes", "other"

PEOPLE = {LEADERS, NOTE_TAKERS, PRESENT, REGRETS, HOSTS}
LONGEST_LABEL = 90

# Canonical labels. OTHER ones are known to be labels, but what follows them belongs to the notes.
_LABELS: dict[str, str] = {
    EVENT: """event|event name|name of event|conference|camp|event title|govcamp|barcamp|digwyddiad|
        événement|veranstaltung|evento""",
    SLOT: """session|session no|session number|session num|session id|session code|session slot|slot|slot number|slot no|
        grid reference|grid ref|grid code|breakout|breakout session|breakout number|sesiwn|sesión""",
    TITLE: """title|session title|session name|name of session|title of session|topic|session topic|topic of session|
        topic of discussion|discussion topic|discussion title|talk|talk title|pitch|session pitch|pitch title|subject|
        session subject|workshop|workshop title|workshop name|meeting title|meeting name|topic title|session topic title|
        session title topic|name of workshop|title topic|teitl|teitl sesiwn|titre|titel|thema|título|tema|sujet""",
    ROOM: """room|room name|room number|room no|room name number|room number name|location|space|breakout room|
        session room|session location|meeting room|where|place|location platform|location room|room location|room space|
        room table|ystafell|lleoliad|salle|lieu|raum|ort|sala|lugar""",
    WHEN: """date|time|date time|date and time|day and time|day time|time and date|when|session date|session time|
        session date and time|meeting date|meeting time|meeting date and time|time slot|timeslot|date of session|
        time of session|start time|date held|day|date of meeting|time of meeting|datum|uhrzeit|zeit|heure|fecha|hora|
        dyddiad|amser|dyddiad ac amser""",
    PRESENT: """present|attendee|attending|attendance|attended|in attendance|participant|participating|roll call|guest|
        who attended|who came|who was here|who was there|who is here|who was in room|who was present|people present|
        people attending|people in room|people who attended|people who came|those present|in room|also present|
        member present|sign in|sign in sheet|sign in list|panelist|panellist|panel member|name of attendee|
        name of participant|list of attendee|list of participant|attendance list|attendee list|participant list|
        in the room|present at meeting|also in attendance|member of community present|attendee name|
        people in session|who here|who there|who was in session|who is in room|
        yn bresennol|mynychwyr|présent|participante|asistente|teilnehmer|teilnehmende|teilnehmerinnen|anwesend|anwesende""",
    REGRETS: """regret|apology|apologie|absent|absentee|not present|sent apology|sent apologie|apologie for absence|
        unable to attend|apology for absence|excused|ymddiheuriadau|excusé|entschuldigt|abwesend""",
    TAGS: "tag|keyword|hashtag|session hashtag|tagiau|schlagworte",
    SUMMARY: """summary|session summary|summary of session|summary of discussion|discussion summary|short summary|
        executive summary|brief summary|in summary|takeaway|take away|key takeaway|key take away|main takeaway|
        top takeaway|session takeaway|takeaway from session|key learning|learning|lesson learned|lesson learnt|lesson|
        key learning takeaway|key point|main point|summary point|key message|main message|headline|key finding|
        key insight|highlight|key outcome|conclusion|key conclusion|concluding remark|outcome|session outcome|output|
        action item|action|action point|agreed action|action agreed|follow up action|next step|next action|
        suggested next step|proposed next step|possible next step|todo|to do|to dos|tl dr|tldr|tl;dr|wrap up|recap|
        decision|decision made|key decision|resolution|result|what we agreed|what we decided|what we learned|
        what we learnt|what next|whats next|what happen next|what will happen next|follow up|followup|recommendation|
        key takeaway analysis of situation|action item next step|summary and action|summary and next step|
        summary and conclusion|conclusion and next step|action and next step|next step and action|learning takeaway|
        outcome and next step|outcome and action|key takeaway and action|summary takeaway|main takeaway and action|
        in conclusion|in short|in brief|one practical idea|practical idea|crynodeb|camau nesaf|casgliadau|
        pwyntiau allweddol|résumé|conclusions|synthèse|prochaine étape|zusammenfassung|fazit|ergebnisse|ergebnis|
        nächste schritte|resumen|conclusiones|próximos pasos""",
    NOTES: """note|session note|meeting note|discussion note|note from session|note of session|note below|main note|
        note from discussion|note of discussion|general note|detailed note|full note|note here|nodiadau|notizen""",
    OTHER: """agenda|agenda note|slide|slide deck|video|recording|abstract|description|link|useful link|resource|
        reference|question|background|context|introduction|intro|discussion|discussion point|objective|goal|purpose|aim|
        demo|artifact|vote|topic covered|problem|challenge|opportunity|minute|meeting link|zoom|duration|capacity|theme|
        track|area|session area|original title|project team|organizer|organiser|sponsor|hackmd|doc|document|
        further detail|further reading|further information|idea for next time|parking lot|aob|any other business|
        introductions|meeting goal|version|status|created|updated|author of template|url|website|twitter|contact detail""",
}
_TABLE = {re.sub(r"\s+", " ", label).strip(): field
          for field, labels in _LABELS.items() for label in labels.split("|") if label.strip()}

_LEADER = (r"(?:leader|lead|leading|colead|coleader|presenter|copresenter|facilitator|cofacilitator|host|cohost|"
           r"moderator|comoderator|champion|chair|cochair|chairperson|chairman|chairwoman|convenor|convener|speaker|"
           r"proposer|pitcher|bosun|session owner|session organiser|session organizer|session runner|session giver|"
           r"arweinydd|arweinwyr|hwylusydd|cadeirydd|animateur|animatrice|intervenant|referent|sessiongeber|"
           r"sessionleitung|moderation|moderatorin|leitung|facilitadora?|moderadora?|ponente|led|hosted)")
_WHERE = r"(?:session|topic|discussion|workshop|meeting|group|breakout|table|unconference|talk|main|co|lead|group discussion|" \
         r"room|your|our|open space|assistant|deputy|second|other)"
_TAKER = (r"(?:note ?taker|scribe|minute ?taker|minute ?keeper|secretary|recorder|rapporteur|reporter|transcriber|"
          r"transcriptionist|scribenick|author|notaker|note ?keeper|documenter|cofnodwr|protokollant(?:in)?|protokoll|"
          r"schriftführer(?:in)?|secrétaire|preneur de note|note person|session scribe)")
_TAKEN = r"(?:(?:(?:was|were|are|being) )?(?:taken|written|recorded|captured|kept|typed|made|compiled|prepared|written up) )?"

_PATTERNS: list[tuple[re.Pattern, str]] = [(re.compile(pattern), field) for pattern, field in [
    # What a session came to: "Key takeaways from the session", "Three things we learnt", "Actions (who, when)".
    (r"^(?:(?:key|main|top|three|3|five|5|final|overall|our|big|most important|some|any|session|discussion|initial) )*"
     r"(?:takeaway|take away|learning|conclusion|action|action item|action point|next step|outcome|recommendation|"
     r"summary|recap)"
     r"(?: (?:from|of|for|and owner|and who|and deadline|agreed|arising|to take)(?: (?:session|discussion|day|"
     r"workshop|talk|group|today|"
     r"meeting|conversation|us|all|away|forward))*)?$|^(?:what|thing|three thing|3 thing)(?: (?:did|have))? we "
     r"(?:learn|learned|learnt|agree|agreed|decide|decided)$|^(?:key|main) (?:point|message|insight|finding|outcome|"
     r"lesson)"
     r"(?: (?:from|of)(?: (?:session|discussion|day|workshop|talk|group|meeting))*)?$", SUMMARY),
    # Who carries the conversation on: first, because these hold words of the other fields.
    (r"^(?:volunteer|who|person|people|someone|contact|anyone|owner|champion|convenor|lead|host|name|will anyone|"
     r"can anyone|willing)\b.*\b(?:continue|continuing|continued|carry|carrying|carried|take forward|taking forward|"
     r"taken forward|take .*forward|taking .*forward|take this on|taking this on|keep .*going|keeping .*going|"
     r"follow up|followup|follow on|following up|pick .*up|after)\b.*$", HOSTS),
    (r"^(?:continue|continuing|continued|continuation|carry|carrying|carried|taking|taken|take|keep|keeping)\b.*"
     r"\b(?:conversation|discussion|forward|on by|going|this on)\b.*$", HOSTS),
    (r"^(?:follow ?up|follow on|next step|post event|after event|ongoing|future)s? (?:lead|leader|contact|owner|host|"
     r"person|people|by|with|volunteer|coordinator|champion|convenor|facilitator|organiser)$", HOSTS),
    (r"^(?:conversation|discussion|thread) (?:host|owner|continuer|volunteer|carrier|keeper)$|"
     r"^(?:conversation |discussion |this |to be )?(?:continued|carried on|taken forward) by$|^gwirfoddolwr.*parhau.*$|"
     r"^.*\bparhau .*sgwrs.*$|^volunteer to continue.*$", HOSTS),
    (rf"^(?:{_WHERE} )*{_LEADER}(?: (?:and )?(?:name|names|host|facilitator|speaker|of session|of discussion|"
     rf"for session|"
     r"sesiwn|y sesiwn))*$", LEADERS),
    (r"^(?:session |discussion |workshop |meeting |talk |topic )?(?:was )?(?:led|lead|hosted|facilitated|moderated|"
     r"run|presented|chaired|proposed|pitched|convened|introduced|animated|co ?led|co ?hosted|co ?facilitated|animé|"
     r"arweinir|arweiniwyd|geleitet|moderiert) (?:by|par|gan|von|por)$", LEADERS),
    (r"^(?:who )(?:is|was|are|were|s)? ?(?:leading|facilitating|hosting|led|presenting|chairing|facilitated|hosted|"
     r"lead)(?: this| it| session)*$|^(?:person|people|those) (?:leading|facilitating|hosting)(?: session| this)*$|"
     r"^name of (?:session )?(?:leader|facilitator|host|presenter)$", LEADERS),
    (rf"^(?:{_WHERE} |official |volunteer |backup |thank you to |thanks to |thank to |thank you |thank |primary |"
     rf"secondary |to )*{_TAKER}(?: name| collaborating on this doc)*$", NOTE_TAKERS),
    (rf"^(?:today |session |meeting |discussion |raw |these |live |collaborative )*(?:note|minute|summary) {_TAKEN}by$",
     NOTE_TAKERS),
    (r"^(?:scribed|written|written up|recorded|documented|reported|transcribed|noted|captured|minuted|typed up) by$",
     NOTE_TAKERS),
    (r"^(?:who )(?:is|was|are|were|s)? ?(?:taking|took) (?:note|minute)$|^(?:person )?taking (?:note|minute)$|"
     r"^taker of note$|^note ?taking(?: by)?$|^name of note ?taker$|^nodiadau gan$|^cofnod(?:ion|wyd) gan$|"
     r"^nodiadau wedi eu cymryd gan$|"
     r"^prise de note(?: par)?$|^note prise par$|^protokoll von$|^nota(?:s)? de$", NOTE_TAKERS),
    (r"^(?:steering|committee|steering committee|community|member|other|remote|in person|online|virtual|meeting|"
     r"session|additional|staff|name of|list of|group|workshop|board|voting|non voting|observer|actual|"
     r"expected)+(?: (?:committee|member|of))* (?:attendee|participant|present|attending|attendance|guest|"
     r"member present)$", PRESENT),
    (r"^(?:observer|visitor|invited|invited guest|invited expert|special guest)$", PRESENT),
]]

_EMOJI = re.compile(r"^[^\w(]+")


def says_notes(label) -> bool:
    """Whether a label of the notes is one: "Notes", not the "Note" that begins a remark."""
    return label.written.lower().rstrip(": ").endswith(("notes", "nodiadau", "notizen", "here", "below"))


def canonical(label: str) -> str:
    """The form in which labels are compared."""
    text = label[: LONGEST_LABEL * 2].lower().replace("’", "'").replace("‘", "'")
    text = re.sub(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]", "", text)
    text = re.sub(r"'s\b|'", "", text).replace("co-", "co").replace("co ", "co")
    text = re.sub(r"[\W_]+", " ", text.replace("#", " "))
    words = [_singular(word) for word in text.split() if word not in ("the", "an", "your", "our")]
    words = [word for place, word in enumerate(words) if word != "a" or place == len(words) - 1]
    return " ".join(words)


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "kurs")):
        return word[:-1]
    return word


_TABLE = {canonical(label): field for label, field in _TABLE.items()}


_LONG_LABELS: dict[str, list[tuple[str, str]]] = {}
for _known, _meant in [*_TABLE.items(), *((word, LEADERS) for word in ("facilitator", "moderator", "presenter", "session leader",
                       "session lead", "session facilitator", "convenor", "champion")),
                       *((word, NOTE_TAKERS) for word in ("note taker", "notetaker", "note taken by", "rapporteur"))]:
    if _meant in PEOPLE | {SUMMARY} and len(_known) >= 7:
        _LONG_LABELS.setdefault(_known[0], []).append((_known, _meant))


@lru_cache(maxsize=4096)
def fields_of(label: str) -> tuple[str, ...]:
    """The fields a label names, in order; empty when it is not a label we know."""
    label = _EMOJI.sub("", label).strip()
    if not label or len(label) > LONGEST_LABEL:
        return ()
    whole = _field(canonical(label))
    if whole == TITLE and label.lower().rstrip(" :").endswith("topics"):
        return (OTHER,)  # a list of what was talked about
    if whole:
        return (whole,)
    bare = re.sub(r"\([^()]{0,80}\)", "", label)
    meant = _misspelt(canonical(label))
    if meant:
        return (meant,)
    parts = [part for part in re.split(r"\s*(?:/|&|,|\+|\||\band\b|\bor\b|–| - )\s*", bare) if part.strip()]
    if not 2 <= len(parts) <= 4:
        return ()
    fields = [_field(canonical(part)) for part in parts]
    known = [field for field in fields if field and field != OTHER]
    if len(known) == len(parts):
        return tuple(dict.fromkeys(known))
    if SUMMARY in known and all(field in (SUMMARY, OTHER) for field in fields):
        return (SUMMARY,)
    return ()


def _misspelt(words: str) -> str | None:
    """The field of a label that is one letter away from a known one ("Atendees", "Faciltator")."""
    if not 7 <= len(words) <= 30 or not words[0].isalpha():
        return None
    for known, field in _LONG_LABELS.get(words[:1], ()):
        if abs(len(known) - len(words)) <= 1 and _one_letter_apart(known, words):
            return field
    return None


def _one_letter_apart(one: str, other: str) -> bool:
    start = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        swapped = one[start: start + 2] == other[start: start + 2][::-1]
        return one[start + 1:] == other[start + 1:] or (swapped and one[start + 2:] == other[start + 2:])
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[start + 1:] == shorter[start:]


def _field(words: str) -> str | None:
    if not words:
        return None
    if words in _TABLE:
        return _TABLE[words]
    for pattern, field in _PATTERNS:
        if pattern.match(words):
            return field
    return None
