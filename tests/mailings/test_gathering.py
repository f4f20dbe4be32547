"""What each person is written in the evening: theirs, the nearest first, and nobody else's."""

from app.boards.idea_models import PRIVATE, PUBLIC_PLEDGE, Idea, IdeaJoiner, Pledge
from app.followups.models import CAME
from app.infra import db
from app.mailings import composing
from app.mailings.gathering import LED, MARKED, TOOK, gather
from tests.world import AT


def titles(talks):
    return [talk.title for talk in talks]


def pledge(evening, person, text, shown, **more):
    return evening.world.save(Pledge(event_id=evening.event.id, person_id=person.id, key=text[:30], text=text, shown=shown,
                                     created_at=AT, **more))


def test_notes_of_the_sessions_one_had_to_do_with_and_why(evening):
    unwritten = evening.world.session(evening.event, "Nobody wrote", leaders=[evening.ann])
    gathered = gather(evening.event)
    assert [(held.title, why) for held, why in gathered.of(evening.ann.id).sessions] == [("Buses", LED)]
    assert [(held.title, why) for held, why in gathered.of(evening.ben.id).sessions] == [("Buses", TOOK), ("Bins", MARKED)]
    assert gathered.of(evening.cat.id).sessions == []
    assert not gathered.sessions[unwritten.id].noted


def test_of_a_merged_pitch_the_notes_of_what_it_became(evening):
    with db.transaction():
        whole = evening.world
    origin = whole.pitch(evening.event, "Trams", interested=[evening.cat], state="merged", merged_into_id=evening.buses.pitch_id)
    assert origin.merged_into_id == evening.buses.pitch_id
    assert [(held.title, why) for held, why in gather(evening.event).of(evening.cat.id).sessions] == [("Buses", MARKED)]


def test_conversations_that_look_for_a_host_the_nearest_first(evening):
    world, event = evening.world, evening.event
    far = world.followup(world.session(event, "Far"), posted=[world.person() for _ in range(9)])
    same_topic = world.followup(world.session(event, "Trams", topics=["Transport"]))
    own = world.followup(evening.buses, question="Who drives?")
    bins = world.followup(evening.bins)
    world.followup(world.session(event, "Hosted"), hosts=["Somebody"])
    world.followup(world.session(event, "Came of"), state=CAME)
    gathered = gather(event)
    assert [talk.id for talk in gathered.of(evening.ann.id).looking] == [own.id, same_topic.id, far.id, bins.id]
    assert titles(gathered.of(evening.ann.id).looking)[0] == "Who drives?"
    assert [talk.id for talk in gathered.of(evening.ben.id).looking] == [own.id, bins.id, same_topic.id, far.id]
    assert [talk.id for talk in gathered.of(evening.cat.id).looking][0] == far.id, "what most people wait for"
    idea = world.save(Idea(event_id=event.id, name="A street each", created_at=AT))
    world.save(IdeaJoiner(idea_id=idea.id, person_id=evening.cat.id, since=AT))
    joined = world.followup(idea)
    assert gather(event).of(evening.cat.id).looking[0].id == joined.id


def test_what_one_is_in_is_not_offered_and_stands_apart(evening):
    world = evening.world
    hosted, posted = world.followup(evening.buses, hosts=[evening.ann]), world.followup(evening.bins, posted=[evening.ann])
    yours = gather(evening.event).of(evening.ann.id)
    assert [(talk.id, host) for talk, host in yours.talks] == [(hosted.id, True), (posted.id, False)]
    assert yours.looking == []


def test_nobody_elses_private_pledge_is_in_anybodys_letter(evening):
    world = evening.world
    secret = pledge(evening, evening.ann, "I will ride in secret", PRIVATE)
    talk = world.followup(secret, posted=[evening.ben])
    shown = world.followup(pledge(evening, evening.ann, "I will ride in public", PUBLIC_PLEDGE))
    gathered = gather(evening.event)
    assert [one.text for one in gathered.of(evening.ann.id).pledges] == ["I will ride in secret", "I will ride in public"]
    assert [one.id for one in gathered.of(evening.ann.id).looking] == [talk.id, shown.id]
    for somebody in (gathered.of(evening.ben.id), gathered.of(evening.cat.id), gathered.of_somebody(evening.buses.id)):
        assert somebody.pledges == []
        assert [one.id for one in somebody.looking] == [shown.id]
        assert somebody.talks == []


def test_what_was_withdrawn_hidden_or_kept_is_not_written_about(evening):
    world, event = evening.world, evening.event
    world.followup(world.save(Idea(event_id=event.id, name="Gone", withdrawn=True, created_at=AT)))
    world.followup(world.session(event, "Withdrawn", state="withdrawn"))
    world.followup(world.insight(world.board(event), "Hidden", state="hidden"))
    pledge(evening, evening.cat, "Done already", PUBLIC_PLEDGE, state="kept")
    shown = world.followup(world.insight(world.board(event), "Ask the driver"))
    yours = gather(event).of(evening.cat.id)
    assert ([talk.id for talk in yours.looking], yours.pledges) == ([shown.id], [])


def test_the_statements_do_not_grow_with_people_or_sessions(evening, statements):
    def said():
        db.session.expire_all()
        _ = evening.event.id
        with statements() as made:
            gather(evening.event)
        return len(made)

    few = said()
    for n in range(4):
        somebody = evening.world.holder(evening.event)
        session = evening.world.session(evening.event, f"More {n}", leaders=[somebody], interested=[evening.cat])
        evening.world.followup(session, posted=[somebody])
        pledge(evening, somebody, f"Pledge {n}", PUBLIC_PLEDGE)
    assert said() == few <= 12


def test_peoples_words_stay_words(evening):
    evening.world.followup(evening.world.session(evening.event, "*Mad* [link](http://evil.example) <b>_x_"))
    mailing = evening.draft()
    text = composing.composed(mailing, "Ann [x](y) *A*", gather(evening.event).of(evening.cat.id), composing.plain_taps(evening.event))
    from app.letters import wording
    html = str(wording.html_of(text))
    assert "evil.example)" in html
    assert 'href="http://evil' not in html
    assert "<b>" not in html
    assert "<em>" not in html
    assert "Hello Ann" in html


def test_where_the_text_says_so_or_at_its_end(evening):
    yours, taps = gather(evening.event).of(evening.ann.id), composing.plain_taps(evening.event)
    middle = composing.composed(evening.draft("Hello {name}\n\n{yours}\n\nBye {name}"), "Ann", yours, taps)
    assert middle.index("Hello Ann") < middle.index("Notes of your sessions") < middle.index("Bye Ann")
    end = composing.composed(evening.draft("Hello {name}"), "Ann", yours, taps)
    assert end.index("Hello") < end.index("Notes of your sessions")
    other = composing.composed(evening.draft("Hello {name} {yours}", kind="words"), "Ann", None, taps)
    assert other == "Hello Ann\n"
    nothing = composing.composed(evening.draft("Hello {name}\n\n{yours}\n\nBye"), "Cat", gather(evening.event).of(evening.cat.id), taps)
    assert nothing == "Hello Cat\n\nBye\n"
