//! The statements. Each is atomic at the isolation level `read committed`: a
//! statement that has to wait for a row checks the row again, and does nothing
//! if it no longer matches.

/// The current time in milliseconds, by the server's clock.
macro_rules! now {
    () => {
        "(extract(epoch FROM now()) * 1000)::bigint"
    };
}

/// A session under its own key, $1.
macro_rules! session {
    () => {
        concat!("key = $1 AND moved_to IS NULL AND expires_at > ", now!())
    };
}

/// The moved key $2 and those that it leads to, down to the session's own.
macro_rules! chain {
    () => {
        concat!(
            "chain (key, moved_to, depth) AS (
                SELECT key, moved_to, 1 FROM tornado_sessions
                WHERE key = $2 AND expires_at > ",
            now!(),
            "
                UNION ALL
                SELECT next.key, next.moved_to, depth + 1
                FROM chain JOIN tornado_sessions AS next ON next.key = chain.moved_to
                WHERE depth < 64 AND next.expires_at > ",
            now!(),
            "
            ), named AS (SELECT key FROM chain WHERE moved_to IS NULL)"
        )
    };
}

/// What a patch changes. $2: whether it clears; $3: the keys it deletes; $4: an
/// object of the keys it sets; $5: expiry; $6, $7: lifetime; $8, $9: whether it
/// changes the owner, and to whom.
macro_rules! changes {
    () => {
        "data = CASE
                WHEN $2::bool THEN $4::text::jsonb
                WHEN cardinality($3::text[]) > 0 THEN (data - $3::text[]) || $4::text::jsonb
                WHEN $4::text <> '{}' THEN data || $4::text::jsonb
                ELSE data
            END,
            expires_at = coalesce($5::bigint, expires_at),
            expiry = coalesce($6::text, expiry),
            deadline = CASE WHEN $6::text IS NULL THEN deadline ELSE $7::bigint END,
            owner = CASE WHEN $8::bool THEN $9::text ELSE owner END"
    };
}

macro_rules! columns {
    () => {
        "created_at, expires_at, expiry, deadline, owner, data::text AS data"
    };
}

/// For the key $1: the session, or where the key leads.
pub(super) const LOAD: &str = concat!(
    "SELECT ",
    columns!(),
    ", moved_to, moved_reads FROM tornado_sessions WHERE key = $1 AND expires_at > ",
    now!()
);

/// Where the key $1 leads; no row if there is nothing.
pub(super) const FOLLOW: &str = concat!(
    "SELECT moved_to FROM tornado_sessions WHERE key = $1 AND expires_at > ",
    now!()
);

/// No row: the key is taken.
pub(super) const CREATE: &str = concat!(
    "INSERT INTO tornado_sessions AS there
        (key, created_at, expires_at, expiry, deadline, owner, data)
    VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb)
    ON CONFLICT (key) DO UPDATE SET
        created_at = excluded.created_at, expires_at = excluded.expires_at,
        expiry = excluded.expiry, deadline = excluded.deadline, owner = excluded.owner,
        data = excluded.data, moved_to = NULL, moved_reads = false
    WHERE there.expires_at <= ",
    now!(),
    " RETURNING 1"
);

/// No row: no session has this very key.
pub(super) const APPLY: &str = concat!(
    "UPDATE tornado_sessions SET ",
    changes!(),
    " WHERE ",
    session!(),
    " RETURNING 1"
);

/// As `APPLY`.
pub(super) const DELETE: &str = concat!(
    "DELETE FROM tornado_sessions WHERE ",
    session!(),
    " RETURNING 1"
);

/// $10: the new key; $11: for how many milliseconds the old one leads to it,
/// `NULL` for none; $12: whether it can be loaded in that time.
///
/// Returns whether it was done, whether the new key is taken, and whether the
/// old one had moved before (`NULL`: it does not exist). The row itself gets
/// the new key, so that a `DELETE_OWNED` that waits for the row finds it under
/// that key.
pub(super) const RENAME: &str = concat!(
    "WITH taken AS (
        SELECT FROM tornado_sessions WHERE key = $10 AND expires_at > ",
    now!(),
    "
    ), remains AS (
        DELETE FROM tornado_sessions WHERE key = $10 AND expires_at <= ",
    now!(),
    " RETURNING 1
    ), renamed AS (
        UPDATE tornado_sessions SET key = $10, ",
    changes!(),
    " WHERE ",
    session!(),
    "
            AND NOT EXISTS (SELECT FROM taken)
            -- So that the remains go first.
            AND (SELECT count(*) FROM remains) >= 0
        RETURNING 1
    ), pointer AS (
        INSERT INTO tornado_sessions (key, created_at, expires_at, moved_to, moved_reads)
        SELECT $1, ",
    now!(),
    ", ",
    now!(),
    " + $11::bigint, $10, $12
        FROM renamed WHERE $11::bigint IS NOT NULL
    )
    SELECT
        EXISTS (SELECT FROM renamed) AS done,
        EXISTS (SELECT FROM taken) AS taken,
        (SELECT moved_to IS NOT NULL FROM tornado_sessions
         WHERE key = $1 AND expires_at > ",
    now!(),
    ") AS moved"
);

pub(super) const LIST_OWNED: &str = concat!(
    "SELECT key, ",
    columns!(),
    " FROM tornado_sessions WHERE owner = $1 AND expires_at > ",
    now!()
);

pub(super) const DELETE_OWNED: &str = concat!(
    "DELETE FROM tornado_sessions WHERE owner = $1 AND expires_at > ",
    now!(),
    " RETURNING 1"
);

/// $2: the key of the session that is spared. It is looked up in the same
/// statement, so that a new key can't slip in between.
pub(super) const DELETE_OWNED_BUT: &str = concat!(
    "WITH RECURSIVE ",
    chain!(),
    " DELETE FROM tornado_sessions WHERE owner = $1 AND expires_at > ",
    now!(),
    " AND key <> ALL (SELECT key FROM named) RETURNING 1"
);

/// $2: the key of the one session. Returns whether it has ended, and whether it
/// was seen. If it was seen but has not ended, its key has changed at this very
/// moment.
pub(super) const DELETE_OWNED_ONE: &str = concat!(
    "WITH RECURSIVE ",
    chain!(),
    ", ended AS (
        DELETE FROM tornado_sessions AS session USING named
        WHERE session.key = named.key AND session.moved_to IS NULL AND session.owner = $1
        RETURNING 1
    )
    SELECT
        EXISTS (SELECT FROM ended) AS ended,
        EXISTS (
            SELECT FROM named JOIN tornado_sessions AS session ON session.key = named.key
            WHERE session.owner = $1
        ) AS seen"
);

/// Rows that another process is about to delete are left to it.
pub(super) const DELETE_EXPIRED: &str = concat!(
    "DELETE FROM tornado_sessions WHERE key IN (
        SELECT key FROM tornado_sessions WHERE expires_at <= ",
    now!(),
    " ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ) RETURNING 1"
);
