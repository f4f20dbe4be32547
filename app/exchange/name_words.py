"""Word lists for `people_names`: what never stands in a name, what stands for nobody, what is a place of work."""

import re


def _words(text: str, separator: str = " ") -> frozenset[str]:
    """The words (or phrases) of a list written as text."""
    return frozenset(word.strip() for word in " ".join(text.split()).split(separator) if word.strip())


HONORIFICS = {"dr", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "cllr", "councillor", "rev"}

PARTICLES = {"de", "da", "do", "dos", "di", "del", "della", "la", "le", "van", "von", "der", "den", "ten", "ter", "bin",
             "ibn", "al", "el", "ap", "ab", "ferch", "y", "e", "zu", "af", "ben"}

# One of these as a whole word means that the piece is prose, a number of people or a thing, not a person.
NOT_IN_NAMES = _words("""
    a about above absent action actions add added agenda also an and anybody apologies apparently approximately are
    around as at attendee attendees available be because been below but by call can can't cannot circa could did
    discussed discussing discussion do does don't etc everybody everyone everyone's few folks for from guest guests
    had has have he hello her here hi his hour hours how how's hybrid i i'm if in introduction introductions is it
    it's item items its joined joining just later link links lots many maybe meeting meetings members minute minutes
    more most my need needed needs no not note notes of ok okay on one online only or other others our participant
    participants people perhaps person persons please possibly present probably question questions recording regrets
    remote room said says see session sessions several she should slides so some someone summary talk talked team
    teams than thanks that the their them then there these they think thinks this those three to today tomorrow
    topic topics two unable until very volunteer volunteers wanted was we we're welcome were what what's when where
    which who why will with would yes yesterday you your zoom
""")

# Some of those are names too, when they are capitalised: Will, An, He, So, Can.
NAMES_TOO = _words("will an he so can do yes hi may how")

# Written where a name should stand, by people who have none to give.
PLACEHOLDERS = _words("""
    all anon anonymous anyone company/sig companysig empty everybody everyone facilitator first group host last
    leader n/a na name names neb needed nil nobody none noone notetaker nyb open pending scribe someone tba tbc tbd
    tbh todo unassigned unknown vacant various volunteer volunteers wanted who whom x xx xxx you
""") | _words("""
    add name| add names| add your name| add your name here| all of us| as above| attendee names| first last|
    firstname lastname| full name| insert name| insert name here| list of attendees| looking for someone| name here|
    name organisation| need one| no one| no one yet| nobody yet| none yet| not assigned| not yet| please add| please
    add your name| please volunteer| see above| see below| someone please| the group| the room| to be agreed| to be
    confirmed| to be decided| to be determined| to fill in| volunteer needed| volunteer wanted| volunteers needed|
    whole group| your name| your name handle| your name here| your names
""", "|")

PRONOUNS = re.compile(
    r"(?:she|he|they|xe|ze|any|all|it|hi|ella|él|elle|il|sie|er|nhw)"
    r"(?:\s*[/|,]\s*(?:her|hers|him|his|them|theirs|they|she|he|any|all|its|xem|hir|elle|él|ella|il|lui|ihr|ihm))*"
    r"(?:\s+pronouns)?|pronouns?|any pronouns", re.IGNORECASE)

# In brackets after a name: how or how long somebody took part, not where they work.
REMARKS = re.compile(
    r"(?:remote(?:ly)?|online|virtual(?:ly)?|late|in person|on (?:the )?(?:phone|call|irc|zoom|teams)|by phone|phone|"
    r"irc|part(?:ial|ly|[- ]time)?|first|second|last|until|till|from \d|after|before|briefly|observer|optional|guest|"
    r"new|confirmed|tbc|tbd|maybe|\?|chair|scribe|host|facilitator|lead|leader|note[- ]?taker|notes|moderator|absent|"
    r"sick|away|ooo|pto|left|joined|arrived|am|pm|morning|afternoon|sub(?:bing)? for|standing in|on behalf|for the|"
    r"first time|\d{1,2}[:.]?\d{0,2}\s*(?:am|pm)?$)\b", re.IGNORECASE)

ORGANISATION_OR_ROLE = re.compile(
    r"\b(?:sig|wg|security|software|systems|solutions|technologies|housing|police|library|libraries|union|bank|media|"
    r"council|ministry|minister|university|college|school|department|dept|government|governance|gov|govt|gov\.uk|"
    r"ltd|limited|inc|llc|llp|plc|gmbh|cic|cio|nhs|gds|hmrc|dwp|defra|dfe|mhclg|dluhc|dcms|dsit|moj|mod|dfid|fcdo|bbc|"
    r"ons|cddo|ofsted|nesta|mysociety|cabinet office|home office|treasury|city of|borough|county|trust|foundation|"
    r"agency|"
    r"authority|services?|group|team|office|digital|labs?|institute|network|association|society|charity|partnership|"
    r"consult(?:ing|ancy|ant)|freelancer?|independent|retired|google|microsoft|red ?hat|ibm|amazon|aws|vmware|mozilla|"
    r"apple|facebook|meta|intel|cisco|heptio|coreos|samsung|huawei|cncf|w3c|lead|manager|director|head of|officer|"
    r"engineer|developer|designer|researcher|analyst|architect|ceo|cto|cio|coo|founder|secretary|editor|product|policy|"
    r"student|academic|trustee|coordinator|programme|project|delivery|content|user research|data)\b", re.IGNORECASE)
