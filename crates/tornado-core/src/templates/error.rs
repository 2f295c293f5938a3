//! Errors on their way from a handler through a page, and back.

use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

use tornado_template::Error as TemplateError;

use crate::template_loader::TemplateLoader;
use crate::{Error, Exchange};

/// A handler's error inside that of a page.
struct Carried(Error);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl StdError for Carried {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source().source()
    }
}

/// An error of a UI module passes through the page, which may catch it as an
/// `Exception`, and ends the request as if the handler had failed with it.
impl From<Error> for TemplateError {
    fn from(error: Error) -> TemplateError {
        match error.downcast::<TemplateError>() {
            Ok(error) => error,
            Err(error) => TemplateError::from_source(Carried(error)),
        }
    }
}

/// The error that a page ends with. A handler's error keeps its nature, such as
/// the status 404, and records the template lines that it has passed.
pub(super) fn of_page(
    error: TemplateError,
    loader: &TemplateLoader,
    exchange: &Exchange,
    called_at: &'static Location<'static>,
) -> Error {
    let mut trail = Vec::new();
    // A nested page has already shown its line.
    if let [place] = error.places()
        && exchange.application().settings().get_serve_traceback()
        && let Ok(text) = loader.text(place.filename())
    {
        trail.push(lines_around(&text, place.lineno() as usize));
    }
    if !StdError::source(&error).is_some_and(<dyn StdError>::is::<Carried>) {
        let mut error = Error::from(error).at(called_at);
        trail.into_iter().for_each(|line| error.add_trail(line));
        return error;
    }
    let places = error.places().iter().map(|place| format!("# {place}"));
    let places: Vec<String> = places.collect();
    match error
        .into_source()
        .map(|source| source.downcast::<Carried>())
    {
        Ok(Ok(carried)) => {
            let mut error = carried.0;
            let trail = places.into_iter().chain(trail);
            trail.for_each(|line| error.add_trail(line));
            error
        }
        Ok(Err(_)) | Err(_) => unreachable!("its source was looked at just now"),
    }
}

/// Two lines before and after a line, with their numbers.
fn lines_around(text: &str, lineno: usize) -> String {
    let lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line));
    let near = lines.filter(|(number, _)| number.abs_diff(lineno) <= 2);
    let shown = near.map(|(number, line)| {
        let mark = if number == lineno { '>' } else { ' ' };
        format!("  {mark} {number:>4}  {line}")
    });
    shown.collect::<Vec<_>>().join("\n")
}
