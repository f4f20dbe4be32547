"""What the reader makes of headers in every dress people put them in. All names and notes here are made up."""

from datetime import date, time

import pytest

from app.exchange.note_reader import read_note


def names(people) -> list[str]:
    return [person.name for person in people]


def body_lines(note) -> list[str]:
    return [line.strip() for line in note.body.split("\n") if line.strip()]


TEMPLATE = """

examplecamp

Session: 4

Room: B12

Session title : Sharing what we learn

Session leader : Ada Example

Volunteer to continue conversation after :

Notes taken by : Bo Sample

Notes

Some further details:

<https://example.org/page>

Challenge:

People move on

Notes:

Money is needed
Central commitment is needed

Summary

Knowledge sharing is critical

Working locally

Politics!"""


def test_the_template_as_it_is_filled_in():
    note = read_note(TEMPLATE, "notes.txt")
    assert (note.event_name, note.slot, note.room) == ("examplecamp", 4, "B12")
    assert note.title == "Sharing what we learn"
    assert names(note.leaders) == ["Ada Example"]
    assert names(note.note_takers) == ["Bo Sample"]
    assert note.hosts == ()
    assert note.wants_host
    assert note.summary == "Knowledge sharing is critical\n\nWorking locally\n\nPolitics!"
    assert body_lines(note) == ["Some further details:", "<https://example.org/page>", "Challenge:", "People move on", "Notes:",
                                "Money is needed", "Central commitment is needed"]
    assert note.unsure == ()
    assert {(each.field, each.label) for each in note.recognised} >= {("leaders", "Session leader"), ("room", "Room")}


# One note in every dress. The headers are the same; how they are set differs.
DRESSES = {
    "plain": "Session leader: Ada Example\nNotes by: Bo Sample\nRoom: Attic\n\nNotes\n\nWe talked.",
    "no colon": "Led by Ada Example\nNotes by Bo Sample\nRoom Attic\n\nWe talked.",
    "space before the colon": "Session leader : Ada Example\n\nNotes taken by : Bo Sample\n\nRoom : Attic\n\nNotes\n\nWe talked.",
    "bold, colon outside": "**Leader**: Ada Example\n**Scribe**: Bo Sample\n**Room**: Attic\n\nWe talked.",
    "bold, colon inside": "**Leader:** Ada Example  \n**Scribe:** Bo Sample  \n**Room:** Attic\n\nWe talked.",
    "all bold": "**Leader: Ada Example**\n\n**Scribe: Bo Sample**\n\n**Room: Attic**\n\nWe talked.",
    "bold with a space inside": "**Leader: **Ada Example\n\n**Scribe: **Bo Sample\n\n**Room: **Attic\n\nWe talked.",
    "italic": "*Lead: Ada Example*\n*Notetaker: Bo Sample*\n*Room: Attic*\n\nWe talked.",
    "underscores": "_Lead:_ Ada Example\n_Notetaker:_ Bo Sample\n_Room:_ Attic\n\nWe talked.",
    "bullets": "- Facilitator(s): Ada Example\n- Note-taker(s): Bo Sample\n- Room: Attic\n\nWe talked.",
    "stars": "* **Topic Facilitator(s)**: Ada Example\n* **Note-taker(s) (on this doc)**: Bo Sample\n* **Room**: Attic\n\nWe talked.",
    "numbered": "1. Presenter: Ada Example\n2. Minutes by: Bo Sample\n3. Room: Attic\n\nWe talked.",
    "headings": "#### Presenter: Ada Example\n\n#### Notes by: Bo Sample\n\n#### Room: Attic\n\n#### Notes\n\nWe talked.",
    "headings without a space": "####Presenter: Ada Example\n\n####Notes by: Bo Sample\n\n####Room: Attic\n\nWe talked.",
    "heading, value below": "#### Presenter:\n Ada Example\n\n#### Note taker:\n Bo Sample\n\n#### Room:\n Attic room\n\n#### Notes\n\nWe talked.",
    "heading, no colon": "## Presenter\nAda Example\n\n## Note taker\nBo Sample\n\n## Room\nAttic room\n\n## Notes\nWe talked.",
    "value on the next line": "Presenter:\nAda Example\nNote taker:\nBo Sample\nRoom:\nRoom Attic\n\nNotes:\nWe talked.",
    "list below": "**Hosts**\n\n- Ada Example\n\n**Note takers**\n\n- Bo Sample\n\n**Room:** Attic\n\nWe talked.",
    "nested list": "* Leads:\n    * Ada Example\n* Scribes:\n    * Bo Sample\n* Room: Attic\n\nWe talked.",
    "table": "| Session leader | Ada Example |\n| --- | --- |\n| Notes taken by | Bo Sample |\n| Room | Attic |\n\nWe talked.",
    "table with empty head": "| | |\n|---|---|\n| **Leader:** | Ada Example |\n| **Notes:** by | x |\n| Scribe | Bo Sample |\n| Room | Attic |\n\nWe talked.",
    "table across": "| Leader | Scribe | Room |\n|:--|:--|:--|\n| Ada Example | Bo Sample | Attic |\n\nWe talked.",
    "table of four": "| Leader | Ada Example | Scribe | Bo Sample |\n|---|---|---|---|\n| Room | Attic | Time | 11:00 |\n\nWe talked.",
    "one line": "Leader: Ada Example | Notes by: Bo Sample | Room: Attic\n\nWe talked.",
    "one line, tabs": "Leader: Ada Example\tNotes by: Bo Sample\tRoom: Attic\n\nWe talked.",
    "bold on one line": "**Leader:** Ada Example | **Notes by:** Bo Sample | **Room:** Attic\n\nWe talked.",
    "front matter": "---\nspeaker: Ada Example\nnotetaker: [Bo Sample]\nroom: \"Attic\"\n---\n\nWe talked.",
    "front matter list": "---\nleaders:\n  - Ada Example\nnote_takers:\n- Bo Sample\nlocation: Attic\n---\nWe talked.",
    "dashes": "Leader - Ada Example\nScribe - Bo Sample\nRoom - Attic\n\nWe talked.",
    "quoted": "> Leader: Ada Example\n> Notes by: Bo Sample\n> Room: Attic\n\nWe talked.",
    "backslashes": "Leader: Ada Example\\\nScribe: Bo Sample\\\nRoom: Attic\n\nWe talked.",
    "emoji": "🎤 Leader: Ada Example\n📝 Notes by: Bo Sample\n📍 Room: Attic\n\nWe talked.",
    "capitals": "SESSION LEADER: Ada Example\nNOTES TAKEN BY: Bo Sample\nROOM: Attic\n\nWe talked.",
    "misspelt": "Session leadr: Ada Example\nNote takr: Bo Sample\nRoom: Attic\n\nWe talked.",
    "welsh": "Arweinydd y sesiwn: Ada Example\nNodiadau gan: Bo Sample\nYstafell: Attic\n\nWe talked.",
    "at the end": "# A talk\n\nWe talked.\n\nIt was a long talk about a long thing and it went on.\n\nSession leader: Ada Example\n\nNotes taken by: Bo Sample\n\n| Room | Attic |\n|---|---|",
    "slashes": "Lead: Ada Example / Scribe: Bo Sample / Room: Attic\n\nWe talked.",
    "notes between headers": "Leader: Ada Example\nNotes: Bo Sample\nRoom: Attic\n\nWe talked.",
    "wiki links": "---\nleader: \"[[Ada Example]]\"\nscribe: [[Bo Sample]]\nroom: Attic\n---\nWe talked.",
    "mapped front matter": "---\nspeakers:\n  - name: Ada Example\n    org: Foogle\nscribes:\n  - Bo Sample\nroom: Attic\n---\nWe talked.",
    "questions": "**Who led it?** Ada Example\n**Who took notes?** Bo Sample\n**Room:** Attic\n\nWe talked.",
    "links and handles": "Lead: [Ada Example](https://example.org/ada)\nNotes by Bo Sample (@bo_s)\nRoom: Attic\n\nWe talked.",
}


@pytest.mark.parametrize("dress", DRESSES)
def test_every_dress(dress):
    note = read_note(DRESSES[dress], "a note.md")
    assert names(note.leaders) == ["Ada Example"]
    assert names(note.note_takers) == ["Bo Sample"]
    assert note.room.removeprefix("Room ").removesuffix(" room") == "Attic"
    assert "We talked." in note.body
    assert "Ada" not in note.body
    assert "Bo Sample" not in note.body


@pytest.mark.parametrize("label", [
    "Leader", "Lead", "Leads", "Co-lead", "Session leader", "Session lead(s)", "Presenter", "Presenters", "Facilitator", "Facilitators",
    "Topic Facilitator(s)", "Host", "Hosts", "Session host", "Moderator", "Moderators", "Champion", "Convenor", "Chair", "Speaker(s)",
    "Led by", "Facilitated by", "Hosted by", "Run by", "Proposed by", "Pitched by", "Discussion leader", "Who led", "Facilitator/Chair",
    "Session proposer", "Workshop leader", "Session giver", "Animateur", "Moderation",
])
def test_words_for_leader(label):
    assert names(read_note(f"# A talk\n\n{label}: Ada Example\n\nWe talked.", "x.md").leaders) == ["Ada Example"]


@pytest.mark.parametrize("label", [
    "Notes by", "Notes taken by", "Note taker", "Note-taker(s)", "Notetakers", "Scribe", "Scribes", "Backup scribe", "Minutes by",
    "Minutes taken by", "Minute taker", "Rapporteur", "Thanks to our notetakers", "Who took notes", "Note taking", "Written up by",
    "Session notes by", "Scribed by", "Secretary", "Author(s)",
])
def test_words_for_note_taker(label):
    assert names(read_note(f"# A talk\n\n{label}: Bo Sample\n\nWe talked.", "x.md").note_takers) == ["Bo Sample"]


@pytest.mark.parametrize("label", [
    "Volunteer to continue conversation after", "Volunteer to continue the conversation", "Volunteer(s) to continue the conversation after",
    "Who will carry this on", "Who will carry this on?", "Follow-up lead", "Follow up contact", "Continue the conversation",
    "Person to follow up with", "Who will take this forward", "Keeping the conversation going", "Next steps owner", "Conversation host",
    "Who would like to keep the conversation going after today",
])
def test_words_for_who_carries_it_on(label):
    colon = "" if label.endswith("?") else ":"
    filled = read_note(f"Session leader: Ada Example\n{label}{colon} Cy Third\n\nNotes\n\nWe talked.", "x.md")
    assert names(filled.hosts) == ["Cy Third"]
    assert not filled.wants_host
    empty = read_note(f"Session leader: Ada Example\n\n{label}{colon}\n\nNotes\n\nWe talked.", "x.md")
    assert empty.hosts == ()
    assert empty.wants_host
    pending = read_note(f"Session leader: Ada Example\n\n{label}{colon} TBC\n\nNotes\n\nWe talked.", "x.md")
    assert pending.hosts == ()
    assert pending.wants_host
    last = read_note(f"# A talk\n\nWe talked about a thing, and then about another thing.\n\n{label}{colon} Cy Third", "x.md")
    assert names(last.hosts) == ["Cy Third"]


@pytest.mark.parametrize(("label", "people"), [
    ("Present", "Ada Example, Bo Sample and Cy Third"), ("Attendees", "Ada Example; Bo Sample; Cy Third"),
    ("Participants", "Ada Example & Bo Sample & Cy Third"), ("Attending", "Ada Example / Bo Sample / Cy Third"),
    ("In attendance", "Ada Example, Bo Sample, and Cy Third."), ("Atendees", "Ada Example (GDS), Bo Sample (they/them), Cy Third [DWP]"),
    ("Who was there", "Ada Example - GDS; Bo Sample – DWP; Cy Third"), ("People present", "Ada Example, Bo Sample, Cy Third + others"),
])
def test_words_for_present(label, people):
    note = read_note(f"# A talk\n\n{label}: {people}\n\nWe talked.", "x.md")
    assert names(note.present)[:3] == ["Ada Example", "Bo Sample", "Cy Third"]


def test_regrets_are_not_present():
    note = read_note("Present: Ada, Bo\nRegrets: Cy, Di\nScribe: Bo\n\nAda: I think so.\nBo: So do I.", "x.md")
    assert (names(note.present), names(note.regrets), names(note.note_takers)) == (["Ada", "Bo"], ["Cy", "Di"], ["Bo"])
    assert body_lines(note) == ["Ada: I think so.", "Bo: So do I."]


def test_lists_of_people_with_gaps_and_brackets():
    note = read_note("**Attendees (pronouns):**\n\n\n\n- Ada Example (she/her)\n\n- Bo Sample (he)\n\n- Cy [Cabinet Office] (@cy3)\n\n"
                     "**Agenda:**\n\n- Talk about a thing\n", "x.md")
    assert [(person.name, person.handle, person.affiliation) for person in note.present] == [
        ("Ada Example", "", ""), ("Bo Sample", "", ""), ("Cy", "cy3", "Cabinet Office")]
    assert "Talk about a thing" in note.body
    assert "**Agenda:**" in note.body


@pytest.mark.parametrize(("said", "slot", "title", "room"), [
    ("Session: 1", 1, None, ""), ("Session 1", 1, None, ""), ("Session no: 2", 2, None, ""), ("Slot: 3", 3, None, ""),
    ("Session: Session 4", 4, None, ""), ("Session: two", 2, None, ""), ("Session: third session", 3, None, ""),
    ("Session 3 – Open data", 3, "Open data", ""), ("Session 3: Open data", 3, "Open data", ""), ("# Session 3 - Open data", 3, "Open data", ""),
    ("Session: 3 (Open data)", 3, "Open data", ""), ("Session: Open data for all", None, "Open data for all", ""),
    ("Session 2, Room 5", 2, None, "5"), ("Session: 2 – Room B1", 2, None, "B1"), ("Session: s2r4", 2, None, "4"),
    ("Session: 2\nSession title: Open data", 2, "Open data", ""), ("Session: 21st century government", None, "21st century government", ""),
    ("#ukgc18s1r3", 1, None, "3"), ("Hashtag: #ukgc25s4r2", 4, None, "2"), ("Session: 2 (11:00–11:45)", 2, None, ""),
])
def test_session_may_be_a_number_a_title_or_both(said, slot, title, room):
    note = read_note(f"{said}\nLeader: Ada Example\n\nWe talked.", "a fine talk.md")
    assert (note.slot, note.room) == (slot, room)
    assert note.title == (title or "A fine talk")


@pytest.mark.parametrize(("text", "name", "title"), [
    ("# Open data\n\nWe talked.", "x.md", "Open data"),
    ("Open data\n=========\n\nWe talked.", "x.md", "Open data"),
    ("Open data\n\nLead: Ada Example\n\nWe talked.", "x.md", "Open data"),
    ("**Open data**\n\n*Lead: Ada Example*\n\nWe talked.", "x.md", "Open data"),
    ("ExampleCamp 2024\n\n# Open data\n\nLead: Ada Example", "x.md", "Open data"),
    ("**ExampleCamp 2024**\n\n**Open data**\n\nLead: Ada Example", "x.md", "Open data"),
    ("We talked about open data and what it means. It was good.", "2019-11-18_open-data_for_all.md", "Open data for all"),
    ("We talked about open data and what it means. It was good.", "Camp 2019/0905-0930_OPEN_DATA.md", "OPEN DATA"),
    ("We talked about open data and what it means. It was good.", "Open data/notes.md", "Open data"),
    ("#### Topic: “Open data”\n\nWe talked.", "x.md", "Open data"),
    ("Session name:\nOpen data\n\nWe talked.", "x.md", "Open data"),
])
def test_title(text, name, title):
    note = read_note(text, name)
    assert note.title == title


def test_a_guessed_title_is_said():
    assert any("title" in sentence for sentence in read_note("# Open data\n\nWe talked.", "x.md").unsure)
    assert not any("title" in sentence for sentence in read_note("Title: Open data\n\nWe talked.", "x.md").unsure)


@pytest.mark.parametrize(("said", "day", "clock"), [
    ("Date & time: 11/18/2019 9:30am", date(2019, 11, 18), time(9, 30)), ("Date: 17 January 2026", date(2026, 1, 17), None),
    ("Time: 2-2:45pm", None, time(14, 0)), ("When: Saturday 17 Jan 2026, 11.00", date(2026, 1, 17), time(11, 0)),
    ("Date: 03/04/2019", None, None), ("Date: 2026-01-17\nTime: 1100", date(2026, 1, 17), time(11, 0)),
])
def test_when(said, day, clock):
    note = read_note(f"{said}\nLeader: Ada Example\n\nWe talked.", "x.md")
    assert (note.date, note.time) == (day, clock)
    assert note.when_text


def test_tags_of_hackmd():
    note = read_note("# Team meeting\n\n###### tags: `Team Meetings` `Minutes`\n\n**Attendees**: ada, Bo, The 99\n", "x.md")
    assert note.tags == ("Team Meetings", "Minutes")
    assert names(note.present) == ["ada", "Bo", "The 99"]


NOT_HEADERS = [
    "Ada: I think we should lead by example.", "Note: this matters to all of us.", "Host: welcome everybody, let us begin.",
    "Moderator: Thanks.", "Chair: any other business?", "Lead: the metal, in water pipes", "Q: who is the leader?",
    "Room for improvement: everywhere", "Time is short", "Session fixation is an attack", "Action: somebody must ring them.",
    "Present: new rules for old buildings", "https://example.org/session:12", "10:30 we had a break",
    "The session leader said that it was fine.", "Summary of what happened: nothing much did, and we left.",
]


@pytest.mark.parametrize("line", NOT_HEADERS)
def test_what_only_looks_like_a_header_stays_in_the_notes(line):
    text = "# Open data\n\nLeader: Ada Example\nNotes by: Bo Sample\n\nNotes\n\nWe began.\n\n" + line + "\n\nWe ended."
    note = read_note(text, "x.md")
    assert line in note.body
    assert (names(note.leaders), names(note.note_takers)) == (["Ada Example"], ["Bo Sample"])


def test_a_topic_for_every_part_of_minutes_is_no_title():
    note = read_note("# Weekly call\n\nPresent: Ada, Bo\n\nTopic: First thing\n\nWe talked.\n\nTopic: Second thing\n\nWe talked.", "x.md")
    assert note.title == "Weekly call"
    assert "Topic: First thing" in note.body
    assert "Topic: Second thing" in note.body


def test_what_is_no_name_is_left_and_said():
    note = read_note("# Open data\n\nLeader: somebody from the council, I think\n\nWe talked.", "x.md")
    assert note.leaders == ()
    assert "Leader: somebody from the council, I think" in note.body
    assert any("somebody from the council" in sentence for sentence in note.unsure)


@pytest.mark.parametrize(("text", "summary", "body"), [
    ("# Open data\n\nWe talked.\n\n## Summary\n\nAll good.\n\n## Links\n\nA link.", "All good.", ["We talked.", "## Links", "A link."]),
    ("# Open data\n\nWe talked.\n\n**Key takeaways**\n\n- One\n- Two\n\n**Links**\n\nA link.", "**Key takeaways**\n\n- One\n- Two",
     ["We talked.", "**Links**", "A link."]),
    ("# Open data\n\nWe talked.\n\nSummary: All good.\n\nMore talk.", "All good.", ["We talked.", "More talk."]),
    ("# Open data\n\n**TL;DR:** All good.\n\nWe talked.", "All good.", ["We talked."]),
    ("# Open data\n\nWe talked.\n\n- Next steps:\n  - Ring them\n  - Write to them\n- Another thing", "**Next steps**\n\n  - Ring them\n  - Write to them",
     ["We talked.", "- Another thing"]),
    ("# Open data\n\nWe talked.\n\n## Conclusions\n\nYes.\n\n### Why\n\nBecause.\n\n## Action items\n\n- Ring them", "**Conclusions**\n\nYes.\n\n### Why\n\nBecause.\n\n**Action items**\n\n- Ring them",
     ["We talked."]),
    ("# Open data\n\nSummary\n\nAll good.\n\nNotes\n\nWe talked.\n\nWe talked more.", "All good.", ["We talked.", "We talked more."]),
    ("# Open data\n\nCrynodeb\n\nDa iawn.\n\nNodiadau\n\nWe talked.", "Da iawn.", ["We talked."]),
])
def test_summaries(text, summary, body):
    note = read_note(text, "x.md")
    assert note.summary == summary
    assert body_lines(note) == body


def test_conclusions_of_each_topic_stay_with_their_topics():
    text = "# Open data\n\n## One\n\nWe talked.\n\nConclusion: yes to it.\n\n## Two\n\nWe talked.\n\nConclusion: no to it."
    note = read_note(text, "x.md")
    assert note.summary == ""
    assert "Conclusion: yes to it." in note.body


def test_a_years_minutes_in_one_file():
    meeting = "## {day} March 2021\n\n**Host:** Ada Example\n\n**Note taker:** {taker}\n\n**Attendees:**\n\n* Ada Example\n* Bo Sample\n\n* We talked.\n\n"
    text = "# Minutes of the team\n\n" + "".join(meeting.format(day=day, taker=taker) for day, taker in
                                                [(1, "Bo Sample"), (8, "Cy Third"), (15, "Bo Sample")])
    note = read_note(text, "x.md")
    assert note.parts == 3
    assert note.title == "Minutes of the team"
    assert names(note.note_takers) == ["Bo Sample", "Cy Third"]
    assert note.body.count("**Note taker:**") == 3, "each meeting keeps its headers"
    assert any("3 meetings" in sentence for sentence in note.unsure)


def test_a_sentence_may_say_it_all():
    note = read_note("Dashboards breakout, led by Ada Example ([ada](https://example.org)) and Bo Sample\n\n* We talked.", "x.md")
    assert names(note.leaders) == ["Ada Example", "Bo Sample"]
    assert note.title == "Dashboards breakout"
    assert "led by" in note.body
    assert note.unsure


def test_a_table_that_is_no_header_stays_whole():
    table = "| Role | Lead | Notes |\n|---|---|---|\n| Event Lead | Ada Example | none |"
    note = read_note(f"# Team\n\n{table}\n", "x.md")
    assert table in note.body
    assert note.leaders == ()
    agenda = "| Time | Session |\n|---|---|\n| 11:00 | Open data |\n| 12:00 | Lunch |"
    assert agenda in read_note(f"# Day\n\n{agenda}\n", "x.md").body


def test_rows_of_a_header_table_that_are_no_headers_stay_a_table():
    note = read_note("| Leader | Ada Example |\n|---|---|\n| Scribe | Bo Sample |\n| Shoe size | 44 |\n\nWe talked.", "x.md")
    assert names(note.leaders) == ["Ada Example"]
    assert "|---|---|\n| Shoe size | 44 |" in note.body
    assert "Ada" not in note.body


def test_code_is_not_read():
    text = "# Open data\n\n```\nLeader: Ada Example\nSummary: no\n```\n\n<!-- Notes by: Bo Sample -->\n\nWe talked."
    note = read_note(text, "x.md")
    assert note.leaders == () == note.note_takers
    assert note.summary == ""
    assert "Leader: Ada Example" in note.body


@pytest.mark.parametrize("text", ["", "\n\n", "#", "---", "|", "```", "- ", ":", "Session:", "> ", "**", "---\n---", "\ufeff"])
def test_next_to_nothing(text):
    note = read_note(text, "")
    assert note.title
    assert note.parts == 1
