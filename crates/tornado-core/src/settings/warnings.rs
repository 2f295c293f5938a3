//! What an application is warned about when it starts: misspelled keys, keys
//! without effect, secrets that can be guessed.

use tracing::warn;

use super::Settings;
use super::table::rows;
use crate::log::GENERAL;

/// Tornado's settings that have no effect in a [`Settings`], and why.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("autoreload", "it is not here yet"),
    #[cfg(not(feature = "templates"))]
    ("autoescape", "templates need the feature `templates`"),
    #[cfg(not(feature = "templates"))]
    (
        "compiled_template_cache",
        "templates need the feature `templates`",
    ),
    #[cfg(not(feature = "templates"))]
    ("template_path", "templates need the feature `templates`"),
    #[cfg(not(feature = "templates"))]
    (
        "template_whitespace",
        "templates need the feature `templates`",
    ),
    ("template_loader", "only its method can set it"),
    ("ui_modules", "only its method can set them"),
    ("ui_methods", "only its method can set them"),
    (
        "websocket_ping_interval",
        "WebSockets need the feature `websocket`",
    ),
    (
        "websocket_ping_timeout",
        "WebSockets need the feature `websocket`",
    ),
    (
        "websocket_max_message_size",
        "WebSockets need the feature `websocket`",
    ),
    ("google_oauth", "logins by others need the feature `auth`"),
    (
        "default_handler_class",
        "it is a method of `ApplicationBuilder`",
    ),
    (
        "default_handler_args",
        "the factory of `ApplicationBuilder::default_handler` has them",
    ),
    ("default_host", "it is a method of `ApplicationBuilder`"),
    ("log_function", "it is a method of `ApplicationBuilder`"),
    ("static_handler_class", "only its method can set it"),
    ("translations", "only its method can set them"),
];

/// How many typing errors make a different word.
const SLIPS: usize = 2;

impl Settings {
    /// The free keys that look like misspelled known ones, each with the key
    /// that is probably meant.
    ///
    /// ```
    /// use tornado_web::Settings;
    /// let settings = Settings::new().set("cookie_secrt", "x").set("colour", "red");
    /// assert_eq!(settings.misspelled(), [("cookie_secrt", "cookie_secret")]);
    /// ```
    #[must_use]
    pub fn misspelled(&self) -> Vec<(&str, &'static str)> {
        let unknown = self.free.keys().map(String::as_str);
        unknown
            .filter(|key| WITHOUT_EFFECT.iter().all(|(name, _)| name != key))
            .filter_map(|key| {
                let close = rows().map(|row| (distance(key, row.key()), row.key()));
                let close = close.min()?;
                // In a short key, two errors would be half of it.
                (close.0 <= SLIPS.min(key.len() / 4)).then_some((key, close.1))
            })
            .collect()
    }

    /// Logs probable mistakes.
    pub(crate) fn warn_of_mistakes(&self) {
        for (key, known) in self.misspelled() {
            warn!(target: GENERAL, "unknown setting `{key}`; did you mean `{known}`?");
        }
        for (key, why) in WITHOUT_EFFECT {
            if self.free.contains_key(*key) {
                warn!(target: GENERAL, "the setting `{key}` has no effect: {why}");
            }
        }
    }

    /// Logs that a server would use a secret that can be guessed.
    pub(crate) fn warn_of_weak_secret(&self) {
        let secret = self.cookie_secret_setting();
        if let Some(weakness) = secret.and_then(|secret| secret.weakness()) {
            warn!(
                target: GENERAL,
                "the setting `cookie_secret` is {weakness}: anyone who guesses it can log in as anyone; \
                 set at least 32 random characters"
            );
        }
    }
}

/// How many letters must be changed, added, removed or swapped with a neighbour
/// to turn `a` into `b` (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        assert_eq!(distance("debug", "debug"), 0);
        assert_eq!(distance("debgu", "debug"), 1);
        assert_eq!(distance("cookie_secrt", "cookie_secret"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn only_near_misses_are_reported() {
        let settings = Settings::new()
            .set("xsrf_cookeis", true)
            .set("autoreload", true)
            .set("db", 1)
            .set("depth", 1);
        assert_eq!(settings.misspelled(), [("xsrf_cookeis", "xsrf_cookies")]);
    }

    #[test]
    fn what_has_a_row_has_an_effect() {
        for (key, _) in WITHOUT_EFFECT {
            assert!(rows().all(|row| row.key() != *key), "{key}");
        }
    }
}
