//! White space between tags.

use crate::error::Error;

/// How white space in the text of a template is treated (Tornado's
/// `filter_whitespace`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Whitespace {
    /// It stays. The default for files that do not end in `.html` or `.js`.
    All,
    /// Spaces and tabs become one space; a run with a line break becomes one
    /// line break.
    Single,
    /// Any run of it becomes one space.
    Oneline,
}

impl Whitespace {
    /// The mode with a name: `all`, `single` or `oneline`.
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

    /// The mode of a file without one (Tornado goes by its extension).
    pub(crate) fn of_file(name: &str) -> Whitespace {
        if name.ends_with(".html") || name.ends_with(".js") {
            Whitespace::Single
        } else {
            Whitespace::All
        }
    }

    /// Changes a text; one that contains a `<pre>` stays as it is.
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

/// What `\s` matches in Python's regular expressions.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}
