//! axum and tornado-web in one server: an axum router mounted for the paths it
//! owns, axum's extractors inside a handler, and a tower layer around it all.
//!
//! Run it, and then `curl 'localhost:8888/search?q=rust'` and
//! `curl localhost:8888/api/health`.

use axum::Router;
use axum::extract::{Path, Query};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use tornado_web::StartError;
use tornado_web::prelude::*;

// ANCHOR: extractor
#[derive(Deserialize)]
struct Search {
    q: String,
    page: Option<u32>,
}

#[derive(Handler)]
struct SearchHandler(Exchange);

impl RequestHandler for SearchHandler {
    async fn get(&mut self) -> Result {
        let Query(search): Query<Search> = self.extract().await?; // any axum extractor
        self.write(format!("{}, page {}\n", search.q, search.page.unwrap_or(1)));
        Ok(())
    }
}
// ANCHOR_END: extractor

// ANCHOR: mount
fn application() -> Result<Application, StartError> {
    let api: Router = Router::new()
        .route("/api/health", get(|| async { "ok\n" }))
        .route(
            "/api/double/{n}",
            get(|Path(n): Path<u64>| async move { format!("{}\n", n * 2) }),
        );

    Application::new(
        [url(r"/search", SearchHandler), mount(r"/api/.*", api)],
        Settings::new(),
    )
}
// ANCHOR_END: mount

async fn no_sniff(response: Response) -> impl IntoResponse {
    ([("X-Content-Type-Options", "nosniff")], response)
}

// ANCHOR: serve
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    match std::env::var("SERVE_WITH").as_deref() {
        // The reverse: the application inside an axum router, on axum's server.
        Ok("axum") => {
            let router = Router::new()
                .route("/axum", get(|| async { "axum's own route\n" }))
                .merge(Router::from(application()?))
                .layer(map_response(no_sniff)); // any tower layer, around both
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
            eprintln!("listening on http://{}", listener.local_addr()?);
            axum::serve(listener, router).await?;
        }
        _ => application()?.listen(env_port(8888)).await?,
    }
    Ok(())
}
// ANCHOR_END: serve
