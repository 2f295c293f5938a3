//! The same application with the crate tower-sessions, written as in its
//! documentation.

use axum::Router;
use axum::extract::{Form, State};
use axum::response::Json;
use axum::routing::{get, post};
use http::StatusCode;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore as _};

/// The routes for the hammers of different keys and of logouts.
pub(crate) fn tower_sessions() -> Router {
    let store = MemoryStore::default();
    let layer = SessionManagerLayer::new(store.clone())
        .with_name("session")
        .with_secure(false);
    Router::new()
        .route("/set", post(set))
        .route("/clear", post(clear))
        .route("/logout", post(logout))
        .route("/all", get(all))
        .layer(layer)
        .with_state(store)
}

type Answer<T = ()> = Result<T, StatusCode>;

async fn set(session: Session, Form(form): Form<Vec<(String, String)>>) -> Answer {
    let texts_of = |name: &'static str| {
        let fields = form.iter().filter(move |field| field.0 == name);
        fields.map(|field| field.1.as_str())
    };
    for (key, value) in texts_of("key").zip(texts_of("value")) {
        session.insert(key, value).await.map_err(failed)?;
    }
    Ok(())
}

async fn clear(session: Session) {
    session.clear().await;
}

async fn logout(session: Session) -> Answer {
    session.flush().await.map_err(failed)
}

/// A `Session` returns values only by key, so all of them come from the store.
async fn all(
    State(store): State<MemoryStore>,
    session: Session,
) -> Answer<Json<serde_json::Value>> {
    session.load().await.map_err(failed)?;
    let record = match session.id() {
        Some(id) => store.load(&id).await.map_err(failed)?,
        None => None,
    };
    let values = record.map(|record| record.data).unwrap_or_default();
    Ok(Json(serde_json::json!({"owner": null, "values": values})))
}

fn failed(_: impl std::error::Error) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}
