//! Tornado's list of routes in a plain axum application.
//!
//! Run it, and then `curl localhost:8888/entry/a%20b`.

// ANCHOR: program
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use tornado_routing::{PathMatches, PatternError, RequestHead, Rule, Table, Target};

#[derive(Clone, Copy)]
enum Page {
    Home,
    Entry,
    Archive,
}

// None of them is a nested table.
impl Target for Page {}

fn routes() -> Result<Table<Page>, PatternError> {
    let archive = PathMatches::new(r"/(?P<year>\d{4})(?:/(?P<month>\d{2}))?")?;
    Ok(Table::new(vec![
        Rule::new(PathMatches::new(r"/")?, Page::Home),
        Rule::new(PathMatches::new(r"/entry/([^/]+)")?, Page::Entry).name("entry"),
        Rule::new(archive, Page::Archive),
    ]))
}

async fn answer(
    State(routes): State<Arc<Table<Page>>>,
    request: Request,
) -> Result<String, StatusCode> {
    let path = request.uri().path();
    let head = RequestHead::new(request.method(), path, request.headers());
    // A pattern with look-around may give up, and may be guarding what follows.
    let undecided = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let hit = routes.find(&head).map_err(undecided)?;
    let hit = hit.ok_or(StatusCode::NOT_FOUND)?;
    let page = *hit.target();
    let params = hit.into_params().map_err(undecided)?;
    Ok(match page {
        Page::Home => {
            let entry = routes.reverse("entry", &["a b"]);
            let entry = entry.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
            format!("There is an entry at {entry}\n")
        }
        Page::Entry => {
            let name = params.args()[0].as_deref().unwrap_or_default();
            format!("The entry {}\n", String::from_utf8_lossy(name))
        }
        Page::Archive => {
            let text = |value: Option<&[u8]>| match value {
                Some(value) => String::from_utf8_lossy(value).into_owned(),
                None => "none".to_owned(),
            };
            let groups = params.kwargs().map(|(name, value)| (name, text(value)));
            format!("The archive of {:?}\n", groups.collect::<Vec<_>>())
        }
    })
}

fn router() -> Result<Router, PatternError> {
    let routes = Arc::new(routes()?);
    Ok(Router::new().fallback(answer).with_state(routes))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8888").await?;
    Ok(axum::serve(listener, router()?).await?)
}
// ANCHOR_END: program

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn each_path_has_its_page() {
        for (path, status, text) in [
            ("/", 200, "There is an entry at /entry/a%20b\n"),
            ("/entry/a%20b", 200, "The entry a b\n"),
            (
                "/2026/07",
                200,
                "The archive of [(\"year\", \"2026\"), (\"month\", \"07\")]\n",
            ),
            (
                "/2026",
                200,
                "The archive of [(\"year\", \"2026\"), (\"month\", \"none\")]\n",
            ),
            ("/entry/", 404, ""),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router().unwrap().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
            let body = to_bytes(response.into_body(), 4096).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&body), text);
        }
    }
}
