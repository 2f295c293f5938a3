"""The parts of tornado-web's stores that a session needs.

`load` returns a record as a dict: times in milliseconds, and `data` from keys to
JSON text. `apply` returns "here", "moved" or, if there is no such session, None.
"""

import asyncio
import json
import pathlib
import sqlite3
import time

#: tornado-web's own scripts, so that both sides do exactly the same.
SCRIPTS = (
    pathlib.Path(__file__).resolve().parents[3]
    / "crates/tornado-session/src/store/redis/lua"
)

#: The most moved keys that are followed.
LONGEST_CHAIN = 64


class Lost(Exception):
    """The session has ended, or has another id."""

    def __init__(self, message, moved=False):
        super().__init__(message)
        self.moved = moved


async def open_store(url):
    """`redis://host:port/database` or `sqlite:path`."""
    if url.startswith(("redis:", "rediss:")):
        return RedisStore(url)
    if url.startswith("sqlite:"):
        return SqliteStore(url.removeprefix("sqlite:").removeprefix("//"))
    raise ValueError("there are stores for redis: and sqlite:")


class RedisStore:
    """One hash per session; each operation is one script, and so atomic."""

    def __init__(self, url, prefix="session:"):
        import redis.asyncio

        self._redis = redis.asyncio.from_url(url, decode_responses=True)
        self._prefix = prefix
        common = (SCRIPTS / "common.lua").read_text()
        names = ["create", "apply", "rename", "delete"]
        self._scripts = {
            name: self._redis.register_script(common + (SCRIPTS / f"{name}.lua").read_text())
            for name in names
        }

    async def _run(self, name, *arguments):
        return await self._scripts[name](args=[self._prefix, *arguments])

    async def load(self, key):
        for _ in range(LONGEST_CHAIN):
            fields = await self._redis.hgetall(self._prefix + key)
            if "moved_to" not in fields:
                break
            if fields["moved_reads"] != "1":
                return None
            key = fields["moved_to"]
        if "created_at" not in fields:
            return None
        return {
            "created_at": int(fields["created_at"]),
            "expires_at": int(fields["expires_at"]),
            "expiry": json.loads(fields.get("expiry", '"default"')),
            "deadline": int(fields["deadline"]) if "deadline" in fields else None,
            "owner": fields.get("owner"),
            "data": {
                name.removeprefix("d:"): value
                for name, value in fields.items()
                if name.startswith("d:")
            },
        }

    async def create(self, key, record):
        fields = []
        for name in ["created_at", "expires_at"]:
            fields += [name, record[name]]
        fields += ["expiry", json.dumps(record["expiry"])]
        if record["owner"] is not None:
            fields += ["owner", record["owner"]]
        for name, text in record["data"].items():
            fields += [f"d:{name}", text]
        if not await self._run("create", key, record["expires_at"], *fields):
            raise RuntimeError("there is a session of this key already")

    async def apply(self, key, changes, expires_at=None):
        done = await self._run("apply", key, *_patch(changes, expires_at))
        return [None, "here", "moved"][done]

    async def rename(self, old, new, changes, expires_at, owner, grace_ms):
        patch = _patch(changes, expires_at, owner)
        done = await self._run("rename", old, new, grace_ms, "", *patch)
        if done == 0:
            raise Lost("it has ended meanwhile")
        if done == 2:
            raise Lost("it has got a new id meanwhile", moved=True)

    async def delete(self, key):
        await self._run("delete", key)


def _patch(changes, expires_at=None, owner=None):
    """A patch, as `common.lua` describes it."""
    deleted = [f"d:{name}" for name, text in changes.items() if text is None]
    patch = ["", expires_at or "", "", "", f"={owner}" if owner else "", len(deleted), *deleted]
    for name, text in changes.items():
        if text is not None:
            patch += [f"d:{name}", text]
    return patch


class SqliteStore:
    """One row per session; each operation is one transaction, and so atomic."""

    def __init__(self, path):
        self._path = path
        # Operations that wait for the disk run in a thread, one at a time.
        self._turn = asyncio.Lock()

    async def _transaction(self, act):
        def run():
            connection = sqlite3.connect(self._path, timeout=5, isolation_level=None)
            connection.row_factory = sqlite3.Row
            try:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                try:
                    result = act(connection)
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
                return result
            finally:
                connection.close()

        async with self._turn:
            return await asyncio.to_thread(run)

    async def load(self, key):
        def act(connection):
            _, row = self._find(connection, key, reads=True)
            if row is None:
                return None
            data = json.loads(row["data"])
            return {
                "created_at": row["created_at"],
                "expires_at": row["expires_at"],
                "expiry": json.loads(row["expiry"]),
                "deadline": row["deadline"],
                "owner": row["owner"],
                "data": {name: json.dumps(value) for name, value in data.items()},
            }

        return await self._transaction(act)

    async def create(self, key, record):
        data = {name: json.loads(text) for name, text in record["data"].items()}

        def act(connection):
            connection.execute(
                "DELETE FROM tornado_sessions WHERE key = ? AND expires_at <= ?",
                [key, _now()],
            )
            connection.execute(
                "INSERT INTO tornado_sessions (key, created_at, expires_at, expiry, owner, data)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    key,
                    record["created_at"],
                    record["expires_at"],
                    json.dumps(record["expiry"]),
                    record["owner"],
                    json.dumps(data),
                ],
            )

        await self._transaction(act)

    async def apply(self, key, changes, expires_at=None):
        def act(connection):
            own, row = self._find(connection, key)
            if row is None:
                return None
            self._update(connection, own, own, row, changes, expires_at)
            return "here" if own == key else "moved"

        return await self._transaction(act)

    async def rename(self, old, new, changes, expires_at, owner, grace_ms):
        def act(connection):
            own, row = self._find(connection, old)
            if row is None:
                raise Lost("it has ended meanwhile")
            if own != old:
                raise Lost("it has got a new id meanwhile", moved=True)
            self._update(connection, old, new, row, changes, expires_at, owner)
            connection.execute(
                "INSERT INTO tornado_sessions (key, created_at, expires_at, moved_to)"
                " VALUES (?, ?, ?, ?)",
                [old, _now(), _now() + grace_ms, new],
            )

        await self._transaction(act)

    async def delete(self, key):
        def act(connection):
            own, row = self._find(connection, key)
            if row is not None:
                connection.execute("DELETE FROM tornado_sessions WHERE key = ?", [own])

        await self._transaction(act)

    def _find(self, connection, key, reads=False):
        """The session's own key and its row, by following moved keys."""
        for _ in range(LONGEST_CHAIN):
            row = connection.execute(
                "SELECT * FROM tornado_sessions WHERE key = ? AND expires_at > ?", [key, _now()]
            ).fetchone()
            if row is None or row["moved_to"] is None:
                return key, row
            if reads and not row["moved_reads"]:
                break
            key = row["moved_to"]
        return key, None

    def _update(self, connection, old, new, row, changes, expires_at=None, owner=None):
        data = json.loads(row["data"])
        for name, text in changes.items():
            if text is None:
                data.pop(name, None)
            else:
                data[name] = json.loads(text)
        connection.execute(
            "UPDATE tornado_sessions SET key = ?, data = ?, expires_at = ?, owner = ?"
            " WHERE key = ?",
            [new, json.dumps(data), expires_at or row["expires_at"], owner or row["owner"], old],
        )


def _now():
    return int(time.time() * 1000)
