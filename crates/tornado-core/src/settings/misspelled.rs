//! Keys that are nearly ones that are known.

use tracing::warn;

use super::Settings;
use super::known::NAMES;
use crate::log::GENERAL;

/// How many slips of the finger make another word.
const SLIPS: usize = 2;

impl Settings {
    /// The free keys that look like misspelled known ones, each with the key
    /// that may be meant.
    ///
    /// ```
    /// use tornado_web::Settings;
    /// let settings = Settings::new().set("cookie_secrt", "x").set("colour", "red");
    /// assert_eq!(settings.misspelled(), [("cookie_secrt", "cookie_secret")]);
    /// ```
    #[must_use]
    pub fn misspelled(&self) -> Vec<(&str, &'static str)> {
        self.near_misses(NAMES)
    }

    fn near_misses(&self, names: &[&'static str]) -> Vec<(&str, &'static str)> {
        let keys = self.free.keys().map(String::as_str);
        keys.filter(|key| !names.contains(key))
            .filter_map(|key| {
                let close = names.iter().map(|name| (distance(key, name), *name));
                let close = close.min()?;
                // Of a short key, two slips would be half.
                (close.0 <= SLIPS.min(key.len() / 4)).then_some((key, close.1))
            })
            .collect()
    }

    /// Logs a warning for each free key that looks like a misspelled one of these.
    /// A mixin calls it with the names of its own settings when it first reads
    /// them; the server does so with those of this crate at the start.
    pub fn warn_misspelled(&self, names: &[&'static str]) {
        for (key, known) in self.near_misses(names) {
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
        assert_eq!(settings.misspelled(), [("xsrf_cookeis", "xsrf_cookies")]);
        assert_eq!(
            settings.near_misses(&["session_store", "session_expiry"]),
            [("sesion_expiry", "session_expiry")]
        );
    }
}
