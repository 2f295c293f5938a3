//! Keys that are nearly ones that are known.

use tracing::warn;

use super::Settings;
use super::known::NAMES;
use crate::log::GENERAL;

/// Names that are not for this crate, but that a typing error should not hide:
/// those of sessions and of static files.
const OTHERS: &[&str] = &[
    "session_cache_headers",
    "session_cookie_domain",
    "session_cookie_name",
    "session_cookie_path",
    "session_cookie_samesite",
    "session_cookie_secure",
    "session_expiry",
    "session_max_lifetime",
    "session_renew_after",
    "session_save_on_error",
    "session_store",
    "session_store_key_prefix",
    "session_store_pool_size",
    "session_store_timeout",
    "session_sweep_interval",
    "static_handler_args",
];

/// How many slips of the finger make another word.
const SLIPS: usize = 2;

impl Settings {
    /// The free keys that look like misspelled known ones, each with the key
    /// that may be meant.
    ///
    /// ```
    /// use tornado_core::Settings;
    /// let settings = Settings::new().set("cookie_secrt", "x").set("colour", "red");
    /// assert_eq!(settings.misspelled(), [("cookie_secrt", "cookie_secret")]);
    /// ```
    #[must_use]
    pub fn misspelled(&self) -> Vec<(&str, &'static str)> {
        let keys = self
            .free
            .keys()
            .filter(|key| !OTHERS.contains(&key.as_str()));
        keys.filter_map(|key| {
            let known = NAMES.iter().chain(OTHERS).copied();
            let close = known.map(|name| (distance(key, name), name)).min()?;
            // Of a short key, two slips would be half.
            (close.0 <= SLIPS.min(key.len() / 4)).then_some((key.as_str(), close.1))
        })
        .collect()
    }

    /// Logs a warning for each of them.
    pub(crate) fn warn_misspelled(&self) {
        for (key, known) in self.misspelled() {
            warn!(target: GENERAL, "unknown setting `{key}`; did you mean `{known}`?");
        }
    }
}

/// How many letters must be changed, added, left out or swapped with their
/// neighbour to make `b` of `a` (optimal string alignment).
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
            .set("sesion_expiry", 1)
            .set("session_expiry", 1)
            .set("xsrf_cookeis", true)
            .set("db", 1)
            .set("depth", 1);
        assert_eq!(
            settings.misspelled(),
            [
                ("sesion_expiry", "session_expiry"),
                ("xsrf_cookeis", "xsrf_cookies")
            ]
        );
    }
}
