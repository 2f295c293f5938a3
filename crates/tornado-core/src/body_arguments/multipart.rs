//! `multipart/form-data` (RFC 7578), as Tornado reads it.

use bytes::Bytes;
use memchr::memmem;

use super::content_disposition::{self, ContentDisposition};
use super::{BodyError, Files, HttpFile};
use crate::arguments::Arguments;
use crate::settings::MultipartConfig;

pub(super) fn parse(
    boundary: &[u8],
    body: &Bytes,
    config: MultipartConfig,
) -> Result<(Arguments, Files), BodyError> {
    if !config.enabled {
        return Err(BodyError::new("multipart/form-data parsing is disabled"));
    }
    let quoted = boundary
        .strip_prefix(b"\"")
        .and_then(|b| b.strip_suffix(b"\""));
    let delimiter = [b"--", quoted.unwrap_or(boundary)].concat();
    let end = memmem::rfind(body, &[&delimiter[..], b"--"].concat())
        .ok_or_else(|| BodyError::new("Invalid multipart/form-data: no final boundary found"))?;
    let separator = [&delimiter[..], b"\r\n"].concat();
    let (mut arguments, mut files) = (Arguments::default(), Files::default());
    let mut count = 0;
    let mut boundaries = memmem::find_iter(&body[..end], &separator);
    let mut from = 0;
    loop {
        let at = boundaries.next();
        let part = body.slice(from..at.unwrap_or(end));
        if !part.is_empty() {
            count += 1;
            if count > config.max_parts {
                return Err(BodyError::new("multipart/form-data has too many parts"));
            }
            let parsed = parse_part(&part, config, &mut arguments, &mut files);
            // Text before the first boundary is for people (RFC 2046, 5.1.1), unless it
            // looks like a part: then Tornado treats it as one.
            if from > 0 || at.is_none() {
                parsed?;
            }
        }
        match at {
            Some(at) => from = at + separator.len(),
            None => return Ok((arguments, files)),
        }
    }
}

fn parse_part(
    part: &Bytes,
    config: MultipartConfig,
    arguments: &mut Arguments,
    files: &mut Files,
) -> Result<(), BodyError> {
    let head = memmem::find(part, b"\r\n\r\n")
        .ok_or_else(|| BodyError::new("multipart/form-data missing headers"))?;
    if head > config.max_part_header_size {
        return Err(BodyError::new("multipart/form-data part header too large"));
    }
    let text = std::str::from_utf8(&part[..head])
        .map_err(|error| BodyError(format!("the header of a part is not UTF-8: {error}")))?;
    let headers = PartHeaders::parse(text)?;
    let disposition = headers.get("content-disposition").unwrap_or_default();
    let ContentDisposition {
        kind,
        name,
        filename,
    } = content_disposition::parse(&disposition);
    if !kind.eq_ignore_ascii_case("form-data") || !part.ends_with(b"\r\n") {
        return Err(BodyError::new("Invalid multipart/form-data"));
    }
    let name = name
        .filter(|name| !name.is_empty())
        .ok_or_else(|| BodyError::new("multipart/form-data missing name"))?;
    // The line end after the head may also be the one before the boundary.
    let start = head + 4;
    let body = part.slice(start..start.max(part.len() - 2));
    match filename.filter(|filename| !filename.is_empty()) {
        Some(filename) => {
            let unknown = || "application/unknown".to_owned();
            let content_type = headers.get("content-type").unwrap_or_else(unknown);
            files.push(
                name,
                HttpFile {
                    filename,
                    content_type,
                    body,
                },
            );
        }
        None => arguments.push(name, body),
    }
    Ok(())
}

/// The headers of a part, with names in lower case.
struct PartHeaders<'a>(Vec<(String, &'a str)>);

impl<'a> PartHeaders<'a> {
    fn parse(text: &'a str) -> Result<PartHeaders<'a>, BodyError> {
        let mut headers = Vec::new();
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            if line.starts_with([' ', '\t']) {
                return Err(BodyError::new(
                    "header line cannot start with whitespace, folding not supported",
                ));
            }
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| BodyError::new("no colon in header line"))?;
            let value = value.trim_matches([' ', '\t']);
            let forbidden = |c: char| (c < ' ' && c != '\t') || c == '\x7f';
            if name.is_empty() || !name.bytes().all(is_token) {
                return Err(BodyError(format!("Invalid header name {name:?}")));
            }
            if value.contains(forbidden) {
                return Err(BodyError(format!("Invalid header value {value:?}")));
            }
            headers.push((name.to_ascii_lowercase(), value));
        }
        Ok(PartHeaders(headers))
    }

    /// The values of a name, joined with commas.
    fn get(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .0
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, v)| *v)
            .collect();
        (!values.is_empty()).then(|| values.join(","))
    }
}

/// RFC 9110's `tchar`.
fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(boundary: &str, body: &str) -> Result<(Arguments, Files), String> {
        let body = Bytes::copy_from_slice(body.replace('\n', "\r\n").as_bytes());
        parse(boundary.as_bytes(), &body, MultipartConfig::default())
            .map_err(|error| error.to_string())
    }

    fn part(disposition: &str, value: &str) -> String {
        format!("--B\nContent-Disposition: {disposition}\n\n{value}\n")
    }

    #[test]
    fn fields_and_files_are_told_apart_by_the_file_name() {
        let body = part("form-data; name=\"a\"", "1")
            + &part(
                "form-data; name=\"f\"; filename=\"ab.txt\"\nContent-Type: text/plain",
                "x\n--y",
            )
            + &part("form-data; name=a; filename=\"\"", "")
            + "--B--\nwhat follows is nothing";
        let (arguments, files) = read("B", &body).unwrap();
        assert_eq!(
            arguments.iter().collect::<Vec<_>>(),
            [("a", &b"1"[..]), ("a", b"")]
        );
        let file = files.get("f").unwrap();
        assert_eq!(
            (file.filename(), file.content_type()),
            ("ab.txt", "text/plain")
        );
        assert_eq!(file.body(), "x\r\n--y");
        assert_eq!(files.len(), 1);
    }

    #[test]
    fn what_stands_before_the_first_boundary_is_passed_over() {
        for preamble in ["", "\n", "This is a form.\n", "a\n\nb: c\n"] {
            let body = preamble.to_owned() + &part("form-data; name=a", "1") + "--B--";
            assert_eq!(read("B", &body).unwrap().0.len(), 1, "{preamble:?}");
        }
    }

    #[test]
    fn the_boundary_may_be_quoted() {
        let body = part("form-data; name=a", "1") + "--B--";
        assert_eq!(read("\"B\"", &body).unwrap().0.len(), 1);
    }

    /// The messages are Tornado's.
    #[test]
    fn what_is_no_form_is_refused() {
        for (body, message) in [
            (
                "--B\nContent-Disposition: form-data; name=a\n\n1\n",
                "Invalid multipart/form-data: no final boundary found",
            ),
            ("preamble\n--B--", "multipart/form-data missing headers"),
            ("--B\n\n--B--", "multipart/form-data missing headers"),
            (
                "--B\nContent-Disposition: form-data; name=a\n\n1--B--",
                "Invalid multipart/form-data",
            ),
            (
                "--B\nContent-Disposition: attachment; name=a\n\n1\n--B--",
                "Invalid multipart/form-data",
            ),
            ("--B\nX: y\n\n1\n--B--", "Invalid multipart/form-data"),
            (
                "--B\nContent-Disposition: form-data\n\n1\n--B--",
                "multipart/form-data missing name",
            ),
            (
                "--B\nContent-Disposition\n\n1\n--B--",
                "no colon in header line",
            ),
            (
                "--B\n folded: a\n\n1\n--B--",
                "header line cannot start with whitespace, folding not supported",
            ),
        ] {
            assert_eq!(read("B", body).unwrap_err(), message, "{body}");
        }
        let mut body = part("form-data; name=\"a\rb\"", "1") + "--B--";
        assert!(
            read("B", &body)
                .unwrap_err()
                .starts_with("Invalid header value")
        );
        body = part(&format!("form-data; name=\"{}\"", "a".repeat(11_000)), "1") + "--B--";
        assert_eq!(
            read("B", &body).unwrap_err(),
            "multipart/form-data part header too large"
        );
    }

    #[test]
    fn a_hundred_parts_are_the_limit() {
        let body = |count| part("form-data; name=a", "1").repeat(count) + "--B--";
        assert_eq!(read("B", &body(100)).unwrap().0.len(), 100);
        assert_eq!(
            read("B", &body(101)).unwrap_err(),
            "multipart/form-data has too many parts"
        );
    }

    #[test]
    fn the_limits_are_a_setting() {
        let body = part("form-data; name=a", "1").repeat(2) + "--B--";
        let body = Bytes::from(body.replace('\n', "\r\n"));
        let default = MultipartConfig::default();
        for (config, message) in [
            (
                MultipartConfig {
                    enabled: false,
                    ..default
                },
                "multipart/form-data parsing is disabled",
            ),
            (
                MultipartConfig {
                    max_parts: 1,
                    ..default
                },
                "multipart/form-data has too many parts",
            ),
            (
                MultipartConfig {
                    max_part_header_size: 9,
                    ..default
                },
                "multipart/form-data part header too large",
            ),
        ] {
            assert_eq!(parse(b"B", &body, config).unwrap_err().to_string(), message);
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "(--B|\r\n|Content-Disposition: form-data|; ?name=|\"|\\*|[a-z'%\\\\]|--){0,40}") {
            let _ = parse(b"B", &Bytes::from(body.into_bytes()), MultipartConfig::default());
        }

        #[test]
        fn what_is_sent_is_read(value: Vec<u8>) {
            prop_assume!(memmem::find(&value, b"--B").is_none());
            let body = [&b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n"[..], &value, b"\r\n--B--\r\n"].concat();
            let (arguments, _) = parse(b"B", &body.into(), MultipartConfig::default()).unwrap();
            prop_assert_eq!(arguments.get_all("a").last(), Some(&value[..]));
        }
    }
}
