//! Where to go after a login: nowhere but here.

use tornado_core::{Context as _, Input as _, RequestHandler, Result};

/// The longest, in bytes: it has to fit into a cookie.
const LONGEST: usize = 1024;

/// The path of the argument `next`, which [`authenticated`](tornado_core::Context) has put
/// there; `/` where there is none, or one that leads elsewhere.
pub(crate) fn asked<H: RequestHandler>(handler: &H) -> Result<String> {
    let Some(next) = handler.get_argument_opt("next")? else {
        return Ok("/".to_owned());
    };
    let request = handler.request();
    let own = format!("{}://{}", request.protocol(), request.host());
    let next = next.strip_prefix(&own).unwrap_or(&next);
    Ok(local(next).unwrap_or("/").to_owned())
}

/// The path, if every browser takes it for one of this host: some skip tabs and line
/// breaks, and all read `\` as `/`.
fn local(path: &str) -> Option<&str> {
    let is_odd = |letter: char| letter.is_control() || letter == '\\';
    let fine = path.starts_with('/') && !path.starts_with("//") && !path.contains(is_odd);
    (fine && path.len() <= LONGEST).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_away_is_not_followed() {
        for path in [
            "/",
            "/a",
            "/a?b=//c",
            "/a//b",
            "/@example.com",
            "/%0d",
            "/é",
        ] {
            assert_eq!(local(path), Some(path));
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for path in [
            "",
            "a",
            "//example.com",
            "///example.com",
            "/\\example.com",
            "\\/example.com",
            "/\t/example.com",
            "\t//example.com",
            "/\n/example.com",
            "/a\\b",
            "/a\r\nb",
            "http://example.com",
            "https:/example.com",
            "javascript:alert(1)",
            "/\u{85}/x",
            &long,
        ] {
            assert_eq!(local(path), None, "{path:?}");
        }
    }
}
