//! The tables, and the settings of a connection.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, TransactionBehavior};

use super::Failure;

/// The version of the tables that this code reads and writes.
const VERSION: i64 = 1;

/// A row is a session, or a moved key: then `moved_to` is where it leads.
const TABLES: &str = "
    CREATE TABLE tornado_sessions (
        key TEXT PRIMARY KEY NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        expiry TEXT NOT NULL DEFAULT '\"default\"',
        deadline INTEGER,
        owner TEXT,
        data TEXT NOT NULL DEFAULT '{}',
        moved_to TEXT,
        moved_reads INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX tornado_sessions_expires_at ON tornado_sessions (expires_at);
    CREATE INDEX tornado_sessions_owner ON tornado_sessions (owner) WHERE owner IS NOT NULL;
    CREATE TABLE tornado_session_schema (version INTEGER NOT NULL) STRICT;
    INSERT INTO tornado_session_schema (version) VALUES (1);
";

/// The settings of each connection. `FULL`: what was confirmed survives a power
/// cut, a logout above all; concurrent writes share its cost.
pub(super) fn prepare(connection: &Connection, busy: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(busy)?;
    write_ahead(connection, busy)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

/// A new file changes its mode under a lock that SQLite does not wait for: the
/// second process is told immediately that the file is busy.
fn write_ahead(connection: &Connection, busy: Duration) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < busy =>
            {
                thread::sleep(Duration::from_millis(1));
            }
            done => return done,
        }
    }
}

/// Creates the tables, if they are missing, and checks their version.
pub(super) fn set_up(connection: &mut Connection) -> Result<(), Failure> {
    // Immediate, so that if two processes start together, one waits.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let there = transaction
        .query_row(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'tornado_session_schema'",
            [],
            |_| Ok(()),
        )
        .optional()?;
    if there.is_none() {
        transaction.execute_batch(TABLES)?;
    }
    let version = transaction
        .query_row(
            "SELECT max(version) FROM tornado_session_schema",
            [],
            |row| row.get::<_, Option<i64>>(0),
        )?
        .unwrap_or(0);
    if version != VERSION {
        return Err(Failure::Version {
            found: version,
            known: VERSION,
        });
    }
    transaction.commit()?;
    Ok(())
}
