//! `GZipContentEncoding`: the setting `compress_response`.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, Entry, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::HttpServerRequest;
use crate::transform::OutputTransform;

/// Compresses responses for clients that accept it, by Tornado's rules.
pub(crate) struct GZipContentEncoding {
    accepted: bool,
    /// Present once it has been decided to compress this response.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

/// What is compressed besides `text/*`.
const CONTENT_TYPES: [&str; 7] = [
    "application/javascript",
    "application/x-javascript",
    "application/xml",
    "application/atom+xml",
    "application/json",
    "application/xhtml+xml",
    "image/svg+xml",
];

/// Shorter bodies would hardly shrink. This applies to responses of one piece.
const MIN_LENGTH: usize = 1024;

/// The default of gzip itself.
const LEVEL: u32 = 6;

impl GZipContentEncoding {
    pub(crate) fn new(request: &HttpServerRequest) -> GZipContentEncoding {
        let accepted = request.header("accept-encoding");
        GZipContentEncoding {
            accepted: accepted.is_some_and(|header| accepts_gzip(&header)),
            encoder: None,
        }
    }
}

impl OutputTransform for GZipContentEncoding {
    fn transform_first_chunk(
        &mut self,
        status: &mut StatusCode,
        headers: &mut HeaderMap,
        chunk: Bytes,
        finishing: bool,
    ) -> Bytes {
        vary(headers);
        let compress = self.accepted
            && (!finishing || chunk.len() >= MIN_LENGTH)
            && headers.get(CONTENT_TYPE).is_some_and(is_compressible)
            && !headers.contains_key(CONTENT_ENCODING)
            // The client could not assemble the whole from parts.
            && *status != StatusCode::PARTIAL_CONTENT
            && !headers.contains_key(CONTENT_RANGE);
        if !compress {
            return chunk;
        }
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        weaken(headers);
        self.encoder = Some(GzEncoder::new(Vec::new(), Compression::new(LEVEL)));
        let chunk = self.transform_chunk(chunk, finishing);
        if let Entry::Occupied(mut length) = headers.entry(CONTENT_LENGTH) {
            if finishing {
                length.insert(chunk.len().into());
            } else {
                length.remove();
            }
        }
        chunk
    }

    fn transform_chunk(&mut self, chunk: Bytes, finishing: bool) -> Bytes {
        let Some(mut encoder) = self.encoder.take() else {
            return chunk;
        };
        let unfailing = "a vector takes all that is written to it";
        encoder.write_all(&chunk).expect(unfailing);
        if finishing {
            return encoder.finish().expect(unfailing).into();
        }
        // A flush is meant to arrive now.
        encoder.flush().expect(unfailing);
        let compressed = std::mem::take(encoder.get_mut());
        self.encoder = Some(encoder);
        compressed.into()
    }
}

/// Tells caches that the response depends on what the client accepts.
fn vary(headers: &mut HeaderMap) {
    let mut value = Vec::new();
    for line in headers.get_all(VARY) {
        if line.as_bytes().eq_ignore_ascii_case(b"accept-encoding") {
            return;
        }
        if !value.is_empty() {
            value.push(b',');
        }
        value.extend_from_slice(line.as_bytes());
    }
    if !value.is_empty() {
        value.extend_from_slice(b", ");
    }
    value.extend_from_slice(b"Accept-Encoding");
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(VARY, value);
    }
}

/// The compressed form is a different sequence of bytes, so a tag that both
/// share must not claim that they are identical (RFC 9110, 8.8.1).
fn weaken(headers: &mut HeaderMap) {
    let Some(tag) = headers
        .get(ETAG)
        .filter(|tag| tag.as_bytes().starts_with(b"\""))
    else {
        return;
    };
    if let Ok(weak) = HeaderValue::try_from([b"W/", tag.as_bytes()].concat()) {
        headers.insert(ETAG, weak);
    }
}

fn is_compressible(content_type: &HeaderValue) -> bool {
    let text = content_type.to_str().unwrap_or("");
    let media_type = text
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    media_type.starts_with("text/") || CONTENT_TYPES.contains(&&*media_type)
}

/// Whether an `Accept-Encoding` includes gzip (RFC 9110, 12.5.3) with a nonzero
/// weight.
fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|element| {
        let mut parts = element.split(';').map(str::trim);
        let coding = parts.next().unwrap_or("").to_ascii_lowercase();
        let refused = |weight: &str| {
            let number = weight
                .strip_prefix("q=")
                .or_else(|| weight.strip_prefix("Q="));
            number.is_some_and(|number| number.trim().parse() == Ok(0.0_f32))
        };
        matches!(&*coding, "gzip" | "x-gzip") && !parts.any(refused)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_accepted_by_name_and_with_some_weight() {
        for header in [
            "gzip",
            "deflate, gzip",
            "GZIP",
            "gzip;q=0.5",
            "br;q=1.0, gzip; q=0.001",
            "x-gzip",
        ] {
            assert!(accepts_gzip(header), "{header}");
        }
        for header in [
            "",
            "identity",
            "*",
            "gzipped",
            "gzip;q=0",
            "gzip; q=0.000",
            "br, gzip;Q=0",
        ] {
            assert!(!accepts_gzip(header), "{header}");
        }
    }

    #[test]
    fn text_is_compressible() {
        let check = |text| is_compressible(&HeaderValue::from_static(text));
        for text in [
            "text/html; charset=UTF-8",
            "text/plain",
            "application/json",
            "Image/SVG+xml ;x",
        ] {
            assert!(check(text), "{text}");
        }
        for text in [
            "image/png",
            "application/octet-stream",
            "",
            "application/gzip",
        ] {
            assert!(!check(text), "{text}");
        }
    }
}
