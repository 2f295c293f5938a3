//! `docs/guide/first-project.md`.

// ANCHOR: program
use std::sync::{Arc, Mutex};

use tornado_web::StartError;
use tornado_web::escape::xhtml_escape;
use tornado_web::prelude::*;

/// The entries so far, shared by all requests.
#[derive(Clone, Default)]
struct Entries(Arc<Mutex<Vec<String>>>);

#[derive(Handler)]
struct GuestbookHandler {
    base: Exchange,
    #[state]
    entries: Entries,
}

impl RequestHandler for GuestbookHandler {
    async fn get(&mut self) -> Result {
        let xsrf = self.xsrf_form_html().await?;
        let entries = self.entries.0.lock().expect("no push panics").join("\n");
        let entries = xhtml_escape(&entries);
        self.write(format!(
            "<h1>Guestbook</h1><pre>{entries}</pre>\
             <form method=post>{xsrf}<input name=entry><button>Write</button></form>"
        ));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let entry = self.get_argument("entry")?;
        self.entries.0.lock().expect("no push panics").push(entry);
        self.redirect("/");
        Ok(())
    }
}

fn application() -> Result<Application, StartError> {
    let settings = Settings::new()
        .cookie_secret("my_cookie_secret")
        .xsrf_cookies(true)
        .state(Entries::default());
    Application::new([route::<GuestbookHandler>(r"/")], settings)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    application()?.listen(env_port(8888)).await?;
    Ok(())
}
// ANCHOR_END: program

// ANCHOR: test
#[cfg(test)]
mod tests {
    use tornado_web::testing::TestClient;

    use super::*;

    #[tokio::test]
    async fn what_is_written_is_read() {
        let client = TestClient::new(application().expect("its settings are good"));
        client.post("/").form([("entry", "<Kim> was here")]).await;
        let page = client.get("/").await;
        assert!(page.text().contains("&lt;Kim&gt; was here"), "{page:?}");
    }
}
// ANCHOR_END: test

/// `main` belongs to a program and listens, so no test may call it.
const _: fn() -> Result<(), Box<dyn std::error::Error>> = main;

/// The lines for Cargo.toml name versions and features that exist.
#[test]
fn the_lines_for_cargo_are_right() {
    let dependencies = include_str!("first_project.toml");
    let version = concat!(
        env!("CARGO_PKG_VERSION_MAJOR"),
        ".",
        env!("CARGO_PKG_VERSION_MINOR")
    );
    for line in [
        format!("\ntornado-web = \"{version}\"\n"),
        format!("\ntornado-web = {{ version = \"{version}\", features = [\"testing\"] }}\n"),
        "\ntokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n".to_owned(),
    ] {
        assert!(dependencies.contains(&line), "{line}");
    }
    let root = include_str!("../../../../Cargo.toml");
    assert!(root.contains("\ntokio = { version = \"1\","));
    assert!(root.contains("\nedition = \"2024\"\n"));
}
