//! The tables.

use deadpool_postgres::Pool;

use super::Failure;

/// The version of the tables that this code reads and writes.
const VERSION: i64 = 1;

/// Lets in one process at a time, by a lock number that nobody else is likely
/// to use.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8317425862731076)";

/// A row is a session, or a moved key: then `moved_to` is where it leads. Each
/// page has spare room, so that a save usually stays on it. The values of
/// `data` are JSON as text, since `jsonb` itself refuses U+0000 in a string and
/// rewrites numbers.
const TABLES: &str = "
    CREATE TABLE tornado_sessions (
        key text COLLATE \"C\" PRIMARY KEY,
        created_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        expiry text NOT NULL DEFAULT '\"default\"',
        deadline bigint,
        owner text COLLATE \"C\",
        data jsonb NOT NULL DEFAULT '{}',
        moved_to text COLLATE \"C\",
        moved_reads boolean NOT NULL DEFAULT false
    ) WITH (fillfactor = 80);
    CREATE INDEX tornado_sessions_expires_at ON tornado_sessions (expires_at);
    CREATE INDEX tornado_sessions_owner ON tornado_sessions (owner) WHERE owner IS NOT NULL;
    CREATE TABLE tornado_session_schema (version bigint NOT NULL);
    INSERT INTO tornado_session_schema (version) VALUES (1);
";

/// Creates the tables, if they are missing, and checks their version.
pub(super) async fn set_up(pool: &Pool) -> Result<(), Failure> {
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    transaction.batch_execute(LOCK).await?;
    let there: bool = transaction
        .query_one(
            "SELECT to_regclass('tornado_session_schema') IS NOT NULL",
            &[],
        )
        .await?
        .get(0);
    if !there {
        transaction.batch_execute(TABLES).await?;
    }
    let found: i64 = transaction
        .query_one(
            "SELECT coalesce(max(version), 0) FROM tornado_session_schema",
            &[],
        )
        .await?
        .get(0);
    if found != VERSION {
        return Err(Failure::Version {
            found,
            known: VERSION,
        });
    }
    transaction.commit().await?;
    Ok(())
}
