//! Tornado's locales in a plain axum application, without tornado-web handlers:
//! each page is in the language of the browser.
//!
//! Run it, and then `curl -H 'Accept-Language: de' localhost:8888/3`.

// ANCHOR: program
use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::{header, request::Parts};
use axum::routing::get;
use tornado_locale::{Locale, Translations, accept_language, fill};

/// A text, its translation, and, where it matters, singular or plural. The texts
/// of `format_date` are translated like any other text.
const GERMAN: &str = r#"
"Hello, %(name)s!","Hallo, %(name)s!"
"one new message","eine neue Nachricht","singular"
"%(count)d new messages","%(count)d neue Nachrichten","plural"
"You were here %(when)s.","Zuletzt hier: %(when)s."
"%(hours)d hours ago","vor %(hours)d Stunden","plural"
"#;

/// The language of the browser, or the closest one available.
struct Language(Locale);

impl FromRequestParts<Translations> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        translations: &Translations,
    ) -> Result<Language, Infallible> {
        let header = parts.headers.get(header::ACCEPT_LANGUAGE);
        let header = header.and_then(|value| value.to_str().ok()).unwrap_or("");
        Ok(Language(translations.get_closest(accept_language(header))))
    }
}

async fn greet(Language(locale): Language, Path(count): Path<u64>) -> String {
    let hello = fill(locale.translate("Hello, %(name)s!"), &[("name", &"Kim")]);
    let news = locale.translate_plural("one new message", "%(count)d new messages", count);
    let news = fill(news, &[("count", &count)]);
    let when = locale.format_date(SystemTime::now() - Duration::from_secs(2 * 3600));
    let visit = locale.translate("You were here %(when)s.");
    let visit = fill(visit, &[("when", &when)]);
    format!("{hello} {news}. {visit}\n")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // To read a directory of such files: `load_translations("translations")?`.
    let translations = Translations::new().add_csv("de", GERMAN.as_bytes())?;
    let router = Router::new()
        .route("/{count}", get(greet))
        .with_state(translations);

    let port = std::env::var("PORT").map_or(Ok(8888), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
// ANCHOR_END: program
