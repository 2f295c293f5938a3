//! Rare answers of the server, and how they are handled.

use std::error::Error as _;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::*;
use crate::store::limit::TimedOut;
use crate::store::no_record::NoRecord;
use crate::store::retry::Dropped as _;

fn server(code: &SqlState) -> Failure {
    let code = code.clone();
    let message = "it says".to_owned();
    Failure::Server { code, message }
}

#[test]
fn each_refusal_of_postgresql_has_its_kind_and_says_what_to_do() {
    use OpenErrorKind::{Denied, Other, Unreachable};
    for (code, kind, message) in [
        (SqlState::INVALID_PASSWORD, Denied, "refuses the user"),
        (
            SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
            Denied,
            "refuses the user",
        ),
        (SqlState::INSUFFICIENT_PRIVILEGE, Denied, "does not let"),
        (SqlState::READ_ONLY_SQL_TRANSACTION, Denied, "a replica?"),
        (SqlState::DISK_FULL, Other, "the disk of PostgreSQL is full"),
        (SqlState::TOO_MANY_CONNECTIONS, Unreachable, "has too many"),
        (SqlState::CANNOT_CONNECT_NOW, Unreachable, "failed"),
        (SqlState::ADMIN_SHUTDOWN, Unreachable, "failed"),
        (SqlState::CRASH_SHUTDOWN, Unreachable, "failed"),
        (SqlState::QUERY_CANCELED, Other, "session_store_timeout"),
        (SqlState::UNTRANSLATABLE_CHARACTER, Other, "U+0000"),
        (SqlState::CHARACTER_NOT_IN_REPERTOIRE, Other, "U+0000"),
        (SqlState::UNDEFINED_TABLE, Other, "failed"),
    ] {
        let error = refused("db:5432/app", server(&code));
        let shown = error.to_string();
        assert_eq!(error.kind(), kind, "{shown}");
        assert!(
            shown.contains("PostgreSQL at db:5432/app") && shown.contains(message),
            "{shown}"
        );
        let end = format!(": it says ({})", code.code());
        assert!(shown.ends_with(&end), "{shown}");
        // Everything that is known is in the message already.
        assert!(
            error
                .source()
                .is_some_and(|source| source.source().is_none())
        );
    }
}

#[test]
fn what_is_tried_again_is_what_may_be_done_the_next_time() {
    for (code, dropped, conflict, taken) in [
        (SqlState::ADMIN_SHUTDOWN, true, false, false),
        (SqlState::CRASH_SHUTDOWN, true, false, false),
        (SqlState::TOO_MANY_CONNECTIONS, false, false, false),
        (SqlState::T_R_SERIALIZATION_FAILURE, false, true, false),
        (SqlState::T_R_DEADLOCK_DETECTED, false, true, false),
        (SqlState::UNIQUE_VIOLATION, false, false, true),
        (SqlState::QUERY_CANCELED, false, false, false),
    ] {
        let failure = server(&code);
        let found = (
            failure.is_dropped(),
            failure.is_conflict(),
            failure.is_taken(),
        );
        assert_eq!(found, (dropped, conflict, taken), "{failure}");
    }
}

#[test]
fn what_the_server_does_not_say_is_said_here() {
    let (found, known) = (7, 1);
    for (failure, kind, message) in [
        (
            Failure::Version { found, known },
            OpenErrorKind::Schema,
            "are of version 7, and this program knows version 1",
        ),
        (
            TimedOut(Duration::from_secs(3)).into(),
            OpenErrorKind::Unreachable,
            "no answer within 3s",
        ),
        (
            NoRecord::new("expiry").into(),
            OpenErrorKind::Other,
            "expiry",
        ),
        (Failure::KeyKeepsMoving, OpenErrorKind::Other, "new keys"),
        (Failure::Closed, OpenErrorKind::Other, "pool"),
    ] {
        assert!(!failure.is_dropped(), "{failure}");
        let error = refused("db:5432/app", failure);
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}
