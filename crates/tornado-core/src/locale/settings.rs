//! Where an application has its translations: in its settings.

use std::future::ready;
use std::sync::LazyLock;

use super::Translations;
use crate::Settings;

impl Settings {
    /// The languages of the application. Without it there is one, `en_US`,
    /// without translations.
    ///
    /// Tornado's functions `load_translations` and `load_gettext_translations`
    /// put them where all of the process finds them; here the settings have
    /// them.
    #[must_use]
    pub fn translations(self, translations: Translations) -> Settings {
        let complaints = translations.complaints().clone();
        self.insert_extension(translations).on_start(move |_| {
            complaints.say();
            Box::pin(ready(Ok(())))
        })
    }

    /// The [`translations`](Self::translations).
    #[must_use]
    pub fn get_translations(&self) -> &Translations {
        static NONE: LazyLock<Translations> = LazyLock::new(Translations::new);
        self.extension().unwrap_or(&NONE)
    }
}
