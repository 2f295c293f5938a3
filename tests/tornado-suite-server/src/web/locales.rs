//! `AcceptLanguageTest`, and `SetLazyPropertiesTest`, which sets a locale.

use tornado_web::locale::{Locale, load_gettext_translations};
use tornado_web::prelude::*;

use super::simple;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("AcceptLanguageTest", accept_language_test),
    ("SetLazyPropertiesTest", set_lazy_properties_test),
];

fn accept_language_test(spec: &Spec) -> AppResult {
    let directory = spec.data("gettext_translations");
    let translations = load_gettext_translations(directory, "tornado_test")?;
    let settings = Settings::new().translations(translations);
    Ok(Application::new([url("/", AcceptLanguageHandler)], settings)?.into())
}

#[derive(Handler)]
struct AcceptLanguageHandler(Exchange);

impl RequestHandler for AcceptLanguageHandler {
    async fn get(&mut self) -> Result {
        let code = self.get_browser_locale().code().replace('_', "-");
        self.set_header("Content-Language", code);
        Ok(())
    }
}

fn set_lazy_properties_test(_: &Spec) -> AppResult {
    simple(SetLazyPropertiesHandler)
}

#[derive(Handler)]
struct SetLazyPropertiesHandler(Exchange);

impl RequestHandler for SetLazyPropertiesHandler {
    async fn prepare(&mut self) -> Result {
        self.set_current_user(Some("Ben".into()));
        let locale = self.translations().get_closest(["en_US"]);
        self.set_locale(locale);
        Ok(())
    }

    async fn get_user_locale(&mut self) -> Result<Option<Locale>> {
        Err(Error::msg("the locale has been set"))
    }

    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Err(Error::msg("the user has been set"))
    }

    async fn get(&mut self) -> Result {
        let user = self.current_user().await?;
        let name = user.as_ref().and_then(User::get::<String>);
        let name = name.ok_or_else(|| Error::msg("nobody has been set"))?;
        let locale = self.locale().await?;
        self.write(format!("Hello {name} ({})", locale.code()));
        Ok(())
    }
}
