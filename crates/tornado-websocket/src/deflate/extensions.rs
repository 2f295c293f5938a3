//! The header `Sec-WebSocket-Extensions` (RFC 6455, section 9.1).

use std::borrow::Cow;

/// One extension that is offered or agreed on, with its parameters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Extension<'a> {
    pub(super) name: &'a str,
    pub(super) params: Vec<(&'a str, Option<Cow<'a, str>>)>,
}

/// The header is malformed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// All extensions of a header, whose lines are joined by commas. As in any HTTP
/// list, an empty element between two commas is allowed.
pub(super) fn parse(header: &str) -> Result<Vec<Extension<'_>>, Malformed> {
    let mut rest = Scanner(header);
    let mut extensions = Vec::new();
    loop {
        rest.skip_space();
        if rest.0.is_empty() {
            return Ok(extensions);
        }
        if rest.take(',') {
            continue;
        }
        let name = rest.token()?;
        let mut params = Vec::new();
        rest.skip_space();
        while rest.take(';') {
            rest.skip_space();
            let key = rest.token()?;
            rest.skip_space();
            let value = if rest.take('=') {
                rest.skip_space();
                let value = rest.value()?;
                rest.skip_space();
                Some(value)
            } else {
                None
            };
            params.push((key, value));
        }
        if !rest.0.is_empty() && !rest.take(',') {
            return Err(Malformed);
        }
        extensions.push(Extension { name, params });
    }
}

struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    fn skip_space(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn take(&mut self, c: char) -> bool {
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn token(&mut self) -> Result<&'a str, Malformed> {
        let end = self.0.find(|c| !is_token(c)).unwrap_or(self.0.len());
        let (token, rest) = self.0.split_at(end);
        self.0 = rest;
        if token.is_empty() {
            Err(Malformed)
        } else {
            Ok(token)
        }
    }

    /// A token, or a quoted one, in which a backslash may precede any character.
    fn value(&mut self) -> Result<Cow<'a, str>, Malformed> {
        if !self.take('"') {
            return self.token().map(Cow::Borrowed);
        }
        let mut value = String::new();
        let mut chars = self.0.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.0 = &self.0[at + 1..];
                    // The contents of the quotes must be a token, too.
                    let whole = !value.is_empty() && value.chars().all(is_token);
                    return if whole {
                        Ok(value.into())
                    } else {
                        Err(Malformed)
                    };
                }
                '\\' => value.push(chars.next().ok_or(Malformed)?.1),
                c => value.push(c),
            }
        }
        Err(Malformed)
    }
}

/// `tchar` of RFC 9110, section 5.6.2.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_parameters_are_read() {
        let header = " foo;a ; b = 1,, bar; c=\"1\\5\"\t,";
        let parsed = parse(header).unwrap();
        let value = |text: &'static str| Some(Cow::from(text));
        assert_eq!(
            parsed,
            [
                Extension {
                    name: "foo",
                    params: vec![("a", None), ("b", value("1"))]
                },
                Extension {
                    name: "bar",
                    params: vec![("c", value("15"))]
                },
            ]
        );
        assert_eq!(parse(""), Ok(vec![]));
        for bad in [
            "a b",
            "a;",
            "a;=1",
            "a;b=",
            "a;b=\"",
            "a;b=\"\"",
            "a;b=\"c d\"",
            "a=b",
            ";",
            "ä",
        ] {
            assert_eq!(parse(bad), Err(Malformed), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = parse(&text);
        }
    }
}
