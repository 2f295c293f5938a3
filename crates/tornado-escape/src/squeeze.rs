//! Collapsing white space.

/// Collapses each run of white space and control characters into one space, and
/// strips both ends (Tornado's `squeeze`).
///
/// ```
/// assert_eq!(tornado_escape::squeeze(" a\r\n\t b "), "a b");
/// ```
#[must_use]
pub fn squeeze(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c| c <= ' ')
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").trim().to_owned()
}
