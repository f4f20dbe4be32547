"""What is kept: under its name, until its moment, within its bounds."""

import threading
from datetime import UTC, datetime, timedelta

from app.web.kept import Kept

AT = datetime(2027, 1, 23, 10, 0, tzinfo=UTC)


def making(kept, made, name, value="x", until=None, at=AT):
    def make():
        made.append(name)
        return value, until

    return kept.get(name, make, at=at)


def test_a_thing_is_made_once_for_its_name():
    kept, made = Kept(100), []
    assert [making(kept, made, "a", "one"), making(kept, made, "a", "two"), making(kept, made, "b", "two")] == ["one", "one", "two"]
    assert made == ["a", "b"]


def test_it_holds_until_its_moment_and_not_at_it():
    kept, made, until = Kept(100), [], AT + timedelta(minutes=5)
    making(kept, made, "a", "old", until)
    assert making(kept, made, "a", "new", until, at=until - timedelta(microseconds=1)) == "old"
    assert making(kept, made, "a", "new", None, at=until) == "new"
    assert making(kept, made, "a", "newer", None, at=until + timedelta(days=9)) == "new"


def test_the_least_used_leave_first_and_the_bound_holds():
    kept, made = Kept(10), []
    making(kept, made, "a", "1234")
    making(kept, made, "b", "1234")
    making(kept, made, "a")  # used again
    making(kept, made, "c", "1234")
    made.clear()
    making(kept, made, "a")
    making(kept, made, "b", "1234")
    assert made == ["b"]
    assert making(kept, made, "large", "x" * 50) == "x" * 50, "given, though too large to keep"
    made.clear()
    making(kept, made, "large", "x")
    assert made == ["large"]


def test_forgetting():
    kept, made = Kept(10), []
    making(kept, made, "a")
    kept.forget()
    making(kept, made, "a")
    assert made == ["a", "a"]


def test_many_threads_get_right_values():
    kept, wrong = Kept(300), []

    def work(number):
        for i in range(400):
            name = (i * 7 + number) % 50
            if kept.get(name, lambda name=name: (f"value {name}", None), at=AT) != f"value {name}":
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
