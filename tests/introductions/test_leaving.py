"""Leaving a series, being forgotten, one's own history, and asks that lapsed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.infra import clock, db, jobs
from app.infra.db import transaction
from app.introductions import clearing, leaving, meeting_actions, queries, reports_actions
from app.introductions.models import Introduction, MeetingWish, Report, Sharing, Shut


def rows(table):
    db.session.rollback()
    return list(db.session.scalars(select(table)))


def test_leaving_a_series_takes_back_what_waits_and_leaves_what_is_shared(meeting):
    meeting.answer(meeting.ask(words="At six"), "yes", email=True)
    meeting.world.session(meeting.event, "Third", leaders=[third := meeting.world.holder(meeting.event)])
    waits = meeting.ask(other=third.id, words="At seven")
    with transaction():
        meeting_actions.want_to_meet(meeting.person(meeting.ann), meeting.event.series, at=meeting.at)
    with transaction():
        leaving.left_series(meeting.person(meeting.ann), meeting.event.series, meeting.at)
    assert rows(MeetingWish) == []
    assert [one.withdrawn_at is None for one in rows(Introduction)] == [True, False]
    assert sorted(one.value for one in rows(Sharing)) == ["", "", "", "", "At six"]
    assert queries.contacts_of(meeting.person(meeting.ben))[0].have != []
    assert db.session.get(Introduction, waits).withdrawn_at is not None


def test_nothing_says_that_there_was_somebody_who_is_forgotten(meeting):
    asked = meeting.ask()
    meeting.answer(asked, "yes")
    meeting.introduce()
    meeting.block(meeting.cam, meeting.ben)
    with transaction():
        for by, about in ((meeting.ben, meeting.ann), (meeting.ann, meeting.ben)):
            reports_actions.report(meeting.person(by), meeting.event, text="Loud", about=meeting.person(about),
                                   introduction=db.session.get(Introduction, asked), at=meeting.at)
        meeting_actions.want_to_meet(meeting.person(meeting.ben), meeting.event.series, at=meeting.at)
    with transaction():
        leaving.forget(meeting.person(meeting.ben))
    assert rows(Introduction) == rows(Sharing) == rows(Shut) == rows(MeetingWish) == []
    assert [(one.by_id, one.about_id, one.introduction_id) for one in rows(Report)] == [(None, meeting.ann, None), (meeting.ann, None, None)]


def test_a_history_has_what_one_did_and_was_given(meeting):
    asked = meeting.ask(words="At six")
    meeting.answer(asked, "yes")
    meeting.block(meeting.ben, meeting.ann)
    with transaction():
        meeting_actions.want_to_meet(meeting.person(meeting.ben), meeting.event.series, at=meeting.at)
        reports_actions.report(meeting.person(meeting.ben), meeting.event, text="Loud", about=meeting.person(meeting.ann), at=meeting.at)
    meeting.introduce(meeting.ann, meeting.ben)

    def said(who):
        return {(one["what"], one["who"], one["said"]) for one in leaving.consent_history(meeting.person(who))}

    assert said(meeting.ann) == {
        ("you asked to be introduced to", "Ben Bus", "Buses are fun"), ("you were introduced to", "Ben Bus", ""),
        ("you shared with", "Ben Bus", "your e-mail address"), ("you shared with", "Ben Bus", "At six"),
        ("shared with you by", "Ben Bus", "their e-mail address"), ("taken back by", "Ben Bus", "their e-mail address"),
        ("a campmaker thought of you and", "Ben Bus", "You both like buses")}
    assert {("you blocked", "Ann Asker", ""), ("you reported", "Ann Asker", "Loud"), ("asked you", "Ann Asker", "Buses are fun"),
            ("you answered", "Ann Asker", "yes"), ("ended with", "Ann Asker", "their e-mail address")} <= said(meeting.ben)
    assert not any(what == "a campmaker thought of you and" for what, _, _ in said(meeting.ben))  # he does not hear of it
    assert said(meeting.cam) == {("you introduced", "Ann Asker and Ben Bus", "You both like buses")}


def test_there_is_a_tomorrow_though_clearing_fails(meeting, monkeypatch):
    def fails(_before):
        raise RuntimeError

    monkeypatch.setattr(clearing, "clear_lapsed", fails)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            clearing.clear([])
    db.session.rollback()
    assert db.session.query(jobs.Job).filter_by(kind=clearing.JOB, attempts=0).count() == 1


def test_what_lapsed_goes_in_time_whatever_was_answered(meeting):
    at = clock.now()
    kept = [meeting.ask(), meeting.ask(meeting.cam, meeting.ben), meeting.introduce()]
    meeting.answer(kept[0], "yes")
    meeting.answer(kept[1], "never")
    with transaction():
        for one in db.session.scalars(select(Introduction)):
            one.asked_at = at - timedelta(days=89)
    clearing.clear([])
    assert [one.id for one in rows(Introduction)] == kept
    with transaction():
        for one in db.session.scalars(select(Introduction)):
            one.asked_at = at - timedelta(days=91)
    clearing.clear([])
    clearing.plan()
    assert [one.id for one in rows(Introduction)] == kept[:1]
    assert len(rows(Sharing)) == 2
    assert len(rows(Shut)) == 1
