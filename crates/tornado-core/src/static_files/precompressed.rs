//! Compressed versions next to files: `app.js.br` next to `app.js`.

use std::path::{Path, PathBuf};

use http::header::VARY;

use crate::{Output as _, RequestHandler};

/// A way in which a file may be compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coding {
    /// The name in `Content-Encoding`.
    pub(super) name: &'static str,
    /// The end of the file's name.
    suffix: &'static str,
}

/// The smallest first, for clients without a preference.
const CODINGS: [Coding; 3] = [
    Coding {
        name: "br",
        suffix: ".br",
    },
    Coding {
        name: "zstd",
        suffix: ".zst",
    },
    Coding {
        name: "gzip",
        suffix: ".gz",
    },
];

impl Coding {
    /// Where the file with this compression would be.
    pub(super) fn beside(self, path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(self.suffix);
        name.into()
    }
}

/// The codings that a client accepts, according to its `Accept-Encoding` (RFC
/// 9110, 12.5.3), in order of preference, without those that it likes less than
/// the uncompressed file.
pub(super) fn accepted(header: &str) -> Vec<Coding> {
    let elements: Vec<(&str, u16)> = header.split(',').filter_map(element).collect();
    let named = |name: &str| {
        let of_name = |(known, _): &&(&str, u16)| {
            let known = known.strip_prefix("x-").unwrap_or(known);
            known.eq_ignore_ascii_case(name)
        };
        elements.iter().find(of_name).map(|(_, weight)| *weight)
    };
    let identity = named("identity").unwrap_or(0);
    let mut accepted: Vec<(u16, Coding)> = CODINGS
        .into_iter()
        .filter_map(|coding| Some((named(coding.name).or_else(|| named("*"))?, coding)))
        .filter(|(weight, _)| *weight > 0 && *weight >= identity)
        .collect();
    // Those with the same weight stay in order.
    accepted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    accepted.into_iter().map(|(_, coding)| coding).collect()
}

/// A name and its weight in thousandths; `None` if it can't be read.
fn element(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let Some(parameter) = parts.next() else {
        return Some((name, 1000));
    };
    let (key, value) = parameter.split_once('=')?;
    let weight: f32 = value.trim().parse().ok()?;
    let good = key.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&weight);
    // Rounded to thousandths, the precision of the header.
    good.then_some((name, (weight * 1000.0).round() as u16))
}

/// Tells caches that another client may get a different file.
pub(super) fn vary<H: RequestHandler>(handler: &mut H) {
    let lines = handler.exchange().response_headers().get_all(VARY).iter();
    let there = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|name| name.trim().eq_ignore_ascii_case("accept-encoding"));
    if !there {
        handler.add_header(VARY, "Accept-Encoding");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_what_it_likes_best() {
        for (header, expected) in [
            ("", ""),
            ("gzip", "gzip"),
            ("gzip, deflate, br, zstd", "br zstd gzip"),
            ("GZIP;q=1.0, br;q=0.5", "gzip br"),
            ("br;q=0, gzip", "gzip"),
            ("br;q=0.000, *", "zstd gzip"),
            ("*;q=0.1, zstd", "zstd br gzip"),
            ("x-gzip", "gzip"),
            ("identity, br;q=0.9", ""),
            ("identity;q=0.5, br;q=0.9, gzip;q=0.4", "br"),
            ("br;q=2, zstd;q=x, gzip;level=9", ""),
            ("deflate, identity", ""),
            (",, ;q=1,gzip ; q = 0.3", "gzip"),
        ] {
            let names: Vec<_> = accepted(header).iter().map(|coding| coding.name).collect();
            assert_eq!(names.join(" "), expected, "{header}");
        }
    }
}
