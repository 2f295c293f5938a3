"""tornado-web sessions, read and written by a Python process."""

import json
import sys
import time

# ANCHOR: key
from base64 import urlsafe_b64encode
from hashlib import sha256

import tornado.web


def store_key(session_id):
    """The key of a session in every store, from the id in the cookie."""
    return urlsafe_b64encode(sha256(session_id).digest()).rstrip(b"=").decode()


def key_of_cookie(secret, cookie):
    """The same from the cookie, which is signed with the setting cookie_secret."""
    session_id = tornado.web.decode_signed_value(secret, "session", cookie, max_age_days=400)
    return store_key(session_id) if session_id else None
# ANCHOR_END: key


# ANCHOR: sqlite
import sqlite3


def sqlite_get(path, key):
    with sqlite3.connect(path) as db:
        row = db.execute(
            "SELECT data FROM tornado_sessions"
            " WHERE key = ? AND moved_to IS NULL AND expires_at > ?",
            (key, int(time.time() * 1000)),
        ).fetchone()
    return json.loads(row[0]) if row else None


def sqlite_set(path, key, name, value):
    db = sqlite3.connect(path, isolation_level=None, timeout=5)
    # Lock before reading, so that nobody writes in between.
    db.execute("BEGIN IMMEDIATE")
    try:
        (data,) = db.execute(
            "SELECT data FROM tornado_sessions"
            " WHERE key = ? AND moved_to IS NULL AND expires_at > ?",
            (key, int(time.time() * 1000)),
        ).fetchone()
        data = {**json.loads(data), name: value}
        db.execute("UPDATE tornado_sessions SET data = ? WHERE key = ?", (json.dumps(data), key))
        db.execute("COMMIT")
    finally:
        db.close()
# ANCHOR_END: sqlite


# ANCHOR: postgres
import psycopg

LIVING = " key = %s AND moved_to IS NULL AND expires_at > extract(epoch FROM now()) * 1000"


def postgres_get(url, key):
    with psycopg.connect(url) as db:
        row = db.execute("SELECT data FROM tornado_sessions WHERE" + LIVING, (key,)).fetchone()
    # Each value is JSON as text.
    return {name: json.loads(text) for name, text in row[0].items()} if row else None


def postgres_set(url, key, name, value):
    with psycopg.connect(url) as db:
        db.execute(
            "UPDATE tornado_sessions SET data = data || %s::jsonb WHERE" + LIVING,
            (json.dumps({name: json.dumps(value)}), key),
        )
# ANCHOR_END: postgres


# ANCHOR: redis
import redis

# Write nothing into a session that has ended or moved.
SET = """
    if redis.call('HEXISTS', KEYS[1], 'created_at') == 0 then return 0 end
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    return 1
"""


def redis_get(url, key):
    fields = redis.from_url(url, decode_responses=True).hgetall("session:" + key)
    if "created_at" not in fields:
        return None
    return {name[2:]: json.loads(text) for name, text in fields.items() if name.startswith("d:")}


def redis_set(url, key, name, value):
    redis.from_url(url).eval(SET, 1, "session:" + key, "d:" + name, json.dumps(value))
# ANCHOR_END: redis


def main(store, place, secret, cookie):
    """Increments the counter in the session of a cookie; for the tests."""
    get, put = globals()[store + "_get"], globals()[store + "_set"]
    key = key_of_cookie(secret, cookie)
    visits = get(place, key)["visits"]
    put(place, key, "visits", visits + 1)
    put(place, key, "from", {"python": [1, None, "\0é"]})
    assert get(place, key)["visits"] == visits + 1
    assert get(place, store_key(b"nobody's")) is None


if __name__ == "__main__":
    main(*sys.argv[1:])
