//! The language in which a handler answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tornado_core::locale::{Locale, Translations};
use tornado_core::{
    Context as _, Error, Exchange, Handler, HttpError, Localization as _, Output as _,
    RequestHandler, Result, Settings, url,
};

use crate::support::{client_with, with};

/// Takes the language from the query, and counts how often it is called.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct BaseHandler(Exchange);

#[derive(Default)]
struct Asked(AtomicUsize);

impl RequestHandler for BaseHandler {
    async fn get_user_locale(&mut self) -> Result<Option<Locale>> {
        let asked = self.settings().get_state::<Arc<Asked>>().unwrap();
        asked.0.fetch_add(1, Ordering::Relaxed);
        match self.request().query() {
            "" => Ok(None),
            "nobody" => Err(HttpError::new(403).into()),
            code => Ok(Some(self.translations().get_closest([code]))),
        }
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Page(BaseHandler);

impl RequestHandler for Page {
    async fn get(&mut self) -> Result {
        let locale = self.locale().await?;
        let again = self.locale().await?;
        let yes = again.translate("Yes");
        self.write(format!("{} {yes}", locale.code()));
        Ok(())
    }
}

#[tokio::test]
async fn the_user_comes_before_the_browser_and_is_asked_once() {
    let asked = Arc::new(Asked::default());
    let translations = Translations::new()
        .add_csv("de", b"Yes,Ja")
        .and_then(|translations| translations.add_csv("fr_FR", b"Yes,Oui"))
        .unwrap();
    let settings = Settings::new()
        .translations(translations)
        .state(Arc::clone(&asked));
    let client = client_with([url("/", Page)], settings);

    let french = [("Accept-Language", "fr-fr, de;q=0.9")];
    assert_eq!(with(client.get("/?de-AT"), &french).await.text(), "de Ja");
    assert_eq!(with(client.get("/"), &french).await.text(), "fr_FR Oui");
    assert_eq!(client.get("/").await.text(), "en_US Yes");
    assert_eq!(asked.0.load(Ordering::Relaxed), 3);
    assert_eq!(client.get("/?nobody").await.status(), 403);
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Chosen(Exchange);

impl RequestHandler for Chosen {
    async fn prepare(&mut self) -> Result {
        let locale = self.translations().get_closest(["en_US"]);
        self.set_locale(locale);
        Ok(())
    }

    async fn get_user_locale(&mut self) -> Result<Option<Locale>> {
        Err(Error::msg("it is not asked"))
    }

    async fn get(&mut self) -> Result {
        let locale = self.locale().await?;
        self.write(locale.code());
        Ok(())
    }
}

#[tokio::test]
async fn a_locale_that_was_set_is_not_looked_for() {
    let client = client_with([url("/", Chosen)], Settings::new());
    assert_eq!(client.get("/").await.text(), "en_US");
}
