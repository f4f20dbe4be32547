"""Somebody who has done everything there is to do on a site: a row for each column that can point to a person."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, select

from app.accounts.links import make
from app.accounts.merging import references
from app.accounts.models import TIE_ADDRESS, Person
from app.boards import marks
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, IdeaJoiner, Pledge
from app.boards.insight_models import Vote
from app.boards.models import Facilitator
from app.documents import actions as documents
from app.documents.models import DocumentUpdate
from app.events.models import NAMED, Event, Notice, Role, Series, SeriesOwner
from app.exchange.models import ATTENDEES, DONE, Import, ImportedFile
from app.followups.models import ASK, HOST, OFFER, POSTED, READ_ALL, FollowUp, FollowUpPerson, Offer, Post
from app.grid.models import GridChange, Session
from app.infra import db, files, findable, jobs
from app.infra.mail import Mail
from app.introductions.models import BLOCK, EMAIL, NEVER, OTHER, YES, Introduction, MeetingWish, Report, Sharing, Shut
from app.letters.models import CONVERSATION, MailStop, MailWishes, WaitingLetter
from app.mailings.models import Mailing
from app.notes.models import Note, NoteTaker, Picture, WasThere
from app.pitches.models import LeaderAway, NotSame
from app.pitches.queue_models import QueueChange, QueueEntry
from app.pitches.scoring_models import Score, ScoringRound
from app.rounds.models import ENDED, JOINING, MET, Round, RoundGroup, RoundPerson, RoundSeat, RoundWish
from tests.documents.test_anew import doc_of, typed
from tests.world import AT

NAME, ADDRESS = "Zephyrine Quandt", "zephyrine@quandt-canary.example"
FRIENDS = "friend@shared.example"
OTHERS = ("owner@hidden.example", "asker@hidden.example", "shutter@hidden.example", "partner@hidden.example", "past@hidden.example")


@dataclass
class Life:
    """The one it is about, and what tests look at."""

    person: Person
    friend: Person
    series: Series
    event: Event
    session: Session
    talk: FollowUp
    own_talk: FollowUp
    note: Note
    upload: str
    others: dict[str, Person]


def lived(world, secret: str) -> Life:
    """All of it. The others have addresses of their own, of which one is shared with the person."""
    series = world.series("Canary camps", "canary")
    event = world.event(series, attribution=NAMED, name="Canary camp", slug="canary-camp")
    me = world.holder(event, Role.ORGANISER, name=NAME, email=ADDRESS, organisation="Quandt & Co")
    owner, asker, shutter, partner, past = (world.holder(event, name=f"Other {n}", email=address)
                                            for n, address in enumerate(OTHERS))
    friend = world.holder(event, name="Fred Friend", email=FRIENDS)
    world.save(SeriesOwner(series_id=series.id, person_id=owner.id), SeriesOwner(series_id=series.id, person_id=me.id))
    session = world.session(event, "Bins", room=1, slot=1, leaders=[me, friend], by=me, interested=[me])
    other_pitch = world.pitch(event, "Buses", leaders=[NAME], interested=[friend])
    session_id, slot = session.id, event.slots[0]
    note, shared = _texts(world, me, session)
    talk = world.save(FollowUp(event_id=event.id, session_id=session_id, created_at=AT, readers=READ_ALL, document_id=shared.id,
                               question="What would Zephyrine Quandt do?", people=[
                                   FollowUpPerson(name=NAME, part=HOST, since=AT, person_id=me.id),
                                   FollowUpPerson(name="Fred Friend", part=POSTED, since=AT, person_id=friend.id,
                                                  asked_at=AT, asked_by_id=me.id)]))
    mine, theirs = (Post(followup_id=talk.id, person_id=who.id, name=who.name, text=said, key=who.name, at=AT) for who, said in (
        (me, f"It was me, {NAME}, {ADDRESS}"), (friend, f"Thank you, {NAME}")))
    world.save(mine, theirs, Offer(followup_id=talk.id, person_id=me.id, kind=OFFER, text="Canary seed", key="o", at=AT),
               Offer(followup_id=talk.id, person_id=friend.id, kind=ASK, text=f"An hour of {NAME}", key="a", at=AT))
    pledge = world.save(Pledge(event_id=event.id, person_id=me.id, key="p", text="To sing", shown=PUBLIC_PLEDGE, created_at=AT))
    with db.transaction():
        own_note = documents.create("My own song", AT, me)
    own_talk = world.save(FollowUp(event_id=event.id, pledge_id=pledge.id, created_at=AT, document_id=own_note.id))
    world.save(Post(followup_id=own_talk.id, person_id=friend.id, name="Fred Friend", text="Sing", key="s", at=AT))
    idea = world.save(Idea(event_id=event.id, name="Sing", offered_by_id=me.id, offered_name=NAME, created_at=AT))
    board = world.board(event, "What sings?")
    insight = world.insight(board, "Canaries do", by=me, signed=NAME)
    round_ = world.save(Round(series_id=series.id, name="Spring", state=ENDED, join_until=AT, ask_at=AT, by_id=me.id, created_at=AT))
    joining = world.save(Round(series_id=series.id, name="Summer", state=JOINING, join_until=AT, ask_at=AT, created_at=AT))
    group = world.save(RoundGroup(round_id=round_.id, number=1))
    scoring = world.save(ScoringRound(event_id=event.id, opened_at=AT))
    entry = QueueEntry(event_id=event.id, pitch_id=session.pitch_id, pitcher_id=me.id, pitcher_name=NAME, position=1, joined_at=AT)
    intro = world.save(Introduction(by_id=me.id, a_id=me.id, b_id=friend.id, event_id=event.id, line="Song", a_answer=YES,
                                    b_answer=YES, key="1", asked_at=AT, a_answered_at=AT, b_answered_at=AT))
    refused = Introduction(by_id=me.id, a_id=me.id, b_id=asker.id, event_id=event.id, line="Please", a_answer=YES, b_answer=NEVER,
                           key="2", asked_at=AT, a_answered_at=AT, b_answered_at=AT)
    withdrawn = world.save(Introduction(by_id=past.id, a_id=past.id, b_id=me.id, event_id=event.id, line="Once", a_answer=YES,
                                        b_answer=YES, key="3", asked_at=AT, a_answered_at=AT, b_answered_at=AT))
    upload = files.keep(f"name,email\n{NAME},{ADDRESS}\n".encode())
    world.save(
        refused, entry, QueueChange(event_id=event.id, version=1, by_id=me.id, at=AT, said=f"called {NAME}"),
        LeaderAway(event_id=event.id, slot_id=slot.id, person_id=me.id),
        NotSame(first_id=min(session.pitch_id, other_pitch.id), second_id=max(session.pitch_id, other_pitch.id), said_by_id=me.id, said_at=AT),
        Score(round_id=scoring.id, pitch_id=other_pitch.id, person_id=me.id, score=5, dealt_at=AT),
        GridChange(event_id=event.id, version=1, at=AT, by_id=me.id, verb="published", said=f"published what {NAME} did"),
        NoteTaker(session_id=session_id, person_id=me.id, name=NAME, since=AT), WasThere(session_id=session_id, person_id=me.id, since=AT),
        Picture(session_id=session_id, name="p.png", file="0" * 64, width=1, height=1, size=1, at=AT, by_id=me.id, alt=f"{NAME} sings"),
        Notice(event_id=event.id, person_id=me.id, about="session", thing_id=session_id, said="It moved", at=AT),
        Notice(event_id=event.id, person_id=friend.id, about="pitch", thing_id=other_pitch.id, said=f"{NAME} merged it", at=AT),
        IdeaJoiner(idea_id=idea.id, person_id=me.id, since=AT), Facilitator(board_id=board.id, person_id=me.id),
        Vote(insight_id=insight.id, stage_id=board.stages[0].id, dots=2, voter=marks.of_person(secret, marks.VOTER, board.id, me.id)),
        RoundWish(series_id=series.id, person_id=me.id, since=AT),
        RoundPerson(round_id=joining.id, person_id=me.id, since=AT), RoundSeat(group_id=group.id, person_id=me.id, answer=MET),
        RoundSeat(group_id=group.id, person_id=partner.id, answer=None),
        Sharing(introduction_id=intro.id, giver_id=me.id, taker_id=friend.id, what=EMAIL, at=AT),
        Sharing(introduction_id=intro.id, giver_id=me.id, taker_id=friend.id, what=OTHER, value="canary@chat", at=AT),
        Sharing(introduction_id=intro.id, giver_id=friend.id, taker_id=me.id, what=EMAIL, at=AT),
        Sharing(introduction_id=withdrawn.id, giver_id=past.id, taker_id=me.id, what=EMAIL, at=AT, revoked_at=AT + timedelta(hours=1)),
        Shut(person_id=me.id, other_id=partner.id, how=BLOCK, at=AT), Shut(person_id=shutter.id, other_id=me.id, how=BLOCK, at=AT),
        Report(event_id=event.id, by_id=me.id, about_id=partner.id, text="Rude", at=AT),
        Report(event_id=event.id, by_id=shutter.id, about_id=me.id, text=f"{NAME} sings at night", at=AT, handled_by_id=me.id),
        MeetingWish(series_id=series.id, person_id=me.id, since=AT),
        MailWishes(person_id=me.id), MailStop(person_id=me.id, about=CONVERSATION, thing_id=talk.id, at=AT),
        WaitingLetter(person_id=me.id, kind="post", about=CONVERSATION, thing_id=talk.id, key="w1", subject="A post", body="Hello", at=AT),
        WaitingLetter(person_id=friend.id, kind="post", about=CONVERSATION, thing_id=talk.id, key="w2", subject=NAME, body=f"{NAME} says", at=AT),
        Mail(person_id=me.id, kind="post", key="m1", recipient=ADDRESS, subject="To you", body=f"Write to {OTHERS[4]}", message_id="1", created_at=AT, sent_at=AT),
        Mail(recipient=ADDRESS.upper(), subject="Sign in", body="https://camp/secret-link", message_id="2", created_at=AT),
        Mail(person_id=friend.id, kind="post", key="m2", recipient=FRIENDS, subject=f"{NAME} wrote", body=f"{NAME} <{ADDRESS}> wrote",
             html=f"<p>{NAME}</p>", headers={"From": f'"{NAME} (Canary camps)" <post@camp.example>', "Reply-To": "zoë"}, message_id="3", created_at=AT),
        Mailing(event_id=event.id, kind="words", subject="Welcome", body=f"Yours, {NAME}", by_id=me.id, created_at=AT),
        Import(event_id=event.id, by_id=me.id, kind=ATTENDEES, name="people.csv", file_key=upload, state=DONE, asked_at=AT,
               reports=[{"name": NAME, "email": ADDRESS}, {"name": "Other 0", "email": OTHERS[0]}]),
        ImportedFile(event_id=event.id, name="bins.md", file_key="1" * 64, report={"who": NAME}, imported_at=AT, by_id=me.id))
    with db.transaction():
        make(TIE_ADDRESS, email="zephyrine@quandt-new.example", person_id=me.id, at=AT)
        jobs.enqueue("introductions.tell", {"introduction": 1, "only": me.id}, run_at=AT + timedelta(days=9_000))
        for kind, one in (("whole event", event.id), ("followup", talk.id), ("followup", own_talk.id)):
            findable.changed(kind, one)
    assert uncovered(me) == []  # who did everything has a row for every column that points to a person
    return Life(me, friend, series, event, session, talk, own_talk, note, upload, {"owner": owner, "asker": asker, "shutter": shutter,
                                                                                   "partner": partner, "past": past})


def uncovered(person: Person) -> list[str]:
    """The columns that could point to `person` and do not."""
    return [f"{table.name}.{column.name}" for table, column in references()
            if not db.session.scalar(select(exists().where(column == person.id)))]


def pointed_at(person_id: int) -> list[str]:
    """The columns that point to that number."""
    return [f"{table.name}.{column.name}" for table, column in references()
            if db.session.scalar(select(exists().where(column == person_id)))]


def _texts(world, me, session):
    """The session's notes and the conversation's, signed by them: by a form, and letter by letter and taken away again."""
    with db.transaction():
        noted = documents.create(f"# Notes\n\nNotes taken by : {NAME}\n", AT, me)
        documents.save(noted, f"# Notes\n\nNotes taken by : {NAME}\n\n- Canaries sing\n", 1, AT, me)
        shared = documents.create("- A shared line\n", AT, me)
        doc = doc_of(shared, 777)
        for place, letter in enumerate(NAME):
            documents.append_update(shared, typed(doc, place, letter), AT, me)
        documents.save(shared, "- A shared line\n", f"{shared.revision}.{shared.seq}", AT, me)
    note = world.save(Note(session_id=session.id, document_id=noted.id, present=[NAME, "Fred Friend"], created_at=AT,
                           imported_text=f"Session leader : {NAME}"))
    assert db.session.query(DocumentUpdate).filter_by(by_id=me.id).count() > len(NAME)
    return note, shared
