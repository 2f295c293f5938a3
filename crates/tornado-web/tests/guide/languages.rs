//! `docs/guide/languages.md`.

use tornado_web::locale::{Locale, fill, load_translations};
use tornado_web::prelude::*;

use crate::support::ask_both;

const TRANSLATIONS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/python/translations"
);

// ANCHOR: handler
#[derive(Handler)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get_user_locale(&mut self) -> Result<Option<Locale>> {
        let code = self.get_cookie("language");
        Ok(code.map(|code| self.translations().get_closest([code])))
    }

    async fn get(&mut self) -> Result {
        let language = self.locale().await?;
        let welcome = language.translate("Welcome, %(name)s");
        let count: i64 = self.get_argument_or("count", 0)?;
        let news = language.translate_plural("one new message", "%(count)d new messages", count);
        self.write(fill(welcome, &[("name", &"Kim")]) + ": ");
        self.write(fill(news, &[("count", &count)]));
        Ok(())
    }
}
// ANCHOR_END: handler

fn app() -> Application {
    // ANCHOR: load
    let translations = load_translations(TRANSLATIONS).unwrap();
    let settings = Settings::new().translations(translations);
    let app = Application::new([url(r"/", MainHandler)], settings);
    // ANCHOR_END: load
    app.unwrap()
}

#[tokio::test]
async fn languages_are_found_as_in_python() {
    let [english, german, many, chosen, other] = ask_both(
        app(),
        "docs/python/languages.py",
        [
            ("/?count=1", &[]),
            (
                "/?count=1",
                &[("Accept-Language", "fr, de;q=0.9, en;q=0.8")],
            ),
            ("/?count=3", &[("Accept-Language", "de-DE")]),
            ("/?count=1", &[("Cookie", "language=de_DE")]),
            ("/?count=1", &[("Accept-Language", "ja")]),
        ],
    )
    .await;
    assert_eq!(english.text(), "Welcome, Kim: one new message");
    assert_eq!(
        german.text(),
        english.text(),
        "there is no `de` without a country"
    );
    assert_eq!(many.text(), "Willkommen, Kim: 3 neue Nachrichten");
    assert_eq!(chosen.text(), "Willkommen, Kim: eine neue Nachricht");
    assert_eq!(other.text(), english.text());
}
