"""Nobody alone takes all the room for connections, and a venue behind one address is no crowd."""

import pytest

from app.web.crowding import A_MINUTE, HELD_MOST, KNOWN_MOST, Crowd, TooMany

ADA, BEN = ("person", 1), ("person", 2)


def test_one_account_holds_so_many_and_others_are_not_concerned():
    crowd = Crowd()
    for _ in range(HELD_MOST["person"]):
        crowd.hold(ADA)
    with pytest.raises(TooMany) as refused:
        crowd.knock(ADA, now=0.0)
    assert refused.value.status == 429
    crowd.knock(BEN, now=0.0)
    crowd.let_go(ADA)
    crowd.knock(ADA, now=0.0)


def test_who_knocks_without_a_pause_is_sent_away_until_they_have_paused():
    crowd = Crowd()
    for _ in range(A_MINUTE["person"]):
        crowd.knock(ADA, now=10.0)
    for _ in range(3):
        with pytest.raises(TooMany):
            crowd.knock(ADA, now=10.0)
    crowd.knock(BEN, now=10.0)
    crowd.knock(ADA, now=11.0)  # knocking while sent away makes nothing longer


def test_three_hundred_phones_behind_one_address_come_back_ten_times_in_a_minute():
    crowd, venue = Crowd(), ("address", "192.0.2.7")
    for turn in range(10):
        for _ in range(300):
            crowd.knock(venue, now=turn * 6.0)
            if not turn:
                crowd.hold(venue)


def test_what_is_remembered_of_passers_by_is_bounded():
    crowd = Crowd()
    for number in range(KNOWN_MOST + 500):
        crowd.knock(("address", str(number)), now=0.0)
    assert len(crowd._knocks) == KNOWN_MOST
    crowd.hold(ADA)
    crowd.let_go(ADA)
    assert not crowd._held
