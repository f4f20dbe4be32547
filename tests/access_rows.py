"""The rows of tests/test_access.py, and the things they name with @."""

from dataclasses import dataclass, field
from datetime import timedelta

from app.boards.idea_models import Idea, Pledge
from app.boards.insight_models import Cluster
from app.boards.models import Material
from app.documents import actions as documents
from app.events.models import Pass, Role
from app.exchange.models import Import, ImportedFile
from app.followups.models import HOST, POSTED, FollowUp, FollowUpPerson, Offer, Post
from app.infra import clock, db, files
from app.infra.db import transaction
from app.introductions.models import Introduction, Report
from app.mailings.models import Mailing
from app.notes.models import Note, Picture
from app.pitches.queue_models import QueueEntry
from app.pitches.scoring_models import ScoringRound
from app.rounds.models import ENDED, Round, RoundGroup, RoundSeat
from tests.world import AT


@dataclass(frozen=True)
class Row:
    """`marks`: stranger, signed in, attendee, campmaker, organiser, owner, organiser elsewhere. `@name` stands for a thing."""

    endpoint: str
    method: str
    marks: str
    arguments: dict = field(default_factory=dict)
    form: dict = field(default_factory=dict)
    statuses: tuple = (200, 302, 303, 422, 409, 410)


EVERYBODY, SIGNED_IN, HOLDERS, HELPERS, ORGANISERS, OWNERS, NOBODY = (
    "+++++++", "-++++++", "--++++-", "---+++-", "----++-", "-----+-", "-------")
EVENT, SERIES = {"event_slug": "@event"}, {"series_slug": "@series"}
SESSION, PITCH = EVENT | {"session_id": "@session"}, EVENT | {"pitch_id": "@pitch"}
ROOM = EVENT | {"room_id": "@room"}
OWN_PITCH = EVENT | {"pitch_id": "@own_pitch"}
QUEUED = EVENT | {"entry_id": "@entry"}
BOARD = EVENT | {"board_id": "@board"}
SESSION_BOARD = EVENT | {"board_id": "@session_board"}
WORKSHOP = EVENT | {"board_id": "@workshop"}
SECOND_STAGE, MATERIAL = WORKSHOP | {"stage_id": "@second_stage"}, WORKSHOP | {"material_id": "@material"}
INSIGHT, CLUSTER = BOARD | {"insight_id": "@insight"}, BOARD | {"cluster_id": "@cluster"}
IDEA, PLEDGE = EVENT | {"idea_id": "@idea"}, EVENT | {"pledge_id": "@pledge"}  # a public pledge, of nobody who is tried
FOLLOWUP = EVENT | {"followup_id": "@followup"}
POST = FOLLOWUP | {"post_id": "@post"}  # of the attendee
MAILING = EVENT | {"mailing_id": "@mailing"}
ROUND = SERIES | {"round_id": "@round"}  # that can be joined
LEADER = EVENT | {"person_id": "@leader"}  # whose name is shown at the event
OWN_INTRODUCTION = {"introduction_id": "@introduction"}  # of the attendee: for anybody else there is none of that number
OFFER = FOLLOWUP | {"offer_id": "@offer"}
TAKEN = (200, 303, 404, 409)  # by whoever was tried before


def both(endpoint: str, marks: str, arguments: dict | None = None, form: dict | None = None) -> list[Row]:
    """A form's page and its sending."""
    return [Row(endpoint, "GET", marks, arguments or {}), Row(endpoint, "POST", marks, arguments or {}, form or {})]


ROWS: list[Row] = [
    Row("site.about", "GET", EVERYBODY), Row("site.accessibility", "GET", EVERYBODY), Row("site.privacy", "GET", EVERYBODY),
    Row("site.health", "GET", EVERYBODY), Row("site.health_page", "GET", NOBODY), Row("site.offline", "GET", EVERYBODY),
    Row("site.robots", "GET", EVERYBODY), Row("site.service_worker", "GET", EVERYBODY), Row("site.theme", "POST", EVERYBODY),
    Row("site.hue_css", "GET", EVERYBODY, {"hue": 172}),

    *both("accounts.sign_in", EVERYBODY), Row("accounts.sign_in_sent", "GET", EVERYBODY), *both("accounts.password", EVERYBODY),
    *both("accounts.link", EVERYBODY, {"secret": "nothing"}), *both("accounts.first_keeper", EVERYBODY, {"secret": "nothing"}),
    Row("accounts.sign_out", "POST", EVERYBODY), Row("accounts.me", "GET", SIGNED_IN), *both("accounts.name", SIGNED_IN),
    *both("accounts.address", SIGNED_IN), *both("accounts.new_password", SIGNED_IN), Row("accounts.prove", "POST", SIGNED_IN),
    Row("accounts.end_sessions", "POST", SIGNED_IN), Row("accounts.outbox", "GET", NOBODY),

    *both("letters.mine", SIGNED_IN, {}, {"how": "weekly", "weekly_day": 1, "quiet_from": 22, "quiet_until": 7}),
    *both("letters.wishes", EVERYBODY, {"token": "nothing"}), *both("letters.stop", EVERYBODY, {"token": "event.nothing"}),
    *both("letters.stop_all", EVERYBODY, {"token": "nothing"}), Row("letters.again", "POST", SIGNED_IN, {}, {"what": "event-1"}),
    Row("letters.works", "POST", SIGNED_IN), Row("letters.new_links", "POST", SIGNED_IN),

    Row("privacy.take_out", "GET", SIGNED_IN), *both("privacy.erase", SIGNED_IN), *both("privacy.leave", SIGNED_IN, SERIES, {"posts": "kept"}),

    Row("events.home", "GET", EVERYBODY), Row("events.join", "GET", EVERYBODY), *both("events.join_code", EVERYBODY, {"code": "@code"}),
    Row("events.show", "GET", EVERYBODY, EVENT), Row("events.conduct", "GET", EVERYBODY, EVENT),
    Row("events.join_qr", "GET", ORGANISERS, EVENT), Row("events.poster", "GET", ORGANISERS, EVENT),
    Row("events.new_join_code", "POST", ORGANISERS, EVENT), Row("events.people", "GET", ORGANISERS, EVENT),
    *both("events.invite", ORGANISERS, EVENT), *both("events.holder", ORGANISERS, EVENT | {"pass_id": "@pass"}, {"role": "9"}),
    Row("events.remove_holder", "POST", ORGANISERS, EVENT | {"pass_id": "@spare_pass"}, {}, (303, 404)),
    Row("events.set_up", "GET", ORGANISERS, EVENT), *both("events.set_up_details", ORGANISERS, EVENT),
    *both("events.set_up_notes", ORGANISERS, EVENT), *both("events.set_up_rooms", ORGANISERS, EVENT),
    *both("events.set_up_slots", ORGANISERS, EVENT), *both("events.set_up_topics", ORGANISERS, EVENT),
    Row("events.make_slots", "POST", ORGANISERS, EVENT),
    *both("events.series_new", NOBODY), Row("events.series_show", "GET", EVERYBODY, SERIES), *both("events.series_edit", OWNERS, SERIES),
    *both("events.owners", OWNERS, SERIES), *both("events.event_new", OWNERS, SERIES),
    Row("events.remove_owner", "POST", OWNERS, SERIES | {"person_id": "@spare_owner"}, {}, (303,)),

    Row("recaps.of_event", "GET", EVERYBODY, EVENT), Row("recaps.summary", "GET", EVERYBODY, EVENT),
    Row("recaps.of_series", "GET", EVERYBODY, SERIES), Row("recaps.choose", "POST", ORGANISERS, EVENT, {"shown": "yes"}),
    Row("exchange.came_of_it_csv", "GET", EVERYBODY, EVENT), Row("exchange.series_came_of_it_csv", "GET", EVERYBODY, SERIES),
    Row("mailings.listing", "GET", ORGANISERS, EVENT), *both("mailings.new", ORGANISERS, EVENT | {"kind": "evening"}),
    Row("mailings.show", "GET", ORGANISERS, MAILING), *both("mailings.edit", ORGANISERS, MAILING),
    Row("mailings.send", "POST", ORGANISERS, MAILING, {"version": "0"}), Row("mailings.stop", "POST", ORGANISERS, MAILING),
    Row("mailings.test", "POST", ORGANISERS, MAILING),
    Row("mailings.remove", "POST", ORGANISERS, EVENT | {"mailing_id": "@spare_mailing"}, {}, (303, 404)),
    Row("mailings.tap", "GET", EVERYBODY, {"token": "nothing"}), Row("mailings.tapped", "POST", EVERYBODY, {"token": "nothing"}),

    Row("pitches.listing", "GET", EVERYBODY, EVENT), Row("pitches.show", "GET", EVERYBODY, PITCH), *both("pitches.new", HOLDERS, EVENT),
    *both("pitches.edit", HELPERS, PITCH), Row("pitches.interest", "POST", HOLDERS, PITCH, {"on": "1"}),
    Row("pitches.reopen", "POST", HELPERS, PITCH),
    Row("pitches.queue", "GET", EVERYBODY, EVENT), Row("pitches.queue_fragment", "GET", EVERYBODY, EVENT),
    Row("pitches.queue_stream", "GET", EVERYBODY, EVENT), Row("pitches.queue_qr", "GET", EVERYBODY, EVENT),
    Row("pitches.queue_join", "POST", HOLDERS, EVENT), Row("pitches.queue_leave", "POST", HELPERS, QUEUED),
    Row("pitches.stage", "GET", EVERYBODY, EVENT), Row("pitches.stage_fragment", "GET", EVERYBODY, EVENT),
    Row("pitches.stage_stream", "GET", EVERYBODY, EVENT), *both("pitches.station", HELPERS, EVENT),
    Row("pitches.station_fragment", "GET", HELPERS, EVENT), Row("pitches.run_stage", "POST", HELPERS, EVENT, {"do": "open"}),
    Row("pitches.run_entry", "POST", HELPERS, QUEUED, {"do": "hands", "hands": "12"}),
    Row("pitches.not_same", "POST", HELPERS, EVENT, {"pitch": ["@pitch", "@waiting"]}),
    *both("pitches.set_up", ORGANISERS, EVENT), *both("pitches.scoring_cards", HOLDERS, EVENT),
    Row("pitches.scoring_fragment", "GET", HOLDERS, EVENT),
    Row("pitches.scoring_stream", "GET", HOLDERS, EVENT), Row("pitches.scoring_round", "POST", ORGANISERS, EVENT, {"to": "new"}),
    Row("pitches.scoring_results", "GET", HELPERS, EVENT), Row("pitches.scoring_print", "GET", HELPERS, EVENT),
    *both("pitches.scoring_paper", HELPERS, EVENT, {"card": "1", "scores": "4 5 3 3 5"}),
    Row("grid.withdraw", "POST", HELPERS, PITCH), *both("grid.merge", HELPERS, EVENT), Row("grid.unmerge", "POST", HELPERS, PITCH),
    Row("grid.show", "GET", EVERYBODY, EVENT), Row("grid.fragment", "GET", EVERYBODY, EVENT | {"mode": "auto"}),
    Row("grid.shared", "GET", EVERYBODY, EVENT | {"mode": "auto"}), Row("grid.own_pitches", "GET", EVERYBODY, EVENT),
    Row("grid.arrange", "GET", ORGANISERS, EVENT), Row("grid.fill", "GET", ORGANISERS, EVENT, {}, (200, 303, 302, 404)),
    Row("grid.history", "GET", HOLDERS, EVENT), Row("grid.stream", "GET", EVERYBODY, EVENT),
    *both("grid.place", ORGANISERS, EVENT | {"pitch_id": "@waiting"}), *both("grid.move", ORGANISERS, SESSION),
    *both("grid.again", ORGANISERS, SESSION), Row("grid.length", "POST", ORGANISERS, SESSION, {"length": "2"}),
    *both("grid.cancel", ORGANISERS, SESSION, {"reason": "The speaker is ill"}), Row("grid.reinstate", "POST", ORGANISERS, SESSION),
    Row("grid.undo", "POST", ORGANISERS, EVENT, {"version": "1"}, (200, 303, 404, 409, 422)),
    Row("grid.redo", "POST", ORGANISERS, EVENT, {"version": "1"}, (200, 303, 404, 409, 422)),
    Row("grid.changelog", "GET", EVERYBODY, EVENT), Row("events.notices_page", "GET", HOLDERS, EVENT),
    Row("events.notices_strip", "GET", HOLDERS, EVENT), Row("events.notices_seen", "POST", HOLDERS, EVENT, {"notice": "1"}),
    Row("events.notices_mail_wish", "POST", HOLDERS, EVENT, {"mail": "1"}),
    Row("grid.publish", "POST", ORGANISERS, EVENT, {"state": "draft"}),
    Row("grid.session_page", "GET", EVERYBODY, SESSION),
    Row("grid.warnings", "GET", ORGANISERS, EVENT), Row("grid.cost", "GET", ORGANISERS, EVENT, {}, (404,)),
    Row("grid.best", "GET", ORGANISERS, EVENT, {}, (404,)), *both("grid.suggest", ORGANISERS, EVENT, {"plan": "p1.1.1"}),
    Row("grid.suggest_stream", "GET", ORGANISERS, EVENT), Row("grid.suggest_accept", "POST", ORGANISERS, EVENT, {"plan": "?"}),
    Row("grid.rules_page", "GET", ORGANISERS, EVENT), Row("grid.rules_close", "POST", ORGANISERS, EVENT, {"room": "0"}, (404,)),
    Row("grid.rules_reopen", "POST", ORGANISERS, EVENT, {"room": "0"}, (404,)), Row("grid.rules_add", "POST", ORGANISERS, EVENT),
    Row("grid.rules_pin", "POST", ORGANISERS, EVENT, {"session": "0"}, (404,)),
    Row("grid.rules_remove", "POST", ORGANISERS, EVENT, {"rule": "0"}, (404,)),
    Row("grid.rules_away", "POST", ORGANISERS, EVENT, {"who": "nobody"}, (404,)), Row("grid.step_free", "POST", HOLDERS, EVENT),
    Row("grid.now", "GET", EVERYBODY, EVENT), Row("grid.now_fragment", "GET", EVERYBODY, EVENT),
    Row("grid.sign", "GET", EVERYBODY, ROOM), Row("grid.sign_fragment", "GET", EVERYBODY, ROOM),
    Row("grid.room_now", "GET", EVERYBODY, ROOM), Row("grid.signs", "GET", ORGANISERS, EVENT),
    *both("grid.screens_index", ORGANISERS, EVENT, {"message": "Lunch is late"}), Row("grid.cards", "GET", HELPERS, EVENT),
    Row("grid.mine", "GET", EVERYBODY, EVENT), Row("grid.mine_fragment", "GET", EVERYBODY, EVENT, {}, (200, 404)),

    Row("notes.together", "GET", EVERYBODY, {"session_id": "@session"}, {}, (426,)),  # asks for itself who may connect
    Row("notes.listing", "GET", EVERYBODY, EVENT), *both("notes.edit", HOLDERS, SESSION, {"text": "A line.", "base_revision": "0"}),
    Row("notes.history", "GET", HOLDERS, SESSION), Row("notes.diff", "GET", HOLDERS, SESSION),
    Row("notes.moment", "GET", HOLDERS, SESSION), Row("notes.restore", "POST", HOLDERS, SESSION, {"moment": "1.1", "base_revision": "1"}),
    Row("notes.name_version", "POST", HOLDERS, SESSION | {"number": 1}, {"name": "Before lunch"}),
    Row("notes.revision", "GET", HOLDERS, SESSION | {"number": 1}), Row("notes.revert", "POST", HOLDERS, SESSION | {"number": 1}),
    *both("notes.take_off_record", HOLDERS, SESSION, {"passage": "said"}),
    Row("notes.read", "GET", EVERYBODY, SESSION), Row("notes.note_fragment", "GET", EVERYBODY, SESSION),
    Row("notes.note_stream", "GET", EVERYBODY, SESSION), Row("notes.marked", "GET", EVERYBODY, EVENT),
    *both("notes.pictures_of_note", HOLDERS, SESSION), Row("notes.picture", "GET", EVERYBODY, EVENT | {"name": "@picture"}),
    Row("notes.preview", "POST", HOLDERS, SESSION, {"text": "A line."}), Row("notes.take", "POST", HOLDERS, SESSION),
    Row("notes.stop_taking", "POST", HOLDERS, SESSION),
    Row("notes.desk", "GET", HELPERS, EVENT), Row("notes.desk_fragment", "GET", HELPERS, EVENT), Row("notes.desk_stream", "GET", HELPERS, EVENT),
    Row("notes.ask_for_all", "POST", HELPERS, EVENT, {"time": "now"}), Row("notes.publish_all", "POST", HELPERS, EVENT),
    Row("notes.set_state", "POST", HOLDERS, SESSION, {"to": "written"}), Row("notes.want", "POST", HELPERS, SESSION, {"on": "1"}),
    Row("notes.present", "POST", NOBODY, SESSION, {"on": "1"}),  # the event is under the Chatham House Rule
    Row("notes.head", "GET", EVERYBODY, SESSION), Row("notes.head_stream", "GET", EVERYBODY, SESSION),

    Row("boards.listing", "GET", EVERYBODY, EVENT), Row("boards.show", "GET", EVERYBODY, BOARD),
    Row("boards.columns", "GET", EVERYBODY, BOARD), Row("boards.changes", "GET", EVERYBODY, BOARD | {"since": 1}),
    Row("boards.stream", "GET", EVERYBODY, BOARD),
    Row("boards.add", "POST", HOLDERS, BOARD, {"prompt": "@prompt", "key": "00000000-0000-4000-8000-000000000000", "text": "Said."}),
    Row("boards.insight", "GET", EVERYBODY, INSIGHT), Row("boards.insight", "POST", HELPERS, INSIGHT, {"text": "Said.", "was": "Said."}),
    Row("boards.vote", "POST", HOLDERS, INSIGHT, {"dots": "1"}), Row("boards.hide", "POST", HELPERS, INSIGHT),
    Row("boards.unhide", "POST", HELPERS, INSIGHT), Row("boards.remove", "GET", HOLDERS, INSIGHT),
    Row("boards.remove", "POST", HOLDERS, INSIGHT, {}, TAKEN), Row("boards.move", "GET", HOLDERS, INSIGHT),
    Row("boards.move", "POST", HOLDERS, INSIGHT, {"prompt": "@prompt"}),
    *both("boards.cluster", HOLDERS, CLUSTER, {"title": "Buses"}), Row("boards.move_cluster", "GET", HOLDERS, CLUSTER),
    Row("boards.move_cluster", "POST", HOLDERS, CLUSTER, {"prompt": "@prompt"}),
    Row("boards.undo", "POST", HOLDERS, BOARD, {"number": "1"}, TAKEN), Row("boards.suggestions", "GET", HOLDERS, BOARD),
    Row("boards.accept_suggestion", "POST", HOLDERS, BOARD, {"insight": ["@insight", "@grouped"]}, TAKEN),
    Row("boards.turn_down_suggestion", "POST", HOLDERS, BOARD, {"insight": ["@insight", "@grouped"]}),

    # A board of its own for those who run boards: two stages, two groups, a picture.
    *both("boards.new", HELPERS, EVENT | {"session": "@session"}, {"title": "New", "groups": "2", "called": "Table", "stages-0-prompts": "Why?"}),
    *both("boards.set_up", HELPERS, WORKSHOP, {"title": "Workshop", "colour_by": "kind"}),
    Row("boards.add_facilitator", "POST", HELPERS, WORKSHOP, {"person": "@host"}), Row("boards.remove_facilitator", "POST", HELPERS, WORKSHOP | {"person_id": 1}),
    Row("boards.add_stage", "POST", HELPERS, WORKSHOP, {"stage_title": "Three"}), *both("boards.edit_stage", HELPERS, SECOND_STAGE, {"title": "Two", "seating": "0"}),
    Row("boards.order_stage", "POST", HELPERS, SECOND_STAGE, {"to": "up"}), Row("boards.remove_stage", "POST", HELPERS, WORKSHOP | {"stage_id": "@third_stage"}, {}, TAKEN),
    *both("boards.add_material", HELPERS, SECOND_STAGE | {"kind": "text"}, {"text": "Read this."}), *both("boards.edit_material", HELPERS, MATERIAL, {"alt": "A bus", "credit": "Ann", "licence": "CC0"}),
    Row("boards.order_material", "POST", HELPERS, MATERIAL, {"to": "up"}),
    Row("boards.remove_material", "POST", HELPERS, WORKSHOP | {"material_id": "@spare_material"}, {}, TAKEN),
    Row("boards.picture", "GET", EVERYBODY, WORKSHOP | {"name": "@board_picture"}),
    *both("boards.groups", HELPERS, WORKSHOP, {"rows-0-name": "Table 3"}), Row("boards.deal_out", "POST", HELPERS, WORKSHOP, {"how": "evenly", "among": "joined"}),
    Row("boards.move_people", "POST", HELPERS, WORKSHOP, {"who": "0", "to": "@group"}), Row("boards.regroup", "POST", HELPERS, WORKSHOP, {"number": "2", "called": "Team", "stages": "@second_stage"}),
    Row("boards.codes", "GET", HELPERS, WORKSHOP), *both("boards.join", HOLDERS, WORKSHOP, {"group": "@group"}), Row("boards.join_group", "GET", EVERYBODY, EVENT | {"code": "@group_code"}),
    Row("boards.run", "GET", HELPERS, WORKSHOP), Row("boards.run_fragment", "GET", HELPERS, WORKSHOP), Row("boards.run_stream", "GET", HELPERS, WORKSHOP),
    Row("boards.move_everyone", "POST", HELPERS, WORKSHOP, {"stage_id": "@first_stage"}), Row("boards.timer", "POST", HELPERS, WORKSHOP, {"minutes": "5"}),
    Row("boards.voting", "POST", HELPERS, WORKSHOP, {"dots": "3"}), Row("boards.close_board", "POST", HELPERS, WORKSHOP), Row("boards.reopen_board", "POST", HELPERS, WORKSHOP),
    Row("boards.plenary", "GET", EVERYBODY, WORKSHOP), Row("boards.plenary_fragment", "GET", EVERYBODY, WORKSHOP), Row("boards.plenary_stream", "GET", EVERYBODY, WORKSHOP),
    Row("boards.plenary_pick", "GET", HELPERS, BOARD), Row("boards.plenary_pick", "POST", HELPERS, BOARD, {"do": "pick i1"}),

    Row("boards.ideas", "GET", EVERYBODY, EVENT), Row("boards.ideas_screen", "GET", EVERYBODY, EVENT),
    Row("boards.ideas_screen_fragment", "GET", EVERYBODY, EVENT), Row("boards.idea", "GET", EVERYBODY, IDEA),
    *both("boards.idea_new", HOLDERS, EVENT | {"insight": "@insight"}, {"name": "Ask the driver"}),
    Row("boards.idea_lines", "GET", HOLDERS, EVENT | {"session": "@session"}),
    *both("boards.idea_edit", HELPERS, IDEA, {"name": "A street each", "version": "1"}),
    Row("boards.idea_withdraw", "POST", HELPERS, IDEA), Row("boards.idea_again", "POST", HELPERS, IDEA),
    Row("boards.idea_join", "POST", HOLDERS, IDEA), Row("boards.idea_leave", "POST", HOLDERS, IDEA),
    Row("boards.idea_tried", "POST", HELPERS, IDEA, {"tried": "y", "version": "0"}),
    Row("boards.idea_offer", "POST", HOLDERS, IDEA), Row("boards.idea_offer_back", "POST", HELPERS, IDEA),
    Row("boards.pledges", "GET", EVERYBODY, EVENT), *both("boards.pledge_new", HOLDERS, EVENT, {"text": "By March", "shown": "private", "key": "k"}),
    Row("boards.pledge", "GET", EVERYBODY, PLEDGE), *both("boards.pledge_edit", NOBODY, PLEDGE, {"text": "By May", "shown": "public"}),
    Row("boards.pledge_came_of", "POST", NOBODY, PLEDGE, {"state": "kept"}), *both("boards.pledge_take_back", NOBODY, PLEDGE),
    Row("boards.learned", "GET", EVERYBODY, EVENT),

    Row("boards.export_page", "GET", EVERYBODY, SESSION_BOARD), Row("boards.record", "POST", HOLDERS, SESSION_BOARD),
    Row("exchange.board_file", "GET", EVERYBODY, BOARD | {"kind": "csv"}), Row("exchange.board_print", "GET", EVERYBODY, BOARD),
    *both("exchange.board_import", HELPERS, BOARD),

    Row("followups.of_event", "GET", EVERYBODY, EVENT), Row("followups.of_series", "GET", EVERYBODY, SERIES),
    Row("followups.conversation", "GET", EVERYBODY, FOLLOWUP), Row("followups.conversation_fragment", "GET", EVERYBODY, FOLLOWUP),
    Row("followups.conversation_stream", "GET", EVERYBODY, FOLLOWUP),
    *both("followups.next_step", HELPERS, FOLLOWUP, {"step": "A call", "day": "2198-03-01"}),
    Row("followups.take_next_step_away", "POST", HELPERS, FOLLOWUP), *both("followups.own_calendar", SIGNED_IN),
    Row("followups.date_ics", "GET", HOLDERS, FOLLOWUP), Row("followups.own_dates_ics", "GET", EVERYBODY, {"token": "none"}, {}, (410,)),
    Row("followups.together", "GET", EVERYBODY, {"followup_id": "@followup"}, {}, (426,)),  # asks for itself who may connect
    Row("followups.shared_note", "GET", HOLDERS, FOLLOWUP), Row("followups.shared_note", "POST", "-------", FOLLOWUP, {"text": "x", "base_revision": "0"}),
    Row("followups.preview_shared_note", "POST", "-------", FOLLOWUP, {"text": "x", "base_revision": "0"}),
    Row("followups.shared_note_history", "GET", HELPERS, FOLLOWUP),
    Row("followups.shared_note_revision", "GET", HELPERS, FOLLOWUP | {"number": 1}),
    Row("followups.restore_shared_note", "POST", "-------", FOLLOWUP | {"number": 1}, {"base_revision": "1"}),
    *both("followups.still", EVERYBODY, {"token": "nothing"}), *both("followups.write_post", HOLDERS, FOLLOWUP, {"text": "Well said", "key": "an-access-row"}),
    Row("followups.post", "GET", HOLDERS, POST), *both("followups.edit_post", "--+----", POST, {"text": "Better said"}),
    Row("followups.hide_post", "POST", HELPERS, POST, {"on": "1"}),
    Row("followups.remove_post", "POST", "------+", FOLLOWUP | {"post_id": "@far_post"}, {}, (303,)),  # its author has no pass any more
    *both("followups.host", SIGNED_IN, SESSION), *both("followups.keep_posted", SIGNED_IN, SESSION),
    *both("followups.leave", SIGNED_IN, SESSION), *both("followups.ask", SIGNED_IN, SESSION),
    *both("followups.offer", SIGNED_IN, SESSION, {"kind": "offer", "text": "A day", "key": "12345678"}),
    Row("followups.line", "GET", SIGNED_IN, SESSION), Row("followups.line", "POST", SIGNED_IN, SESSION, {"line": "First.", "part": "host"}, (404,)), Row("followups.mine", "GET", SIGNED_IN),
    *both("followups.about", HELPERS, FOLLOWUP, {"question": "", "readers": "pass", "was_readers": "pass"}),
    *both("followups.outcome", HELPERS, FOLLOWUP, {"came_of": "A form."}),
    Row("followups.rest", "POST", HELPERS, FOLLOWUP), Row("followups.reopen", "POST", HELPERS, FOLLOWUP),
    Row("followups.step_down", "POST", NOBODY, FOLLOWUP), Row("followups.answer", "POST", NOBODY, FOLLOWUP),
    Row("followups.hand_over", "POST", HELPERS, FOLLOWUP, {"part": "@posted"}),
    *both("followups.leave_mine", SIGNED_IN, {"followup_id": "@joined"}),
    *both("followups.change_offer", NOBODY, OFFER), Row("followups.offer_met", "POST", NOBODY, OFFER, {"met": "1"}),
    Row("followups.offer_remove", "POST", HELPERS, OFFER, {}, (303, 404)),
    *both("followups.name_host", HELPERS, SESSION), Row("followups.stop_looking", "POST", HELPERS, SESSION),
    *both("followups.pitch_again", HOLDERS, SESSION), *both("followups.pitch_conversation_again", HOLDERS, FOLLOWUP),
    Row("followups.before", "POST", HOLDERS, EVENT, {"title": "Bins"}),
    Row("followups.carry_on", "POST", HELPERS, PITCH, {"carries_on": "0"}),
    Row("followups.remove_host", "POST", HELPERS, SESSION | {"host_id": "@host"}, {}, (303, 404)),

    *both("exchange.upload", ORGANISERS, EVENT), Row("exchange.imported", "GET", ORGANISERS, EVENT | {"import_id": "@upload"}),
    Row("exchange.original", "GET", ORGANISERS, EVENT | {"file_id": "@file"}, {}, (200, 404)),
    Row("exchange.proceedings", "GET", EVERYBODY, EVENT), Row("exchange.make_book", "POST", EVERYBODY, EVENT | {"kind": "pdf"}),
    Row("exchange.book_file", "GET", EVERYBODY, EVENT | {"kind": "md"}), Row("exchange.be_named", "POST", HOLDERS, EVENT, {"named": "1"}),
    Row("exchange.note_file", "GET", EVERYBODY, SESSION | {"kind": "md"}, {}, (200, 404)), Row("exchange.notes_zip", "GET", EVERYBODY, EVENT),
    Row("exchange.grid_csv", "GET", EVERYBODY, EVENT), Row("exchange.attendees_csv", "GET", ORGANISERS, EVENT),
    Row("exchange.feeds", "GET", EVERYBODY, EVENT), Row("exchange.renew_secret", "POST", HOLDERS, EVENT, {}, (303, 409)),
    Row("exchange.event_ics", "GET", EVERYBODY, EVENT), Row("exchange.room_ics", "GET", EVERYBODY, EVENT | {"room_id": "@room"}),
    Row("exchange.session_ics", "GET", EVERYBODY, SESSION), Row("exchange.schedule_as_xml", "GET", EVERYBODY, EVENT),
    Row("exchange.schedule_as_json", "GET", EVERYBODY, EVENT),
    Row("exchange.own_ics", "GET", EVERYBODY, {"secret": "nothing", "what": "my-day"}, {}, (404,)),
    Row("exchange.api_description", "GET", EVERYBODY), Row("exchange.api_events", "GET", EVERYBODY),
    Row("exchange.api_event", "GET", EVERYBODY, EVENT), Row("exchange.api_grid", "GET", EVERYBODY, EVENT),
    Row("exchange.api_sessions", "GET", EVERYBODY, EVENT), Row("exchange.api_session", "GET", EVERYBODY, SESSION),
    Row("exchange.api_now", "GET", EVERYBODY, EVENT),

    Row("introductions.mine", "GET", SIGNED_IN), *[Row("introductions.answer", m, SIGNED_IN, OWN_INTRODUCTION, {"answer": "later"}, (200, 303, 404, 409))
                                                   for m in ("GET", "POST")],
    *[Row(f"introductions.{name}", "POST", SIGNED_IN, OWN_INTRODUCTION, {}, (303, 404)) for name in ("withdraw", "take_back", "block")],
    Row("introductions.lift", "POST", SIGNED_IN, {"person_id": "@leader"}), *both("introductions.by_mail", EVERYBODY, {"token": "nothing"}),
    *both("introductions.ask", SIGNED_IN, LEADER, {"line": "Buses"}), Row("introductions.block_person", "POST", SIGNED_IN, LEADER),
    *both("introductions.introduce", HELPERS, EVENT), *both("introductions.report", SIGNED_IN, EVENT | {"person": "@leader"}),
    Row("introductions.reports", "GET", ORGANISERS, EVENT), Row("introductions.handled", "POST", ORGANISERS, EVENT | {"report_id": "@report"}),
    Row("introductions.worth", "GET", HOLDERS, SERIES), Row("introductions.want", "POST", HOLDERS, SERIES, {"on": "1"}),

    Row("rounds.of_series", "GET", SIGNED_IN, SERIES), *both("rounds.new", OWNERS, SERIES), Row("rounds.show", "GET", HOLDERS, ROUND),
    *both("rounds.edit", OWNERS, ROUND), Row("rounds.cancel", "GET", OWNERS, ROUND),
    Row("rounds.cancel", "POST", OWNERS, SERIES | {"round_id": "@spare_round"}),
    Row("rounds.join", "POST", HOLDERS, ROUND), Row("rounds.leave", "POST", SIGNED_IN, ROUND),
    Row("rounds.met", "POST", "--+-+--", SERIES | {"round_id": "@paired_round"}, {"said": "met"}),
    Row("rounds.invite_me", "POST", HOLDERS, SERIES),
    Row("rounds.join_page", "GET", EVERYBODY, {"token": "nothing"}), Row("rounds.join_tap", "POST", EVERYBODY, {"token": "nothing"}),
    Row("rounds.with_page", "GET", EVERYBODY, {"token": "nothing"}),
    Row("rounds.met_page", "GET", EVERYBODY, {"token": "nothing"}), Row("rounds.met_tap", "POST", EVERYBODY, {"token": "nothing"}),

    Row("search.everywhere", "GET", EVERYBODY), Row("search.of_event", "GET", EVERYBODY, EVENT),
    Row("search.of_series", "GET", EVERYBODY, SERIES),
]


def furnish(world, series, event, elsewhere, people) -> dict[str, object]:
    """One of everything in `event`, by the names that rows use. The pitch is nobody's who is tried, so that roles decide."""
    session = world.session(event, "Bins", room=1, slot=1)
    pitch, waiting = world.pitch(event, "Paper forms"), world.pitch(event, "Waiting")
    entry = world.save(QueueEntry(event_id=event.id, pitch_id=pitch.id, pitcher_name="Somebody", position=1, joined_at=AT))
    followup = FollowUp(event_id=session.event_id, session_id=session.id, next_at=AT, created_at=AT)
    other = world.person()
    followup.people += [FollowUpPerson(name="Somebody", part=HOST, since=AT),
                        FollowUpPerson(name="Another", person_id=other.id, part=POSTED, since=AT)]
    world.save(followup)
    offer = world.save(Offer(followup_id=followup.id, person_id=other.id, kind="offer", text="A room", key="k", at=AT))
    joined = world.followup(world.session(event, "Joined"), posted=[one for one in people.values() if one])
    post, far_post = (world.save(Post(followup_id=followup.id, person_id=people[kind].id, name="Somebody", text="Said", key=f"key-{kind}", at=AT))
                      for kind in ("attendee", "organiser elsewhere"))
    with transaction():
        document = documents.create("First.", AT)
        followup.document_id = documents.create("Shared.", AT).id
        db.session.add(Note(session_id=session.id, document_id=document.id, created_at=AT))
    later = world.event(series, day=event.starts_on + timedelta(days=364))
    world.save(*[Pass(event_id=later.id, person_id=people[kind].id, role=Role.ATTENDEE, joined_at=AT)
                 for kind in ("attendee", "campmaker", "organiser")])
    picture = world.save(Picture(session_id=session.id, name="flipchart.png", file=files.keep(b"pixels"), width=1, height=1, size=6,
                                 alt="A flip chart", at=AT))
    upload = world.save(Import(event_id=event.id, by_id=world.person().id, kind="notes", name="a.md", file_key="0" * 64, asked_at=AT))
    world.save(ScoringRound(event_id=event.id, opened_at=AT))
    board = world.board(event, "Buses")
    prompt_id = board.stages[0].prompts[0].id
    insight, grouped = world.insight(board, "Said."), world.insight(board, "Said too.")
    session_board = world.board(event, "Recorded", session=session)
    world.insight(session_board, "Put into the notes.")
    cluster = world.save(Cluster(board_id=board.id, prompt_id=prompt_id, position=1, changed=1))
    grouped.cluster_id = cluster.id
    world.save(grouped)
    workshop = world.board(event, "Workshop", groups=2, stages=("One", "Two", "Three"))
    shown = world.save(Material(stage_id=workshop.stages[1].id, position=1, kind="picture", name="bus.png", file=files.keep(b"bytes"), width=1, height=1,
                                alt="A bus", credit="Ann", licence="CC0"))
    spare = world.save(Material(stage_id=workshop.stages[1].id, position=2, kind="text", text="Read this."))
    group = workshop.stages[0].seating.groups[0]
    idea = world.save(Idea(event_id=event.id, name="A street each", created_at=AT))
    pledge = world.save(Pledge(event_id=event.id, person_id=world.person().id, idea_id=idea.id, key="k", text="By March", shown="public", created_at=AT))
    mailing, spare_mailing = (world.save(Mailing(event_id=event.id, kind="evening", subject="After", body="Hello {name}", created_at=AT))
                              for _ in range(2))
    leader = world.person("Leads something", email="leads@example.org")
    world.pitch(event, "Led", leaders=[leader])
    introduction = world.save(Introduction(by_id=leader.id, a_id=leader.id, b_id=people["attendee"].id, event_id=event.id, line="Let us meet",
                                           a_answer="yes", key="k", asked_at=clock.now()))
    reported = world.save(Report(event_id=event.id, by_id=people["attendee"].id, about_id=leader.id, text="Loud", at=AT))
    soon, late = clock.now() + timedelta(days=7), clock.now() + timedelta(days=30)
    open_round, spare_round, paired_round = (world.save(Round(
        series_id=series.id, name=name, question="What next?", join_until=soon, ask_at=late, created_at=AT, state=state,
        paired_at=AT if state == ENDED else None)) for name, state in (("Open", "joining"), ("Spare", "joining"), ("Paired", ENDED)))
    world.save(RoundGroup(round_id=paired_round.id, number=1, seats=[RoundSeat(person_id=people[kind].id) for kind in ("attendee", "organiser")]))
    kept = world.save(ImportedFile(event_id=event.id, name="a.md", file_key="0" * 64, report={}, imported_at=AT))
    return {
        "leader": leader.id, "introduction": introduction.id, "report": reported.id,
        "round": open_round.id, "spare_round": spare_round.id, "paired_round": paired_round.id,
        "mailing": mailing.id, "spare_mailing": spare_mailing.id,
        "idea": idea.id, "pledge": pledge.id,
        "workshop": workshop.id, "first_stage": workshop.stages[0].id, "second_stage": workshop.stages[1].id, "third_stage": workshop.stages[2].id,
        "material": shown.id, "board_picture": shown.name, "spare_material": spare.id, "group": group.id, "group_code": group.code,
        "board": board.id, "session_board": session_board.id, "prompt": prompt_id, "insight": insight.id, "grouped": grouped.id, "cluster": cluster.id,
        "followup": followup.id, "posted": followup.people[1].id, "offer": offer.id, "joined": joined.id, "post": post.id, "far_post": far_post.id, "series": series.slug, "event": event.slug, "elsewhere": elsewhere.slug, "code": event.join_code, "session": session.id,
        "picture": picture.name, "room": event.rooms[0].id, "entry": entry.id, "pitch": pitch.id, "waiting": waiting.id, "host": followup.people[0].id, "upload": upload.id, "file": kept.id,
        "pass": world.pass_of(event, people["attendee"]).id, "spare_pass": world.pass_of(event, world.holder(event)).id,
        "spare_owner": world.owner(series).id,
    }
