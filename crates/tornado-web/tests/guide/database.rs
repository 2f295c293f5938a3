//! `docs/guide/database.md`, with PostgreSQL; the example shop has SQLite.

use sqlx::{MySqlPool, PgPool, Pool};
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, TestClient};

use test_support::PostgresServer;

/// The database type that the example's mixin uses.
type Db = sqlx::Postgres;

#[path = "../../../../examples/shop/src/transaction.rs"]
mod transaction;

use transaction::TransactionMixin as _;

/// Lines from a `main`.
async fn connect() -> Result<(PgPool, MySqlPool), sqlx::Error> {
    // ANCHOR: postgres
    let db = PgPool::connect("postgres://shop@localhost/shop").await?;
    // ANCHOR_END: postgres
    let postgres = db;
    // ANCHOR: mysql
    let db = MySqlPool::connect("mysql://shop@localhost/shop").await?;
    // ANCHOR_END: mysql
    Ok((postgres, db))
}

#[derive(Handler)]
struct NotesHandler {
    base: Exchange,
    #[state]
    db: Pool<Db>,
}

impl RequestHandler for NotesHandler {
    // ANCHOR: pool
    async fn get(&mut self) -> Result {
        let notes: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM notes")
            .fetch_one(&self.db)
            .await?;
        self.write(format!("{notes} notes"));
        Ok(())
    }
    // ANCHOR_END: pool

    // ANCHOR: post
    async fn post(&mut self) -> Result {
        let text = self.get_argument("text")?;
        let session = self.get_session().await?;
        session.set("last", &text)?;
        let db = self.transaction().await?;
        sqlx::query("INSERT INTO notes (text) VALUES ($1)")
            .bind(&text)
            .execute(&mut **db)
            .await?;
        // ANCHOR_END: post
        match text.as_str() {
            "refused" => raise!(403),
            "error" => return Err(Error::msg("the printer is on fire")),
            "panic" => panic!("the printer is on fire"),
            "status" => self.set_status(409),
            "flush" => {
                self.flush().await?;
                self.transaction().await?; // too late
            }
            "redirect" => {
                self.redirect("/");
                return Ok(());
            }
            "finish" => raise!(Finish::new()),
            _ => {}
        }
        self.write(session.get_or("last", "")?);
        Ok(())
    }

    async fn put(&mut self) -> Result {
        let session = self.get_session().await?;
        self.write(session.get_or("last", "nothing")?);
        Ok(())
    }
}

/// A separate database, in which a commit fails for two notes with the same text.
async fn client(server: &PostgresServer) -> TestClient {
    let db = PgPool::connect(&server.new_database()).await.unwrap();
    let sql = "CREATE TABLE notes (text TEXT, UNIQUE (text) DEFERRABLE INITIALLY DEFERRED)";
    sqlx::query(sql).execute(&db).await.unwrap();
    let settings = Settings::new()
        .cookie_secret("a secret of the tests")
        .state(db);
    let app = Application::new([route::<NotesHandler>("/")], settings).unwrap();
    TestClient::new(app)
}

async fn write(client: &TestClient, text: &str) -> u16 {
    let response = client.post("/").form([("text", text)]).await;
    response.status().as_u16()
}

/// The number of notes, and the contents of the session.
async fn kept(client: &TestClient) -> (String, String) {
    let (notes, last) = (client.get("/").await, client.put("/").await);
    (notes.text().to_owned(), last.text().to_owned())
}

#[tokio::test]
async fn a_transaction_ends_as_its_request() {
    let _ = connect; // there is nothing to connect to
    let server = PostgresServer::shared();
    for (text, status, notes, last) in [
        ("note", 200, "1 notes", "note"),
        ("redirect", 302, "1 notes", "redirect"),
        ("finish", 200, "1 notes", "finish"),
        ("refused", 403, "0 notes", "refused"),
        ("status", 409, "0 notes", "status"),
    ] {
        let client = client(&server).await;
        assert_eq!(write(&client, text).await, status, "{text}");
        assert_eq!(kept(&client).await, (notes.to_owned(), last.to_owned()));
    }
}

#[tokio::test]
async fn an_error_rolls_back_and_saves_no_session() {
    let server = PostgresServer::shared();
    for text in ["error", "panic"] {
        let client = client(&server).await;
        let _expected = ExpectLog::new("tornado.application", "Uncaught exception POST /");
        assert_eq!(write(&client, text).await, 500, "{text}");
        assert_eq!(
            kept(&client).await,
            ("0 notes".to_owned(), "nothing".to_owned())
        );
    }
}

#[tokio::test]
async fn the_session_is_saved_behind_the_commit() {
    let server = PostgresServer::shared();
    let client = client(&server).await;
    assert_eq!(write(&client, "one").await, 200);
    assert_eq!(write(&client, "two").await, 200);
    let _expected = ExpectLog::new(
        "tornado.application",
        "(?s)Uncaught exception POST /.*duplicate",
    );
    // A failed commit ends the transaction, and sqlx still rolls it back.
    let _notice = ExpectLog::new("sqlx::postgres::notice", ".*no transaction").required(false);
    assert_eq!(write(&client, "one").await, 500);
    assert_eq!(
        kept(&client).await,
        ("2 notes".to_owned(), "two".to_owned())
    );
}

#[tokio::test]
async fn a_flush_commits_and_is_the_last_word() {
    let server = PostgresServer::shared();
    let client = client(&server).await;
    let _expected = ExpectLog::new(
        "tornado.application",
        "(?s)Uncaught.*headers have been sent",
    );
    let _broken = ExpectLog::new("tornado.general", "Cannot send error response");
    let mut stream = client.post("/").form([("text", "flush")]).stream().await;
    assert_eq!(stream.status(), 200);
    assert!(stream.try_chunk().await.is_err(), "the connection is cut");
    drop(stream);
    assert_eq!(
        kept(&client).await,
        ("1 notes".to_owned(), "flush".to_owned())
    );
}
