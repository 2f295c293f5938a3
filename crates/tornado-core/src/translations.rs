//! The translations of an application, in its settings.

use std::future::ready;
use std::sync::LazyLock;

use crate::Settings;
use crate::locale::Translations;

impl Settings {
    /// The languages of the application. By default there is one, `en_US`,
    /// without translations.
    ///
    /// Tornado's functions `load_translations` and `load_gettext_translations`
    /// make them global to the process; here they belong to the settings.
    #[must_use]
    pub fn translations(self, translations: Translations) -> Settings {
        let loaded = translations.clone();
        self.state(translations).on_start(move |_| {
            loaded.log_complaints();
            Box::pin(ready(Ok(())))
        })
    }

    /// The [`translations`](Self::translations).
    #[must_use]
    pub fn get_translations(&self) -> &Translations {
        static NONE: LazyLock<Translations> = LazyLock::new(Translations::new);
        self.get_state().unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use tornado_testing::ExpectLog;
    use tracing::subscriber::{NoSubscriber, with_default};

    use super::*;
    use crate::Application;
    use crate::log::GENERAL;

    #[tokio::test]
    async fn what_nobody_could_hear_is_said_when_the_application_starts() {
        let translations = with_default(NoSubscriber::new(), || {
            Translations::new().add_csv("de", b"a,b,c").unwrap()
        });
        let _expected = ExpectLog::new(GENERAL, "Unrecognized plural indicator 'c' in de line 1");
        let settings = Settings::new().translations(translations);
        let app = Application::new([], settings).unwrap();
        app.start().await.unwrap();
    }
}
