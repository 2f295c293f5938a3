//! The header `Accept`: which media type a client prefers (RFC 9110, 12.5.1).

use http::{HeaderMap, header};

/// The media type among `offered` that the client prefers; on a tie, the first.
/// If the header is missing or unreadable, also the first. `None` if the client
/// accepts none of them.
pub(crate) fn best<'a>(
    headers: &HeaderMap,
    offered: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lines = headers.get_all(header::ACCEPT).iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let ranges: Vec<Range<'_>> = lines
        .flat_map(|line| split(line, b','))
        .filter_map(Range::parse)
        .collect();
    let mut offered = offered.into_iter();
    if ranges.is_empty() {
        return offered.next();
    }
    let mut best = None;
    for offer in offered {
        let weight = weight(offer, &ranges);
        if weight > best.map_or(0, |(_, weight)| weight) {
            best = Some((offer, weight));
        }
    }
    best.map(|(offer, _)| offer)
}

/// The weight that the client gives a media type: that of the most specific
/// range that matches. Zero means not acceptable.
fn weight(offer: &str, ranges: &[Range<'_>]) -> u16 {
    let Some(offer) = MediaType::parse(offer) else {
        return 0;
    };
    let matching = ranges.iter().filter_map(|range| {
        let precision = range.media_type.precision(&offer)?;
        Some((precision, range.weight))
    });
    matching.max().map_or(0, |(_, weight)| weight)
}

/// One element of the header: `text/*;q=0.5`.
struct Range<'a> {
    media_type: MediaType<'a>,
    /// In thousandths.
    weight: u16,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Range<'a>> {
        let mut media_type = MediaType::parse(text)?;
        let named_q = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("q");
        let weight = match media_type.parameters.iter().position(named_q) {
            None => 1000,
            Some(position) => {
                let weight = thousandths(media_type.parameters[position].1)?;
                // Whatever follows is not a parameter of the type.
                media_type.parameters.truncate(position);
                weight
            }
        };
        Some(Range { media_type, weight })
    }
}

/// `text/html;level=1`, or a range of them: `text/*`, `*/*`.
struct MediaType<'a> {
    kind: &'a str,
    subtype: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> MediaType<'a> {
    fn parse(text: &'a str) -> Option<MediaType<'a>> {
        let mut parts = split(text, b';');
        let (kind, subtype) = parts.next()?.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) || (kind == "*" && subtype != "*") {
            return None;
        }
        let mut parameters = Vec::new();
        for part in parts.filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=')?;
            if !is_token(name) {
                return None;
            }
            let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
            parameters.push((name, quoted.unwrap_or(value)));
        }
        Some(MediaType {
            kind,
            subtype,
            parameters,
        })
    }

    /// How specific this range is for a type, if the type matches it.
    fn precision(&self, offer: &MediaType<'_>) -> Option<usize> {
        if self.kind == "*" {
            return Some(0);
        }
        if !self.kind.eq_ignore_ascii_case(offer.kind) {
            return None;
        }
        if self.subtype == "*" {
            return Some(1);
        }
        let has = |(name, value): &(&str, &str)| {
            offer.parameters.iter().any(|(has_name, has_value)| {
                has_name.eq_ignore_ascii_case(name) && has_value.eq_ignore_ascii_case(value)
            })
        };
        let same = self.subtype.eq_ignore_ascii_case(offer.subtype);
        (same && self.parameters.iter().all(has)).then(|| 2 + self.parameters.len())
    }
}

/// The parts between separators outside quotes, without surrounding spaces.
fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut quoted, mut escaped) = (false, false);
        let end = text.bytes().position(|byte| {
            let here = byte == separator && !quoted;
            if quoted && !escaped && byte == b'\\' {
                escaped = true;
                return here;
            }
            if byte == b'"' && !escaped {
                quoted = !quoted;
            }
            escaped = false;
            here
        });
        let part = match end {
            Some(end) => {
                rest = Some(&text[end + 1..]);
                &text[..end]
            }
            None => {
                rest = None;
                text
            }
        };
        Some(part.trim_matches([' ', '\t']))
    })
}

/// A word of HTTP (RFC 9110, 5.6.2).
fn is_token(text: &str) -> bool {
    let is_char = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_char)
}

/// A weight such as `0.5`, with up to three digits.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if digits.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = format!("{digits:0<3}").parse().ok()?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn of<'a>(accept: &[&str], offered: &[&'a str]) -> Option<&'a str> {
        let mut headers = HeaderMap::new();
        for line in accept {
            headers.append(header::ACCEPT, HeaderValue::from_str(line).unwrap());
        }
        best(&headers, offered.iter().copied())
    }

    #[test]
    fn the_best_is_what_the_client_says() {
        let both = &["text/html", "application/json"];
        for (accept, best) in [
            (&[][..], Some("text/html")),
            (&[""], Some("text/html")),
            (&["garbage, text/html;q=x"], Some("text/html")),
            (&["*/*"], Some("text/html")),
            (&["application/json"], Some("application/json")),
            (&["Application/JSON;Q=0.5"], Some("application/json")),
            (
                &["application/*, text/html;q=0.9"],
                Some("application/json"),
            ),
            (
                &["text/html;q=0.9", "application/json"],
                Some("application/json"),
            ),
            (&["text/html;q=0, */*;q=0.1"], Some("application/json")),
            (&["text/html;q=0.7, */*"], Some("application/json")),
            (
                &["text/*;q=0.3, text/html;q=0.7, */*;q=0.5"],
                Some("text/html"),
            ),
            (&["image/png"], None),
            (&["text/html;level=1"], None),
            (
                &["text/html;q=1.001, application/json;q=0.001"],
                Some("application/json"),
            ),
            (
                &["*/html, application/json;q=0.1"],
                Some("application/json"),
            ),
            (
                &[r#"text/plain;x="a,b;\",text/html", application/json;q=0.1"#],
                Some("application/json"),
            ),
        ] {
            assert_eq!(of(accept, both), best, "{accept:?}");
        }
    }

    /// The example of RFC 9110, 12.5.1.
    #[test]
    fn the_most_precise_range_counts() {
        let accept = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5";
        let types = [
            ("text/plain;format=flowed", 1000),
            ("text/plain", 700),
            ("text/html", 300),
            ("image/jpeg", 500),
            ("text/plain;format=fixed", 400),
            ("text/plain;Format=\"Flowed\";charset=utf-8", 1000),
            ("no type", 0),
        ];
        let ranges: Vec<Range<'_>> = split(accept, b',').filter_map(Range::parse).collect();
        for (name, quality) in types {
            assert_eq!(weight(name, &ranges), quality, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_header_is_too_odd(accept in "[ -~]{0,60}") {
            let best = of(&[&accept], &["text/html", "a/b;c=d"]);
            prop_assert!(best.is_none_or(|best| ["text/html", "a/b;c=d"].contains(&best)));
        }

        /// The order of the ranges is irrelevant, and no better match is passed
        /// over.
        #[test]
        fn the_best_is_the_best(
            ranges in proptest::collection::vec((0_usize..6, 0_u16..=1000), 1..6),
        ) {
            let names = ["a/x", "a/y", "b/x", "a/*", "b/*", "*/*"];
            let element = |&(name, weight): &(usize, u16)| {
                format!("{};q={}.{:03}", names[name], weight / 1000, weight % 1000)
            };
            let elements: Vec<String> = ranges.iter().map(element).collect();
            let offered = &names[..3];
            let chosen = of(&[&elements.join(", ")], offered);
            let backwards: Vec<&str> = elements.iter().rev().map(String::as_str).collect();
            prop_assert_eq!(chosen, of(&backwards, offered));

            let quality = |offer: &str| {
                let any = &offer[..2];
                let precise = [offer.to_owned(), format!("{any}*"), "*/*".to_owned()];
                precise.iter().find_map(|wanted| {
                    let same = ranges.iter().filter(|(name, _)| names[*name] == wanted);
                    same.map(|(_, weight)| *weight).max()
                })
            };
            let most = offered.iter().filter_map(|offer| quality(offer)).max().unwrap_or(0);
            match chosen {
                None => prop_assert_eq!(most, 0),
                Some(chosen) => prop_assert_eq!(quality(chosen), Some(most)),
            }
        }
    }
}
