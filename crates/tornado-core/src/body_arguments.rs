//! Forms in the body of a request: urlencoded and multipart.

mod content_disposition;
mod file;
mod multipart;

use bytes::Bytes;
use http::{HeaderMap, header};

pub use file::{Files, HttpFile};

use crate::ParseBodyConfig;
use crate::arguments::{Arguments, parse_query};

/// The body is not a valid form of the type in its `Content-Type`. The text is
/// for the log; the client gets a 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BodyError(String);

impl BodyError {
    fn new(message: impl Into<String>) -> BodyError {
        BodyError(message.into())
    }
}

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BodyError {}

/// Reads a form from a body (Tornado's `parse_body_arguments`). Other content
/// types yield nothing.
pub(crate) fn parse_body(
    headers: &HeaderMap,
    body: &Bytes,
    config: &ParseBodyConfig,
) -> Result<(Arguments, Files), BodyError> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .map_or(&b""[..], |value| value.as_bytes());
    if begins_with(content_type, b"application/x-www-form-urlencoded") {
        refuse_encoding(headers)?;
        if has_too_many(body, config) {
            return Err(BodyError::new(
                "Invalid x-www-form-urlencoded body: Max number of fields exceeded",
            ));
        }
        Ok((parse_query(body), Files::default()))
    } else if begins_with(content_type, b"multipart/form-data") {
        refuse_encoding(headers)?;
        boundary(content_type)
            .and_then(|boundary| multipart::parse(boundary, body, config.multipart))
            .map_err(|error| BodyError(format!("Invalid multipart/form-data: {error}")))
    } else {
        Ok((Arguments::default(), Files::default()))
    }
}

/// Whether an urlencoded form or a query string exceeds the limit on arguments,
/// which is either an attack on the memory or a mistake.
pub(crate) fn has_too_many(arguments: &[u8], config: &ParseBodyConfig) -> bool {
    let limit = config.urlencoded.max_arguments;
    // A string shorter than the limit can't hold as many.
    arguments.len() >= limit && memchr::memchr_iter(b'&', arguments).count() >= limit
}

fn refuse_encoding(headers: &HeaderMap) -> Result<(), BodyError> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) => {
            let encoding = encoding.to_str().unwrap_or("not text");
            Err(BodyError(format!(
                "Unsupported Content-Encoding: {encoding}"
            )))
        }
        None => Ok(()),
    }
}

/// Whether a content type is this one, with or without parameters. Case is
/// ignored (RFC 9110, 8.3.1).
fn begins_with(content_type: &[u8], start: &[u8]) -> bool {
    let found = content_type.get(..start.len());
    found.is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// The boundary that a content type names.
fn boundary(content_type: &[u8]) -> Result<&[u8], BodyError> {
    let mut fields = content_type.split(|b| *b == b';').map(<[u8]>::trim_ascii);
    let kind = fields.next().unwrap_or_default();
    if !kind.eq_ignore_ascii_case(b"multipart/form-data") {
        return Err(BodyError::new("Invalid content type"));
    }
    fields
        .find_map(|field| {
            let name = b"boundary=";
            let value = begins_with(field, name).then(|| &field[name.len()..]);
            value.filter(|value| !value.is_empty())
        })
        .ok_or_else(|| BodyError::new("multipart boundary not found"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(content_type: &'static str, body: &'static str) -> Result<(Arguments, Files), String> {
        let headers = [(header::CONTENT_TYPE, content_type.parse().unwrap())];
        let headers = HeaderMap::from_iter(headers);
        let config = ParseBodyConfig::new();
        parse_body(&headers, &Bytes::from_static(body.as_bytes()), &config)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_content_type_decides() {
        let (arguments, _) =
            parse("application/x-www-form-urlencoded; charset=utf-8", "a=1").unwrap();
        assert_eq!(arguments.len(), 1);
        let (arguments, _) = parse("Application/X-WWW-Form-URLEncoded", "a=1").unwrap();
        assert_eq!(arguments.len(), 1);
        let body = "--B\r\ncontent-disposition: Form-Data; Name=a\r\n\r\n1\r\n--B--";
        let (arguments, _) = parse("MULTIPART/Form-Data; Boundary=B", body).unwrap();
        assert_eq!(arguments.get_all("a").last(), Some(&b"1"[..]));
        let (arguments, files) = parse("application/json", "{}").unwrap();
        assert!(arguments.is_empty() && files.is_empty());
        for (content_type, message) in [
            ("multipart/form-dataxyz; boundary=B", "Invalid content type"),
            (
                "multipart/form-data; boundary=",
                "multipart boundary not found",
            ),
            ("multipart/form-data", "multipart boundary not found"),
        ] {
            let error = parse(content_type, "").unwrap_err();
            assert_eq!(error, format!("Invalid multipart/form-data: {message}"));
        }
    }

    #[test]
    fn there_are_limits() {
        let headers = HeaderMap::from_iter([(
            header::CONTENT_TYPE,
            "application/x-www-form-urlencoded".parse().unwrap(),
        )]);
        let body = |fields: usize| Bytes::from(vec!["a=1"; fields].join("&"));
        let parse = |fields| parse_body(&headers, &body(fields), &ParseBodyConfig::new());
        assert_eq!(parse(1000).unwrap().0.len(), 1000);
        let error = parse(1001).unwrap_err();
        assert!(
            error.to_string().contains("Max number of fields"),
            "{error}"
        );
    }

    #[test]
    fn a_compressed_form_is_refused() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            "application/x-www-form-urlencoded".parse().unwrap(),
        );
        headers.insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
        let config = ParseBodyConfig::new();
        let error = parse_body(&headers, &Bytes::from_static(b"a=1"), &config).unwrap_err();
        assert_eq!(error.to_string(), "Unsupported Content-Encoding: gzip");
    }
}
