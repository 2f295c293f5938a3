//! What can go wrong with a file, tested with real ones.

use std::error::Error as StdError;
use std::time::Instant;

use super::*;
use crate::{Json, SessionId};

fn key() -> StoreKey {
    SessionId::generate().unwrap().store_key()
}

fn record() -> Record {
    let end = Timestamp::now().saturating_add(Duration::from_secs(600));
    Record::new(Timestamp::now(), end).with_value("a", Json::new("a secret").unwrap())
}

/// An error with all its sources, as in a log line.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    text
}

struct File(tempfile::TempDir);

impl File {
    fn new() -> File {
        File(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("sessions.db")
    }

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path(), StoreOptions::new())
            .await
            .unwrap()
    }

    /// What another program does to the database.
    fn execute(&self, sql: &str) {
        let other = Connection::open(self.path()).unwrap();
        other.execute_batch(sql).unwrap();
    }
}

#[tokio::test]
async fn a_full_disk_is_an_error_that_says_so_and_loses_nothing() {
    let file = File::new();
    let store = file.open().await;
    let kept = key();
    store.create(&kept, record()).await.unwrap();
    store
        .write(|db| {
            let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
            let limit = format!("PRAGMA max_page_count = {}", pages + 2);
            Ok(db.query_row(&limit, [], |_| Ok(()))?)
        })
        .await
        .unwrap();
    let patch = Patch::new().set("b", Json::new(&"x".repeat(100_000)).unwrap());
    let error = store.apply(&kept, &patch).await.unwrap_err();
    assert!(matches!(error, ApplyError::Other(_)));
    let shown = chain(&error);
    assert!(
        shown.contains("is full") && !shown.contains("xxx"),
        "{shown}"
    );

    // Meanwhile, changes that fit are made.
    let small = Patch::new().set("c", Json::new(&1).unwrap());
    let (large, small) = tokio::join!(store.apply(&kept, &patch), store.apply(&kept, &small));
    assert!(large.is_err() && small.is_ok(), "{large:?} {small:?}");
    let loaded = store.load(&kept).await.unwrap().unwrap();
    assert_eq!(
        loaded.data().keys().map(|key| &**key).collect::<Vec<_>>(),
        ["a", "c"]
    );

    store
        .write(|db| Ok(db.query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(()))?))
        .await
        .unwrap();
    store.apply(&kept, &patch).await.unwrap();
}

#[tokio::test]
async fn what_is_no_record_is_corrupt_and_its_values_are_not_told() {
    let file = File::new();
    let store = file.open().await;
    for damage in [
        "data = '{\"card\": 4111'",
        "data = '[\"4111\"]'",
        "data = '\"4111\"'",
        "expiry = '4111'",
        "created_at = -4111",
        "deadline = -1",
    ] {
        let key = key();
        store
            .create(&key, record().with_owner("kim"))
            .await
            .unwrap();
        file.execute(&format!("UPDATE tornado_sessions SET {damage}"));
        for error in [
            store.load(&key).await.unwrap_err(),
            store.list_owned("kim").await.unwrap_err(),
        ] {
            assert!(
                matches!(error, LoadError::Corrupt(_)),
                "{damage}: {error:?}"
            );
            let shown = format!("{} {error:?}", chain(&error));
            assert!(shown.contains("is not in the expected form"), "{shown}");
            assert!(!shown.contains("4111"), "{shown}");
        }
        let patch = Patch::new().set("b", Json::new(&1).unwrap());
        let applied = store.apply(&key, &patch).await;
        assert!(matches!(applied, Err(ApplyError::Other(_))), "{applied:?}");
        // It can be deleted.
        store.delete(&key).await.unwrap();
        assert!(store.load(&key).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_damaged_row_does_not_spoil_the_batch_it_is_in() {
    let file = File::new();
    let store = file.open().await;
    let (bad, good) = (key(), key());
    store.create(&bad, record()).await.unwrap();
    file.execute("UPDATE tornado_sessions SET data = '{'");
    store.create(&good, record()).await.unwrap();
    let patch = Patch::new().set("b", Json::new(&1).unwrap());
    for _ in 0..20 {
        let results = tokio::join!(
            store.apply(&good, &patch),
            store.apply(&bad, &patch),
            store.apply(&good, &patch),
        );
        assert!(
            results.0.is_ok() && results.1.is_err() && results.2.is_ok(),
            "{results:?}"
        );
    }
}

#[tokio::test]
async fn a_version_that_is_not_known_is_refused() {
    let file = File::new();
    drop(file.open().await);
    file.execute("UPDATE tornado_session_schema SET version = 2");
    let error = SqliteStore::open(file.path(), StoreOptions::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), OpenErrorKind::Schema);
    assert!(
        error
            .to_string()
            .contains("version 2, and this program knows version 1"),
        "{error}"
    );
}

#[tokio::test]
async fn what_can_not_be_opened_says_why() {
    let file = File::new();
    std::fs::write(
        file.path(),
        "not a database, but long enough to be read as one",
    )
    .unwrap();
    let folder = file.0.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    for (path, kind, message) in [
        (
            file.path(),
            OpenErrorKind::Schema,
            "is not an SQLite database",
        ),
        (folder, OpenErrorKind::Unreachable, "can't be opened"),
        (
            PathBuf::from("/no/such/folder/sessions.db"),
            OpenErrorKind::Unreachable,
            "its folder must be there",
        ),
    ] {
        let opened = SqliteStore::open(&path, StoreOptions::new()).await;
        let error = opened.unwrap_err();
        assert_eq!(error.kind(), kind, "{}", chain(&error));
        assert!(error.to_string().contains(message), "{error}");
    }
}

/// Cases that are hard to produce with a real file, root's permissions among
/// them.
#[test]
fn each_refusal_of_sqlite_has_its_kind_and_says_what_to_do() {
    use rusqlite::ffi;
    for (code, kind, message) in [
        (ffi::SQLITE_FULL, OpenErrorKind::Other, "is full"),
        (
            ffi::SQLITE_BUSY,
            OpenErrorKind::Unreachable,
            "another process",
        ),
        (ffi::SQLITE_LOCKED, OpenErrorKind::Other, "another process"),
        (
            ffi::SQLITE_READONLY,
            OpenErrorKind::Denied,
            "can't be written",
        ),
        (ffi::SQLITE_PERM, OpenErrorKind::Denied, "SQLite failed"),
        (
            ffi::SQLITE_CANTOPEN,
            OpenErrorKind::Unreachable,
            "its folder must be there",
        ),
        (
            ffi::SQLITE_NOTADB,
            OpenErrorKind::Schema,
            "is not an SQLite database",
        ),
        (ffi::SQLITE_CORRUPT, OpenErrorKind::Schema, "is damaged"),
        (ffi::SQLITE_IOERR, OpenErrorKind::Other, "the disk failed"),
    ] {
        let failure = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        let error = refused(Path::new("sessions.db"), failure.into());
        assert_eq!(error.kind(), kind, "{error}");
        let shown = error.to_string();
        assert!(
            shown.contains("'sessions.db'") && shown.contains(message),
            "{shown}"
        );
        let detail = error.source().unwrap().source().unwrap();
        assert!(chain(&error).ends_with(&chain(detail)), "{detail}");
    }
}

#[tokio::test]
async fn it_is_shown_by_its_path() {
    let file = File::new();
    let shown = format!("{:?}", file.open().await);
    assert_eq!(shown, format!("SqliteStore({})", file.path().display()));
}

#[tokio::test]
async fn a_lock_of_another_process_is_an_error_in_time_and_reads_go_on() {
    let file = File::new();
    let options = StoreOptions::new().timeout(Duration::from_secs(2));
    let store = SqliteStore::open(file.path(), options).await.unwrap();
    let key = key();
    store.create(&key, record()).await.unwrap();
    let other = Connection::open(file.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let patch = Patch::new().set("b", Json::new(&1).unwrap());
    let start = Instant::now();
    let error = store.apply(&key, &patch).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10));
    let shown = chain(&error);
    assert!(
        shown.contains("another process holds the database"),
        "{shown}"
    );
    assert!(shown.ends_with("database is locked"), "{shown}");
    assert!(store.load(&key).await.unwrap().is_some());

    other.execute_batch("ROLLBACK").unwrap();
    store.apply(&key, &patch).await.unwrap();
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_begun() {
    let file = File::new();
    let store = file.open().await;
    let key = key();
    store.create(&key, record()).await.unwrap();
    let other = Connection::open(file.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (first, second) = (
        Patch::new().set("first", Json::new(&1).unwrap()),
        Patch::new().set("second", Json::new(&1).unwrap()),
    );
    let (store_2, patch) = (store.clone(), first.clone());
    let first = tokio::spawn(async move { store_2.apply(&key, &patch).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    // The thread is busy with the first one; this one waits in the queue and is
    // given up.
    let given_up = tokio::time::timeout(Duration::from_millis(50), store.apply(&key, &second));
    assert!(given_up.await.is_err());
    other.execute_batch("ROLLBACK").unwrap();
    first.await.unwrap().unwrap();
    // One thread writes, in the order of the queue.
    let third = Patch::new().set("third", Json::new(&1).unwrap());
    store.apply(&key, &third).await.unwrap();
    let data = store.load(&key).await.unwrap().unwrap();
    assert!(data.data().contains_key("first") && !data.data().contains_key("second"));
}

/// SQLite itself does not wait while the file's mode changes.
#[tokio::test]
async fn a_file_that_is_in_use_is_waited_for_and_not_for_ever() {
    let file = File::new();
    let other = Connection::open(file.path()).unwrap();
    other
        .execute_batch("CREATE TABLE theirs (a); BEGIN IMMEDIATE")
        .unwrap();
    let options = StoreOptions::new().timeout(Duration::from_secs(1));
    let error = SqliteStore::open(file.path(), options).await.unwrap_err();
    assert_eq!(error.kind(), OpenErrorKind::Unreachable);
    let shown = error.to_string();
    assert!(shown.contains("another process holds"), "{shown}");

    let opening = tokio::spawn(SqliteStore::open(file.path(), StoreOptions::new()));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!opening.is_finished());
    other.execute_batch("ROLLBACK").unwrap();
    opening.await.unwrap().unwrap();
    let later = Connection::open(file.path()).unwrap();
    let mode = later.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0));
    assert_eq!(mode.unwrap(), "wal");
}

#[tokio::test]
async fn two_processes_that_start_together_make_the_tables_once() {
    let file = File::new();
    let path = file.path();
    let opened = (0..8).map(|_| SqliteStore::open(path.clone(), StoreOptions::new()));
    let tasks: Vec<_> = opened.map(tokio::spawn).collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_was_saved_is_there_after_the_store_is_opened_again() {
    let file = File::new();
    let key = key();
    file.open().await.create(&key, record()).await.unwrap();
    assert_eq!(
        file.open().await.load(&key).await.unwrap().unwrap().data()["a"].as_str(),
        "\"a secret\""
    );
}

#[tokio::test]
async fn a_store_that_is_dropped_leaves_all_in_one_file() {
    let file = File::new();
    let store = file.open().await;
    let keys = [key(), key(), key()];
    for key in &keys {
        store.create(key, record()).await.unwrap();
    }
    drop(store);
    let copy = file.0.path().join("copy.db");
    std::fs::copy(file.path(), &copy).unwrap();
    let store = SqliteStore::open(&copy, StoreOptions::new()).await.unwrap();
    for key in &keys {
        assert!(store.load(key).await.unwrap().is_some());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let file = File::new();
    let store = file.open().await;
    store.create(&key(), record()).await.unwrap();
    for name in ["sessions.db", "sessions.db-wal", "sessions.db-shm"] {
        let metadata = std::fs::metadata(file.0.path().join(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
    // An existing file keeps its permissions.
    drop(store);
    let shared = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(file.path(), shared).unwrap();
    drop(file.open().await);
    let metadata = std::fs::metadata(file.path()).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
}
