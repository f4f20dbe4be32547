"""Passwords are argon2id, and an unknown address costs what a known one costs."""

import subprocess
import sys

from app.accounts import passwords


def test_a_password_fits_its_own_hash_only():
    kept = passwords.hash_of("correct horse battery")
    assert kept.startswith("$argon2id$")
    assert passwords.fits(kept, "correct horse battery")
    assert not passwords.fits(kept, "correct horse batterz")
    assert not passwords.fits(kept, "")


def test_nothing_fits_nobody():
    assert not passwords.fits(None, "")
    assert not passwords.fits(None, "correct horse battery")
    assert not passwords.fits("not a hash", "x")


def test_nobodys_hash_takes_the_same_work_as_a_new_one():
    assert not passwords._hasher.check_needs_rehash(passwords.NOBODYS)


def test_under_gevent_hashing_does_not_stop_the_loop():
    """In a process of its own, monkey-patched as the web server is: greenlets go on while a hash is made."""
    script = """
from gevent import monkey
monkey.patch_all()
import gevent, time
from app.accounts import passwords
ticks = []
def tick():
    while True:
        ticks.append(time.perf_counter())
        gevent.sleep(0.002)
ticker = gevent.spawn(tick)
start = time.perf_counter()
gevent.joinall([gevent.spawn(passwords.hash_of, "correct horse battery") for _ in range(3)])
took = time.perf_counter() - start
ticker.kill()
during = [t for t in ticks if t >= start]
longest = max(b - a for a, b in zip(during, during[1:]))
print(len(during), took, longest)
assert len(during) > 10, len(during)
assert longest < took / 2, (longest, took)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
