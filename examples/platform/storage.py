"""The database. One code for SQLite and PostgreSQL; what differs stands in the two small classes."""

import sqlite3

from records import Row, now_ms

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    gateway TEXT NOT NULL, seq BIGINT NOT NULL, prev BIGINT NOT NULL, place TEXT NOT NULL, kind TEXT NOT NULL,
    ts BIGINT NOT NULL, history INTEGER NOT NULL, received BIGINT NOT NULL, body {bytes} NOT NULL,
    PRIMARY KEY (gateway, seq));
CREATE INDEX IF NOT EXISTS record_by_time ON record (gateway, kind, place, ts);
CREATE TABLE IF NOT EXISTS gateway (
    id TEXT PRIMARY KEY, checked BIGINT NOT NULL DEFAULT 0, status TEXT, alarms TEXT);
CREATE TABLE IF NOT EXISTS hole (
    gateway TEXT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL, state TEXT NOT NULL, opened BIGINT NOT NULL,
    changed BIGINT NOT NULL, asked BIGINT NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, request TEXT, answer TEXT,
    PRIMARY KEY (gateway, last));
CREATE TABLE IF NOT EXISTS refused (at BIGINT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL, payload {bytes} NOT NULL);
"""


class SQLite:
    """For the demo and for tests: many processes may share the file, one of them writes at a time."""
    placeholder, bytes_type, failure = "?", "BLOB", sqlite3.Error

    def __init__(self, path):
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")      # committed is on the disk, else nothing may be acknowledged

    def begin(self, alone):
        self.connection.execute("BEGIN IMMEDIATE")


class PostgreSQL:
    """For the platform. `synchronous_commit` must stay on."""
    placeholder, bytes_type = "%s", "BYTEA"

    def __init__(self, url):
        import psycopg
        self.failure = psycopg.Error
        self.connection = psycopg.connect(url, autocommit=True)

    def begin(self, alone):
        self.connection.execute("BEGIN")
        if alone:
            self.connection.execute("SELECT pg_advisory_xact_lock(212)")


class Storage:
    """`with storage.transaction() as run:` gives a function that executes one statement; all or nothing is kept."""

    def __init__(self, url):
        self.backend = PostgreSQL(url) if url.startswith(("postgresql://", "postgres://")) else SQLite(url)
        self.failure = self.backend.failure
        with self.transaction(alone=True) as run:
            for statement in SCHEMA.format(bytes=self.backend.bytes_type).split(";")[:-1]:
                run(statement)

    def transaction(self, alone=False):
        """`alone`: no other process is in such a transaction meanwhile."""
        return Transaction(self.backend, alone)

    def query(self, sql, values=()):
        return self.backend.connection.execute(sql.replace("?", self.backend.placeholder), values).fetchall()

    def many(self, sql, rows):
        """One statement for each of `rows`, within the transaction that is open."""
        if rows:
            self.backend.connection.cursor().executemany(sql.replace("?", self.backend.placeholder), rows)

    def ingest(self, rows: list[Row]) -> tuple[int, list[Row]]:
        """Keeps each (gateway, seq) once. Returns how many were new, and those that contradict what is kept.

        When this returns, everything is on the disk and may be acknowledged.
        """
        rows.sort(key=lambda row: (row.gateway, row.seq))   # the same order in every process: no deadlock
        marks = "(" + ",".join("?" * len(Row._fields)) + ")"
        with self.transaction() as run:
            new = run(f"INSERT INTO record ({','.join(Row._fields)}) VALUES {','.join([marks] * len(rows))}"
                      " ON CONFLICT (gateway, seq) DO NOTHING RETURNING gateway, seq",
                      [value for row in rows for value in row]).fetchall()
            for gateway in sorted({row.gateway for row in rows}):
                run("INSERT INTO gateway (id) VALUES (?) ON CONFLICT (id) DO NOTHING", [gateway])
            fresh, contradictions = set(map(tuple, new)), []
            for row in rows if len(new) < len(rows) else []:
                if (row.gateway, row.seq) in fresh:
                    fresh.discard((row.gateway, row.seq))
                    continue
                kept = run("SELECT body FROM record WHERE gateway=? AND seq=?", [row.gateway, row.seq]).fetchone()
                if bytes(kept[0]) != row.body:
                    contradictions.append(row)
        return len(new), contradictions

    def refuse(self, topic, payload, reason):
        with self.transaction() as run:
            run("INSERT INTO refused (at, topic, reason, payload) VALUES (?,?,?,?)", [now_ms(), topic, reason, payload])

    def remember(self, gateway, column, text):
        """The retained `status` or `alarms` of a gateway."""
        assert column in ("status", "alarms")
        with self.transaction() as run:
            run(f"INSERT INTO gateway (id, {column}) VALUES (?,?) ON CONFLICT (id) DO UPDATE SET {column}=excluded.{column}",
                [gateway, text])


class Transaction:
    def __init__(self, backend, alone):
        self.backend, self.alone = backend, alone

    def __enter__(self):
        self.backend.begin(self.alone)
        return lambda sql, values=(): self.backend.connection.execute(
            sql.replace("?", self.backend.placeholder), values)

    def __exit__(self, kind, value, trace):
        self.backend.connection.execute("ROLLBACK" if kind else "COMMIT")
