//! White space between tags.

use crate::error::Error;

/// What becomes of white space in the text of a template (Tornado's
/// `filter_whitespace`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Whitespace {
    /// It stays. The default of files but those that end in `.html` and `.js`.
    All,
    /// One space for spaces and tabs, one line break for what has one.
    Single,
    /// One space for any run of it.
    Oneline,
}

impl Whitespace {
    /// The mode of a name: `all`, `single` or `oneline`.
    ///
    /// # Errors
    ///
    /// For any other name.
    pub fn named(name: &str) -> Result<Whitespace, Error> {
        match name {
            "all" => Ok(Whitespace::All),
            "single" => Ok(Whitespace::Single),
            "oneline" => Ok(Whitespace::Oneline),
            _ => Err(Error::syntax(format!("invalid whitespace mode {name}"))),
        }
    }

    /// The mode of a file without one (Tornado goes by its ending).
    pub(crate) fn of_file(name: &str) -> Whitespace {
        if name.ends_with(".html") || name.ends_with(".js") {
            Whitespace::Single
        } else {
            Whitespace::All
        }
    }

    /// Changes a text; one with a `<pre>` in it stays as it is.
    ///
    /// ```
    /// use tornado_template::Whitespace;
    ///
    /// assert_eq!(Whitespace::Single.filter("a \t b \n  c"), "a b\nc");
    /// assert_eq!(Whitespace::Oneline.filter("a \t b \n  c"), "a b c");
    /// ```
    #[must_use]
    pub fn filter(self, text: &str) -> String {
        if self == Whitespace::All || text.contains("<pre>") {
            return text.to_owned();
        }
        let mut filtered = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_space) {
            let run = &rest[start..];
            let end = run.find(|c| !is_space(c)).unwrap_or(run.len());
            filtered.push_str(&rest[..start]);
            match self {
                Whitespace::Single if run[..end].contains('\n') => filtered.push('\n'),
                Whitespace::Single => {
                    let mut blank = false;
                    for c in run[..end].chars() {
                        let is_blank = c == ' ' || c == '\t';
                        if !is_blank {
                            filtered.push(c);
                        } else if !blank {
                            filtered.push(' ');
                        }
                        blank = is_blank;
                    }
                }
                _ => filtered.push(' '),
            }
            rest = &run[end..];
        }
        filtered.push_str(rest);
        filtered
    }
}

/// What `\s` of Python's regular expressions is.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}
