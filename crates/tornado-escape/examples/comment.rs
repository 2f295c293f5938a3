//! A plain axum application that shows what a stranger has written.
//!
//! Run it, and open `http://localhost:8888/?text=<b>see www.example.com`.

// ANCHOR: program
use axum::extract::Query;
use axum::response::Html;
use axum::{Router, http::StatusCode, routing::get};
use serde::Deserialize;
use tornado_escape::{json_encode, linkify, url_escape};

#[derive(Deserialize)]
struct Comment {
    text: String,
}

async fn show(Query(Comment { text }): Query<Comment>) -> Result<Html<String>, StatusCode> {
    let html = linkify(&text);
    let again = url_escape(&text, true);
    let json = json_encode(&text).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Html(format!(
        "<p>{html}</p>\n<a href=\"/?text={again}\">Again</a>\n<script>let text = {json};</script>\n"
    )))
}

fn router() -> Router {
    Router::new().route("/", get(show))
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
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn what_a_stranger_wrote_is_text() {
        let text = url_escape("</script> www.example.com", true);
        let request = Request::get(format!("/?text={text}")).body(Body::empty());
        let response = router().oneshot(request.unwrap()).await.unwrap();
        let page = to_bytes(response.into_body(), 4096).await.unwrap();
        assert_eq!(
            String::from_utf8_lossy(&page),
            "<p>&lt;/script&gt; <a href=\"http://www.example.com\">www.example.com</a></p>\n\
             <a href=\"/?text=%3C%2Fscript%3E+www.example.com\">Again</a>\n\
             <script>let text = \"<\\/script> www.example.com\";</script>\n"
        );
    }
}
