"""The database. One code for SQLite and PostgreSQL; what differs stands in the two small classes."""

import sqlite3

from itertools import groupby

from records import Refusal, Row, now_ms

KEPT = 10               # whole messages of each gateway and reason that are set aside; the others are counted
KEPT_BYTES = 64 << 10   # of each

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
CREATE TABLE IF NOT EXISTS refusal (
    gateway TEXT NOT NULL, reason TEXT NOT NULL, total BIGINT NOT NULL, first BIGINT NOT NULL, latest BIGINT NOT NULL,
    topic TEXT NOT NULL, PRIMARY KEY (gateway, reason));
CREATE TABLE IF NOT EXISTS refused (at BIGINT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL, payload {bytes} NOT NULL);
"""


class SQLite:
    """For the demo and for tests: many processes may share the file, one of them writes at a time."""
    placeholder, bytes_type, failure = "?", "BLOB", sqlite3.Error
    unacceptable = (sqlite3.DataError, sqlite3.IntegrityError, OverflowError, UnicodeError)

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
        self.unacceptable = (psycopg.DataError, psycopg.IntegrityError, UnicodeError)
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

    def ingest(self, rows: list[Row], refusals: list[Refusal] = ()) -> tuple[int, list[Row]]:
        """Keeps each (gateway, seq) once, and counts the refusals. Returns how many were new, and those that contradict what is kept.

        When this returns, everything is on the disk and may be acknowledged. A row that the database itself does not take, for a
        constraint of its own, is found by halves and refused; the others are kept.
        """
        try:
            return self.keep(rows, refusals)
        except self.backend.unacceptable:
            if not rows:
                raise
        if len(rows) == 1:
            row, = rows
            return self.keep([], [*refusals, refusal_of(row, "the database does not take it")])
        half = len(rows) // 2
        (new, contradictions), (more, others) = self.ingest(rows[:half], refusals), self.ingest(rows[half:])
        return new + more, contradictions + others

    def keep(self, rows, refusals):
        rows = sorted(rows, key=lambda row: (row.gateway, row.seq))     # the same order in every process: no deadlock
        with self.transaction() as run:
            new, contradictions = self.insert(run, rows) if rows else (0, [])
            self.count(run, [*refusals, *(refusal_of(row, "contradicts the kept record") for row in contradictions)])
        return new, contradictions

    def insert(self, run, rows):
        marks = "(" + ",".join("?" * len(Row._fields)) + ")"
        new = run(f"INSERT INTO record ({','.join(Row._fields)}) VALUES {','.join([marks] * len(rows))}"
                  " ON CONFLICT (gateway, seq) DO NOTHING RETURNING gateway, seq",
                  [value for row in rows for value in row]).fetchall()
        gateways = sorted({row.gateway for row in rows})
        run(f"INSERT INTO gateway (id) VALUES {','.join(['(?)'] * len(gateways))} ON CONFLICT (id) DO NOTHING", gateways)
        fresh, doubles = set(map(tuple, new)), []
        for row in rows:
            if (row.gateway, row.seq) in fresh:
                fresh.remove((row.gateway, row.seq))
            else:
                doubles.append(row)
        return len(new), self.differing(run, doubles) if doubles else []

    def count(self, run, refusals):
        """By gateway and reason; the first few messages of each are kept, so that a flood fills no disk."""
        now = now_ms()
        for (gateway, reason), group in groupby(sorted(refusals, key=lambda each: each[:2]), key=lambda each: each[:2]):
            group = list(group)
            total, = run("INSERT INTO refusal (gateway, reason, total, first, latest, topic) VALUES (?,?,?,?,?,?)"
                         " ON CONFLICT (gateway, reason) DO UPDATE SET total=refusal.total+excluded.total, latest=excluded.latest,"
                         " topic=excluded.topic RETURNING total",
                         [gateway, reason, len(group), now, now, group[-1].topic]).fetchall()[0]
            self.many("INSERT INTO refused (at, topic, reason, payload) VALUES (?,?,?,?)",
                      [(now, each.topic, reason, each.payload[:KEPT_BYTES])
                       for each in group[:max(0, KEPT - total + len(group))]])

    def differing(self, run, doubles):
        """Those whose bytes are not the ones that are kept under their number."""
        kept = {(gateway, seq): bytes(body) for gateway, seq, body in run(
            f"SELECT gateway, seq, body FROM record WHERE (gateway, seq) IN (VALUES {','.join(['(?,?)'] * len(doubles))})",
            [value for row in doubles for value in (row.gateway, row.seq)]).fetchall()}
        return [row for row in doubles if kept[row.gateway, row.seq] != row.body]

    def remember(self, gateway, column, text):
        """The retained `status` or `alarms` of a gateway."""
        assert column in ("status", "alarms")
        with self.transaction() as run:
            run(f"INSERT INTO gateway (id, {column}) VALUES (?,?) ON CONFLICT (id) DO UPDATE SET {column}=excluded.{column}",
                [gateway, text])


def refusal_of(row, reason):
    lane = "history" if row.history else "live"
    return Refusal(row.gateway, reason, f"{row.gateway}/{lane}/{row.place}/{row.kind}", row.body)


class Transaction:
    def __init__(self, backend, alone):
        self.backend, self.alone = backend, alone

    def __enter__(self):
        self.backend.begin(self.alone)
        return lambda sql, values=(): self.backend.connection.execute(
            sql.replace("?", self.backend.placeholder), values)

    def __exit__(self, kind, value, trace):
        self.backend.connection.execute("ROLLBACK" if kind else "COMMIT")
