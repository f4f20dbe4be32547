"""Of an answer, what its writer wrote."""

import time

import pytest

from app.letters.quoting import own_words

LINKS = "https://camp.example.org/mail/"
PLAIN = "Yes, count me in.\n\nTuesday is fine."


@pytest.mark.parametrize("text", [
    PLAIN,
    PLAIN + "\n\nOn Mon, 25 Jan 2027 at 09:12, Folkmoot <camp@example.org> wrote:\n\n> Tom wrote:\n>\n> Hello\n",
    PLAIN + "\n\nOn Mon, 25 Jan 2027 at 09:12, Tom via Folkmoot\n<camp@example.org> wrote:\n> Hello\n> there",
    PLAIN + "\n\nOn Mon, 25 Jan 2027 at 09:12, Tom via Folkmoot <\nconversation-7-1-abc@reply.example.org> wrote:\n\n> Hello\n>\n> there",
    PLAIN + "\n\nAm 25.01.2027 um 09:12 schrieb Folkmoot <camp@example.org>:\n> Hallo",
    PLAIN + "\n\nLe lun. 25 janv. 2027 à 09:12, Folkmoot <camp@example.org> a écrit :\n\n> Bonjour",
    PLAIN + "\n\nAr Llun, 25 Ion 2027 am 09:12 ysgrifennodd Folkmoot <camp@example.org>:\n> Helo",
    PLAIN + "\n\n-----Original Message-----\nFrom: Folkmoot\nSubject: x\n\nHello",
    PLAIN + "\n\n________________________________\nFrom: Folkmoot <camp@example.org>\nSent: 25 January 2027 09:12\nTo: Leila\nSubject: New post\n\nHello",
    PLAIN + "\n\n*From:* Folkmoot <camp@example.org>\n*Sent:* Monday\n*To:* Leila\n\nHello",
    PLAIN + "\n\n-- \nLeila Haddad\nNorth Council\n0113 496 0000\n",
    PLAIN + "\n\n--\nLeila\n\nOn Monday Tom <t@example.org> wrote:\n> Hello",
    PLAIN + "\n\nSent from my iPhone\n\n> On 25 Jan 2027, at 09:12, Folkmoot <camp@example.org> wrote:\n>\n> Hello",
    PLAIN + "\n\nGet Outlook for Android<https://aka.ms/x>\n",
    "On Monday, Folkmoot <camp@example.org> wrote:\n> Hello\n> there\n\n" + PLAIN,
    PLAIN + "\r\n\r\n> Hello\r\n",
    PLAIN + f"\n\nLeave this conversation: {LINKS}stop/conversation.1.2.3.x",
])
def test_only_the_writers_own_words_stay(text):
    assert own_words(text, LINKS) == PLAIN


@pytest.mark.parametrize("text", [
    "Best regards to your team, they did well.\n\nI will come.",
    "From: the station turn left.\nThen it is there.",
    "These are the questions on my list:\n\n1. who\n2. when",
    "On the whole I agree.\n\nWe wrote:\n\nto the council twice.",
    "- one\n- two\n---\nthree",
    "> first thing\n\nMy answer to it.\n\n> second thing\n\nMy answer to that.",
])
def test_what_may_be_theirs_stays(text):
    assert own_words(text) == text


def test_nothing_but_a_quotation_is_nothing():
    assert own_words("On Monday Tom <t@example.org> wrote:\n> Hello") == ""


@pytest.mark.parametrize("text", ["\n" * 200_000, " " * 200_000, "On " * 60_000, "On Mon\n" * 30_000, ">" * 200_000, "> \n" * 60_000, "From: a\n" * 25_000,
                                  "_" * 200_000, "--\n" * 60_000, "a@b " * 50_000 + "wrote:", "On a wrote " * 18_000, "Sent from my " * 15_000],
                         ids=range(12))
def test_no_text_takes_long(text):
    begun = time.process_time()
    own_words(text, LINKS)
    assert time.process_time() - begun < 1
