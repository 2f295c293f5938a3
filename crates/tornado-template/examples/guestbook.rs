//! A plain axum application with a page from a template.
//!
//! Run it, and open `http://localhost:8888/`.

// ANCHOR: program
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Html;
use axum::{Router, http::StatusCode, routing::get};
use serde::{Deserialize, Serialize};
use tornado_template::{DictLoader, Value, context};

#[derive(Clone, Serialize)]
struct Entry {
    name: String,
    stars: u8,
}

#[derive(Deserialize)]
struct Search {
    q: Option<String>,
}

struct Site {
    // Use `Loader::new("templates")` for the files of a directory.
    templates: DictLoader,
    entries: Vec<Entry>,
}

fn templates() -> DictLoader {
    DictLoader::new([
        (
            "base.html",
            "<title>{% block title %}Guests{% end %}</title>\n{% block body %}{% end %}\n",
        ),
        (
            "index.html",
            r#"{% extends "base.html" %}
{% block body %}
{% for entry in sorted(entries, key=lambda e: -e.stars) %}
<p>{{ entry.name.title() }}: {{ plural(entry.stars, "star") }}</p>
{% end %}
{% if not entries %}
<p>Nobody{% if q %} is called {{ q }}{% end %}.</p>
{% end %}
{% end %}"#,
        ),
    ])
    .function("plural", |count: i64, noun: String| {
        format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
    })
}

async fn index(
    State(site): State<Arc<Site>>,
    Query(Search { q }): Query<Search>,
) -> Result<Html<String>, (StatusCode, String)> {
    let fits = |entry: &&Entry| q.as_ref().is_none_or(|q| entry.name.contains(q));
    let entries: Vec<&Entry> = site.entries.iter().filter(fits).collect();
    let page = || {
        let entries = Value::from_serialize(&entries)?;
        let template = site.templates.load("index.html")?;
        template.generate(context! { entries, q })
    };
    page().map(Html).map_err(|error| {
        // With file and line, for the log and not for the visitor.
        eprintln!("{error}");
        (StatusCode::INTERNAL_SERVER_ERROR, "Sorry".to_owned())
    })
}

fn router() -> Router {
    let entry = |name: &str, stars| Entry {
        name: name.to_owned(),
        stars,
    };
    let site = Site {
        templates: templates(),
        entries: vec![entry("kim <b>", 1), entry("lou", 3)],
    };
    Router::new()
        .route("/", get(index))
        .with_state(Arc::new(site))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8888").await?;
    axum::serve(listener, router()).await
}
// ANCHOR_END: program

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tornado_template::{Known, Level};
    use tower::ServiceExt as _;

    use super::*;

    async fn page(path: &str) -> String {
        let request = Request::get(path).body(Body::empty());
        let response = router().oneshot(request.unwrap()).await.unwrap();
        let page = to_bytes(response.into_body(), 4096).await.unwrap();
        String::from_utf8(page.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn guests_are_shown() {
        let all = page("/").await;
        let lines: Vec<&str> = all.lines().filter(|line| !line.is_empty()).collect();
        let wanted = [
            "<title>Guests</title>",
            "<p>Lou: 3 stars</p>",
            "<p>Kim &lt;B&gt;: 1 star</p>",
        ];
        assert_eq!(lines, wanted);
        let nobody = page("/?q=%3C%3E").await;
        assert!(
            nobody.contains("<p>Nobody is called &lt;&gt;.</p>"),
            "{nobody}"
        );
    }

    #[test]
    fn the_templates_run() {
        let known = Known::new().names(["entries", "q"]);
        let found = templates().check(&known).unwrap();
        assert!(
            found.iter().all(|finding| finding.level() == Level::Needs),
            "{found:?}"
        );
    }
}
