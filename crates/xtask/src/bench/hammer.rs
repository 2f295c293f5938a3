//! `cargo xtask bench hammer`: many concurrent writes to sessions, on each
//! store.

use anyhow::Result;

use crate::command;
use crate::workspace::Workspace;

/// Hammer sessions on each store over HTTP, and count what is lost and what comes back
///
/// The release build of tests/session-hammer starts an application on each store in turn, with its
/// own Redis, Redis Cluster and PostgreSQL, and clients that write to sessions concurrently. Then
/// it checks what is left: every acknowledged key must be there, and no session that was logged
/// out. It fails if any promise was broken.
///
/// The store `tower-sessions` is not one of ours but an axum application with the crate
/// tower-sessions, for comparison. What it loses is not a failure.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// The stores: memory, sqlite, postgres, redis, redis-cluster, tower-sessions, or a URL
    #[arg(
        long = "store",
        value_name = "STORE",
        value_delimiter = ',',
        default_value = "all"
    )]
    stores: Vec<String>,
    /// The hammers: one-session, large-session, many-sessions, logouts, one-key, new-ids, revocations
    #[arg(
        long = "hammer",
        value_name = "HAMMER",
        value_delimiter = ',',
        default_value = "one-session,large-session,many-sessions,logouts"
    )]
    hammers: Vec<String>,
    /// How many keys each hammer writes, rounded up to thousands
    ///
    /// Each key is a separate write, except in large-session, which writes 50 at once.
    #[arg(long, value_name = "WRITES", default_value_t = 100_000)]
    writes: usize,
    /// How many keys the session of one-session holds before they are checked and cleared
    ///
    /// A session is read as a whole, so each write to one with 100,000 keys would read megabytes.
    /// large-session, with fewer writes, is not cleared.
    #[arg(long, value_name = "KEYS", default_value_t = 1000)]
    keys: usize,
}

pub(super) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    command::run(&mut workspace.cargo([
        "run",
        "--release",
        "--locked",
        "--quiet",
        "--package=session-hammer",
        "--",
        &format!("--store={}", arguments.stores.join(",")),
        &format!("--hammer={}", arguments.hammers.join(",")),
        &format!("--writes={}", arguments.writes),
        &format!("--keys={}", arguments.keys),
    ]))
}
