//! tower-sessions, on the store of a URL.

use std::error::Error;

use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, Pool};
use tower_sessions_sqlx_store::sqlx::{PgPool, SqlitePool};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

#[derive(Deserialize)]
struct Login {
    username: String,
}

async fn read(session: Session) -> String {
    let name: Option<String> = session.get("username").await.unwrap();
    format!("Hello, {}!", name.as_deref().unwrap_or("anonymous"))
}

async fn write(session: Session, Form(form): Form<Login>) -> &'static str {
    session.insert("username", form.username).await.unwrap();
    "ok"
}

fn on<S: SessionStore + Clone>(store: S) -> Router {
    Router::new()
        .route("/session", get(read).post(write))
        .layer(SessionManagerLayer::new(store))
}

pub(crate) async fn routes(store: &str) -> Result<Router, Box<dyn Error>> {
    Ok(match store.split(':').next().unwrap_or_default() {
        "memory" => on(MemoryStore::default()),
        "sqlite" => {
            let store = SqliteStore::new(SqlitePool::connect(store).await?);
            store.migrate().await?;
            on(store)
        }
        "postgres" | "postgresql" => {
            let store = PostgresStore::new(PgPool::connect(store).await?);
            store.migrate().await?;
            on(store)
        }
        "redis" => {
            // As many connections as the example of the crate has.
            let pool = Pool::new(Config::from_url(store)?, None, None, None, 6)?;
            pool.connect();
            pool.wait_for_connect().await?;
            on(RedisStore::new(pool))
        }
        _ => return Err(format!("there is no store for {store}").into()),
    })
}
