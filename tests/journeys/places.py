"""Where the pages of the demo camp are: the things that rows of tests/access_rows.py name, found in a running site."""

from app.infra import clock
from tests.access_rows import Row

KEEPER_ONLY = {"site.health_page", "accounts.outbox", "events.series_new"}
NOT_PAGES = {"privacy.take_out", "exchange.came_of_it_csv", "exchange.series_came_of_it_csv", "followups.together", "followups.post", "followups.date_ics", "followups.own_dates_ics", "followups.conversation_fragment", "followups.conversation_stream", "boards.ideas_screen_fragment", "exchange.board_file", "boards.picture", "boards.run_fragment", "boards.run_stream", "boards.plenary_fragment", "boards.plenary_stream", "boards.columns", "boards.changes", "boards.stream", "grid.stream", "events.notices_strip", "grid.suggest_stream", "grid.cost", "grid.best", "pitches.queue_stream", "pitches.queue_fragment", "pitches.queue_qr", "pitches.stage_stream", "pitches.stage_fragment",
             "pitches.station_fragment", "grid.fragment", "grid.fill", "site.service_worker", "site.robots", "site.hue_css", "site.health",
             "events.join_qr", "pitches.scoring_stream", "pitches.scoring_fragment", "exchange.grid_csv", "exchange.note_file", "exchange.book_file", "exchange.notes_zip", "exchange.attendees_csv", "exchange.original", "grid.now_fragment",
             "notes.picture", "notes.together", "notes.note_stream", "notes.note_fragment", "notes.moment", "notes.desk_fragment", "notes.desk_stream", "notes.head", "notes.head_stream", "grid.sign_fragment", "grid.room_now", "grid.mine_fragment", "grid.shared", "grid.own_pitches",
             "exchange.event_ics", "exchange.room_ics", "exchange.session_ics", "exchange.own_ics", "exchange.schedule_as_xml",
             "exchange.schedule_as_json", "exchange.api_description", "exchange.api_events", "exchange.api_event",
             "exchange.api_grid", "exchange.api_sessions", "exchange.api_session", "exchange.api_now"}


def things_of(site) -> dict[str, object]:
    """What `@name` stands for in the demo camp."""
    def one(statement: str):
        return site.ask(statement)[0]

    event = one("select id from event where slug = 'govcamp-north'")
    older = one("select id from event where slug = 'govcamp-north-last-year'")
    session = one(f"select session.id from session join note on note.session_id = session.id where event_id = {event} order by 1 limit 1")
    if not site.ask("select id from import"):
        site.change(f"insert into import (event_id, by_id, kind, name, file_key, only_try, state, position, reports, asked_at) values "
                    f"({event}, 1, 'notes', 'notes.zip', '{'0' * 64}', false, 'done', 1, "
                    """'[{"name": "a.md", "outcome": "new", "title": "Bins", "session_id": null, "recognised": ["Room: Turing"], """
                    """"unsure": ["No label gives the title."], "warnings": ["Line 3 looks like it holds a phone number."]}]', """
                    "'2027-01-23 10:00:00')")
    if not site.ask("select id from scoring_round"):
        site.change(f"insert into scoring_round (event_id, state, opened_at) values ({event}, 'open', '2027-01-23 10:00:00')")
    board, stage, prompt, insight, cluster = a_board(site, event)
    organiser = one("select id from person where email = 'organiser@camp.example'")
    followup = one(f"select min(id) from followup where event_id = {event} and session_id is not null")
    return {
        "post": a_post(site, followup, organiser), "far_post": 0,
        **a_round(site), **a_mailing(site, event), **an_introduction(site, event), **a_workshop(site, event), **an_idea(site, event), "board": board, "session_board": board, "stage": stage, "prompt": prompt, "insight": insight, "grouped": insight, "cluster": cluster,
        "organiser": organiser,
        "attendee": one(f"select person_id from pass where event_id = {event} and role = 1 order by id desc limit 1"),
        "series": "govcamp-north", "event": "govcamp-north", "elsewhere": "govcamp-north-last-year",
        "code": one(f"select join_code from event where id = {event}"), "session": session,
        "pitch": one(f"select pitch_id from session where id = {session}"),
        "followup": followup, "joined": followup, "posted": 0, "offer": an_offer(site, followup, organiser),
        "waiting": one(f"select max(id) from pitch where event_id = {event} and state = 'open'"),
        "room": one(f"select min(id) from room where event_id = {event}"), "host": 1, "upload": one("select id from import limit 1"), "file": 1,
        "pass": one(f"select id from pass where event_id = {event} and role = 1 order by id limit 1"), "spare_pass": 1, "spare_owner": 1,
        "old_followup": an_old_conversation(site, older), "old_session": one(f"select session.id from session where event_id = {older} order by 1 limit 1"),
    }


def a_board(site, event: int) -> tuple[int, int, int, int, int]:
    """The ids of a board, its stage, a prompt, an insight and a cluster: the demo camp's, or one that is put up here."""
    if not site.ask(f"select id from board where event_id = {event} and session_id is null"):
        site.change("insert into board (event_id, title, about, anonymous, state, colour_by, kinds, version, arranged, created_at) "
                    f"values ({event}, 'Buses', '', false, 'open', 'kind', '[]', 1, 1, '2027-01-23 10:00:00')")
        board = site.ask(f"select max(id) from board where event_id = {event}")[0]
        site.change("insert into board_stage (board_id, position, here, title, about, voting, dots, votes_hidden) "
                    f"values ({board}, 1, true, '', '', 'off', 3, true)")
        stage = site.ask(f"select max(id) from board_stage where board_id = {board}")[0]
        site.change(f"insert into board_prompt (stage_id, position, words, colour) values ({stage}, 1, 'What works?', 'lemon')")
    board = site.ask(f"select min(id) from board where event_id = {event} and session_id is null")[0]
    stage, prompt = (site.ask(f"select {what} from board_stage join board_prompt on board_prompt.stage_id = board_stage.id "
                              f"where board_id = {board} and here order by board_prompt.id")[0]
                     for what in ("board_stage.id", "board_prompt.id"))
    if not site.ask(f"select id from cluster where board_id = {board}"):
        site.change(f"insert into cluster (board_id, prompt_id, title, position, changed, edited) values ({board}, {prompt}, 'Buses', 1, 1, 1)")
    if not site.ask(f"select id from insight where board_id = {board}"):
        site.change("insert into insight (board_id, prompt_id, key, text, colour, position, state, changed, edited, votes, signed, at) "
                    f"values ({board}, {prompt}, 'one', 'A bus every ten minutes', 'lemon', 1, 'shown', 1, 1, 0, '', '2027-01-23 10:00:00')")
    return (board, stage, prompt, site.ask(f"select min(id) from insight where board_id = {board}")[0],
            site.ask(f"select min(id) from cluster where board_id = {board}")[0])


def a_round(site) -> dict[str, object]:
    """The id of a round of the demo camp's series that can be joined: its own, or one that is opened here."""
    series = site.ask("select id from series where slug = 'govcamp-north'")[0]
    still = f"select min(id) from round where series_id = {series} and state = 'joining'"
    if site.ask(still) == [None]:
        site.change("insert into round (series_id, name, question, windows, time_zone, state, join_until, ask_at, created_at) values "
                    f"({series}, 'Coffee', 'What next?', '[]', 'Europe/London', 'joining', '2099-01-23 10:00:00', "
                    "'2099-02-23 10:00:00', '2027-01-23 10:00:00')")
    return {"round": site.ask(still)[0], "spare_round": 0, "paired_round": 0}


def an_old_conversation(site, older: int) -> int:
    """The id of a conversation of last year's camp: one that is there, or one of its first session that begins here."""
    found = f"select min(id) from followup where event_id = {older} and session_id is not null"
    if site.ask(found) == [None]:
        session = site.ask(f"select min(id) from session where event_id = {older}")[0]
        site.change("insert into followup (event_id, session_id, line, question, goal, readers, state, came_of, next_step, next_where, "
                    "next_version, guid, moved_at, asked, version, created_at) values "
                    f"({older}, {session}, '', '', '', 'pass', 'open', '', '', '', 0, 'old-one', '2027-01-23 10:00:00', 0, 1, "
                    "'2027-01-23 10:00:00')")
    return site.ask(found)[0]


def a_mailing(site, event: int) -> dict[str, object]:
    """The id of an evening's mail that nobody was sent yet: the demo camp's, or one that is drafted here."""
    draft = f"select min(id) from mailing where event_id = {event} and kind = 'evening' and state = 'draft'"
    if site.ask(draft) == [None]:
        site.change("insert into mailing (event_id, kind, recipients, subject, body, state, written, version, created_at) values "
                    f"({event}, 'evening', 'all', 'After the camp', 'Hello {{name}},', 'draft', 0, 1, '2027-01-23 10:00:00')")
    return {"mailing": site.ask(draft)[0], "spare_mailing": 0}


def a_workshop(site, event: int) -> dict[str, object]:
    """What rows about running a board name, of one that is put up here: two stages, in groups, voting and a timer, material of each kind."""
    def number(table: str, condition: str) -> int:
        return site.ask(f"select max(id) from {table} where {condition}")[0]

    if not site.ask("select id from board where title = 'Workshop'"):
        site.change("insert into board (event_id, title, about, anonymous, state, colour_by, kinds, version, arranged, created_at) "
                    f"values ({event}, 'Workshop', '', true, 'open', 'group', '[]', 1, 1, '2027-01-23 10:00:00')")
        board = number("board", "title = 'Workshop'")
        site.change(f"insert into board_seating (board_id, name) values ({board}, '')")
        seating = number("board_seating", f"board_id = {board}")
        for i in (1, 2):
            site.change("insert into board_group (board_id, seating_id, position, name, topic, colour, code) "
                        f"values ({board}, {seating}, {i}, 'Table {i}', 'Topic {i}', 'mint', 'CDF{i + 2}')")
            site.change("insert into board_stage (board_id, position, here, seating_id, title, about, minutes, ends_at, voting, dots, votes_hidden) "
                        f"values ({board}, {i}, {'true' if i == 1 else 'false'}, {seating}, 'Stage {i}', 'Do *this*.', 20, "
                        "'2099-01-23 10:00:00', 'open', 3, true)")
            stage = number("board_stage", f"board_id = {board}")
            site.change(f"insert into board_prompt (stage_id, position, words, colour) values ({stage}, 1, 'How effective?', 'lemon')")
        for i, kind in enumerate(("story", "project", "text", "link", "picture"), 1):
            picture = f"'bus.png', '{'0' * 64}', 40, 30" if kind == "picture" else "null, null, null, null"
            site.change("insert into board_material (stage_id, position, kind, theme, title, text, source, url, credit, licence, alt, name, file, "
                        f"width, height) values ({stage}, {i}, '{kind}', 'Mentoring', 'A {kind}', 'Words.', 'A book', 'https://example.org/', 'Ann', "
                        f"'CC0', 'A bus', {picture})")
    board = number("board", "title = 'Workshop'")
    second = number("board_stage", f"board_id = {board}")
    return {"workshop": board, "first_stage": second, "second_stage": second, "third_stage": 0, "group": number("board_group", f"board_id = {board}"),
            "group_code": "CDF3", "material": number("board_material", f"stage_id = {second}"), "spare_material": 0, "board_picture": "bus.png"}


def an_offer(site, followup: int, person: int) -> int:
    """The id of what this person, who is in the conversation from then on, offers in it."""
    found = f"select min(id) from followup_offer where followup_id = {followup} and person_id = {person}"
    if site.ask(found) == [None]:
        if not site.ask(f"select id from followup_person where followup_id = {followup} and person_id = {person}"):
            site.change("insert into followup_person (followup_id, person_id, name, part, since) values "
                        f"({followup}, {person}, 'Somebody', 'posted', '2027-01-23 10:00:00')")
        for kind in ("ask", "offer"):
            site.change("insert into followup_offer (followup_id, person_id, kind, text, state, key, at) values "
                        f"({followup}, {person}, '{kind}', 'Two days of design', 'open', '{kind}-here', '2027-01-23 10:00:00')")
    return site.ask(found)[0]


def a_post(site, followup: int, person: int) -> int:
    """The id of a post of this person in a conversation, which has a shared note from then on."""
    found = f"select min(id) from followup_post where followup_id = {followup} and person_id = {person}"
    if site.ask(found) == [None]:
        site.change("insert into followup_post (followup_id, person_id, name, text, key, via, hidden, at) values "
                    f"({followup}, {person}, 'Somebody', 'Said **well**.', 'said-here', 'web', false, '2027-01-23 10:00:00')")
    if site.ask(f"select document_id from followup where id = {followup}") == [None]:
        site.change("insert into document (text, revision, seq, text_seq, epoch, created_at) values ('Shared', 1, 1, 1, 1, '2027-01-23 10:00:00')")
        note = site.ask("select max(id) from document")[0]
        site.change("insert into revision (document_id, number, seq, text, at, name, remark) "
                    f"values ({note}, 1, 1, 'Shared', '2027-01-23 10:00:00', '', '')")
        site.change(f"update followup set document_id = {note} where id = {followup}")
    return site.ask(found)[0]


def an_idea(site, event: int) -> dict[str, int]:
    """The ids of an idea and of the organiser's pledge: the demo camp's, or ones that are put up here."""
    organiser = site.ask("select id from person where email = 'organiser@camp.example'")[0]
    idea = f"select min(id) from idea where event_id = {event}"
    pledge = f"select min(id) from pledge where event_id = {event} and person_id = {organiser}"
    if site.ask(idea) == [None]:
        site.change("insert into idea (event_id, name, what, line, offered_name, withdrawn, version, created_at) "
                    f"values ({event}, 'A street each', 'Walk it.', '', '', false, 1, '2027-01-23 10:00:00')")
    if site.ask(pledge) == [None]:
        site.change("insert into pledge (event_id, person_id, key, text, shown, state, came_of, created_at) values "
                    f"({event}, {organiser}, 'one', 'By March I will walk it', 'public', 'made', '', '2027-01-23 10:00:00')")
    return {"idea": site.ask(idea)[0], "pledge": site.ask(pledge)[0]}


def an_introduction(site, event: int) -> dict[str, int]:
    """Somebody who leads a pitch; an introduction that waits for the organiser; a report."""
    organiser = site.ask("select id from person where email = 'organiser@camp.example'")[0]
    leader = ("select min(leader.person_id) from leader join pitch on pitch.id = leader.pitch_id "
              f"where pitch.event_id = {event} and pitch.state = 'open' and leader.person_id <> {organiser}")
    if site.ask(leader) == [None]:
        site.change(f"insert into leader (pitch_id, position, person_id, name) select min(pitch.id), 9, min(pass.person_id), 'Somebody' from pitch, pass "
                    f"where pitch.event_id = {event} and pitch.state = 'open' and pass.event_id = {event} and pass.person_id <> {organiser}")
    person = site.ask(leader)[0]
    waits = f"select max(id) from introduction where b_id = {organiser} and key = 'a place'"
    if site.ask(waits) == [None]:
        at = clock.now().strftime("%Y-%m-%d %H:%M:%S")
        site.change("insert into introduction (by_id, a_id, b_id, event_id, line, a_answer, b_answer, key, asked_at) values "
                    f"({person}, {person}, {organiser}, {event}, 'Let us talk of buses', 'yes', 'waiting', 'a place', '{at}')")
        site.change(f"insert into contact_report (event_id, about_id, text, at) values ({event}, {person}, 'Too loud', '{at}')")
    return {"leader": person, "introduction": site.ask(waits)[0], "report": site.ask("select max(id) from contact_report")[0]}


def path_of(app, row: Row, things: dict) -> str:
    """The address of the page that `row` speaks of."""
    arguments = {k: things[v[1:]] if isinstance(v, str) and v.startswith("@") else v for k, v in row.arguments.items()}
    if row.endpoint == "followups.pitch_again":  # a conversation of last year is taken on this year
        arguments |= {"event_slug": things["elsewhere"], "session_id": things["old_session"]}
    if row.endpoint == "followups.pitch_conversation_again":
        arguments |= {"event_slug": things["elsewhere"], "followup_id": things["old_followup"]}
    return app.url_map.bind("localhost").build(row.endpoint, arguments)
