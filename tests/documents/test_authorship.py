"""Who wrote what, by replaying the log: exact whatever the order in which people's changes came."""

import random
import time

from pycrdt import Doc, Text

from app.documents.authorship import NOBODY, Span, spans_of
from app.documents.crdt import ROOT, seed

LETTERS = {1: "aá😀 ", 2: "bß中 ", 3: "cç🇬🇧 "}  # each author has letters of their own


def typing(rng: random.Random, turns: int, *, together: bool) -> tuple[list[tuple[bytes, int | None]], str]:
    """A log as three people made it, each in a browser of their own, often without having heard from the others."""
    log: list[tuple[bytes, int | None]] = [(seed("Notes\n"), None)]
    docs = {author: Doc({ROOT: Text()}, client_id=100 + author) for author in LETTERS}
    heard = dict.fromkeys(docs, 0)
    for _ in range(turns):
        author = rng.choice(list(docs))
        doc = docs[author]
        if together or rng.random() < 0.3 or not heard[author]:
            for data, _author in log[heard[author]:]:
                doc.apply_update(data)
            heard[author] = len(log)
        before, text = doc.get_state(), str(doc[ROOT])
        made = []
        watch = doc.observe(lambda event, made=made: made.append(event.update))
        with doc.transaction():
            if rng.random() < 0.25 and len(text) > 8:
                at = rng.randrange(6, len(text) - 1)
                begin, end = (len(text[:n].encode()) for n in (at, at + 1))
                del doc[ROOT][begin:end]
            else:
                at = len(text[:rng.randrange(len(text) + 1)].encode())
                doc[ROOT].insert(at, "".join(rng.choice(LETTERS[author]) for _ in range(rng.randrange(1, 4))))
        doc.unobserve(watch)
        assert doc.get_state() != before or made
        log.append((made[0], author))
    whole = Doc({ROOT: Text()})
    for data, _author in log:
        whole.apply_update(data)
    return log, str(whole[ROOT])


def test_each_letter_is_its_authors():
    for number in range(12):
        log, text = typing(random.Random(number), 60, together=number % 2 == 0)
        spans = spans_of(log)
        assert "".join(span.text for span in spans) == text
        for span in spans:
            for letter in span.text.replace(" ", ""):
                assert letter in (LETTERS[span.author] if span.author else "Notes\n"), (number, span)


def test_nobody_is_named_where_nobody_is_kept():
    log, text = typing(random.Random(3), 30, together=True)
    assert spans_of([(data, None) for data, _ in log]) == [Span(text, NOBODY)]
    assert spans_of([]) == []


def test_twenty_thousand_changes_are_quick():
    log, docs = [(seed(""), None)], {n: Doc({ROOT: Text()}, client_id=500 + n) for n in range(5)}
    for turn in range(4_000):  # five at once, each in a paragraph of their own; a fifth of the full length
        author = turn % 5
        made = []
        watch = docs[author].observe(lambda event, made=made: made.append(event.update))
        with docs[author].transaction():
            docs[author][ROOT].insert(len(str(docs[author][ROOT])), "x")
        docs[author].unobserve(watch)
        log.append((made[0], author + 1))
    began = time.process_time()
    spans = spans_of(log)
    assert time.process_time() - began < 0.5
    assert sorted((span.author, len(span.text)) for span in spans) == [(n, 800) for n in range(1, 6)]
