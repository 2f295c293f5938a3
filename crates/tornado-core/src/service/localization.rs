//! `Localization`: the language in which the client is answered.

use std::future::Future;

use super::{Context as _, late};
use crate::locale::{Locale, Translations, accept_language};
use crate::{RequestHandler, Result};

/// The language of the user: Tornado's `self.locale`, `get_browser_locale`, and
/// `tornado.locale.get`.
///
/// ```
/// use tornado_web::locale::{Locale, Translations};
/// use tornado_web::{Application, Cookies, Exchange, Handler, Localization, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct MainHandler(Exchange);
///
/// impl RequestHandler for MainHandler {
///     async fn get_user_locale(&mut self) -> Result<Option<Locale>> {
///         let code = self.get_cookie("language");
///         Ok(code.map(|code| self.translations().get_closest([code])))
///     }
///
///     async fn get(&mut self) -> Result {
///         let locale = self.locale().await?;
///         self.write(locale.translate("Welcome"));
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let translations = Translations::new()
///     .add_csv("de", b"Welcome,Willkommen")?
///     .add_csv("fr", b"Welcome,Bienvenue")?;
/// let settings = Settings::new().translations(translations);
/// let client = TestClient::new(Application::new([url("/", MainHandler)], settings)?);
///
/// let response = client.get("/").header("Accept-Language", "fr-FR, de;q=0.9").await;
/// assert_eq!(response.text(), "Bienvenue");
/// client.set_cookie("language", "de");
/// assert_eq!(client.get("/").await.text(), "Willkommen");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub trait Localization: RequestHandler {
    /// The language of the response: from the hook
    /// [`get_user_locale`](RequestHandler::get_user_locale), or else from the
    /// browser. It is determined once.
    ///
    /// # Errors
    ///
    /// The errors of that hook.
    fn locale(&mut self) -> impl Future<Output = Result<Locale>> + Send {
        async {
            if let Some(Found(locale)) = self.exchange().slot() {
                return Ok(locale.clone());
            }
            let locale = match late::get_user_locale(self).await? {
                Some(locale) => locale,
                None => self.get_browser_locale(),
            };
            self.set_locale(locale.clone());
            Ok(locale)
        }
    }

    /// Sets the language of the response, for example in `prepare`:
    /// `self.locale = locale`.
    fn set_locale(&mut self, locale: Locale) {
        self.exchange_mut().insert_slot(Found(locale));
    }

    /// The language of the application that best fits the request's
    /// `Accept-Language`, regardless of the user. If the header is missing or
    /// accepts nothing, it is `en_US` if the application has it, else the
    /// default locale.
    ///
    /// As in Tornado, a code of more than two parts is skipped, and `*` is not
    /// a code.
    fn get_browser_locale(&self) -> Locale {
        self.get_browser_locale_or("en_US")
    }

    /// As [`get_browser_locale`](Self::get_browser_locale), with another code
    /// instead of `en_US`: `get_browser_locale(default)`. The code is used only
    /// if the header is missing or accepts nothing. If the header accepts only
    /// languages that the application lacks, the result is the default locale.
    fn get_browser_locale_or(&self, default: &str) -> Locale {
        if let Some(header) = self.request().header("Accept-Language") {
            let codes = accept_language(&header);
            if !codes.is_empty() {
                return self.translations().get_closest(codes);
            }
        }
        self.translations().get_closest([default])
    }

    /// The languages of the application: `self.translations().get_closest(["de"])`
    /// is `tornado.locale.get("de")`.
    fn translations(&self) -> &Translations {
        self.settings().get_translations()
    }
}

impl<H: RequestHandler> Localization for H {}

/// The locale of the request, once somebody has asked or assigned.
struct Found(Locale);

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use bytes::Bytes;

    use super::*;
    use crate::{Application, ConnectionInfo, Exchange, HttpServerRequest, Settings};

    /// The available languages, the default one, the header, the default of the
    /// call, and the language found.
    type BrowserCase = (Vec<String>, String, Option<String>, String, String);

    /// Tornado's answers, made by `tests/golden/browsers.py`.
    #[test]
    fn the_language_of_a_browser_is_that_of_tornado() {
        let cases: Vec<BrowserCase> =
            serde_json::from_str(include_str!("../../tests/golden/browsers.json")).unwrap();
        for (supported, default, header, fallback, expected) in cases {
            let mut translations = Translations::new().set_default_locale(&default);
            for code in &supported {
                translations = translations.add_csv(code, b"").unwrap();
            }
            let settings = Settings::new().translations(translations);
            let application = Application::new([], settings).unwrap();
            let mut request = http::Request::get("/");
            if let Some(header) = &header {
                // Unencoded: Tornado reads the bytes as Latin-1.
                let bytes: Vec<u8> = header.chars().map(|c| u8::try_from(c).unwrap()).collect();
                request = request.header("Accept-Language", bytes);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            let connection = ConnectionInfo::default();
            let request = HttpServerRequest::new(parts, Bytes::new(), connection, Instant::now());
            let exchange = Exchange::new(application, request);
            let locale = exchange.get_browser_locale_or(&fallback);
            assert_eq!(locale.code(), expected, "{header:?} of {supported:?}");
        }
    }
}
