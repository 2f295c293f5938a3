//! How an error is reported: with what caused it, where it was raised, and
//! through which calls.

use std::backtrace::BacktraceStatus;
use std::env;
use std::error::Error as StdError;
use std::fmt;

use super::{Error, Panicked};

/// The causes of an error, except those whose text it already includes, as many
/// errors include that of their cause.
fn causes<'a>(
    said: String,
    first: Option<&'a (dyn StdError + 'static)>,
) -> impl Iterator<Item = String> + 'a {
    let mut said = said;
    std::iter::successors(first, |&error| error.source()).filter_map(move |error| {
        let text = error.to_string();
        let new = !said.contains(&text);
        if new {
            said.clone_from(&text);
        }
        new.then_some(text)
    })
}

/// The causes at the end of a line: `message: cause: its cause`.
pub(crate) fn one_line(message: Option<&str>, cause: Option<&(dyn StdError + 'static)>) -> String {
    let message = message.unwrap_or_default().to_owned();
    let mut line = message.clone();
    for cause in causes(message, cause) {
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&cause);
    }
    line
}

/// `Debug` for an error that a `main` may end with: its message and what caused
/// it, one per line.
pub(crate) fn debug(error: &(dyn StdError + 'static), f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    for cause in causes(error.to_string(), error.source()) {
        write!(f, "\ncaused by: {cause}")?;
    }
    Ok(())
}

/// The result of [`Error::report`].
pub(super) struct Report<'a>(pub(super) &'a Error);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0.0;
        write!(f, "{}", inner.source)?;
        // A panic names its own place; this would be where it was caught.
        if !self.0.is::<Panicked>() {
            write!(f, " (at {})", inner.location)?;
        }
        for cause in causes(inner.source.to_string(), inner.source.source()) {
            write!(f, "\ncaused by: {cause}")?;
        }
        for line in &inner.trail {
            write!(f, "\n{line}")?;
        }
        if inner.backtrace.status() == BacktraceStatus::Captured {
            let backtrace = inner.backtrace.to_string();
            let full = ["RUST_LIB_BACKTRACE", "RUST_BACKTRACE"]
                .iter()
                .find_map(env::var_os)
                .is_some_and(|value| value == "full");
            let frames = if full { &backtrace } else { own(&backtrace) };
            write!(f, "\n{}", frames.trim_end())?;
        }
        Ok(())
    }
}

/// The frames above the code that has failed, as a backtrace names them.
const ABOVE: &[&str] = &[
    "std::backtrace",
    "std::panicking",
    "std::sys::backtrace",
    "core::panicking",
    "rust_begin_unwind",
    "core::option::",
    "core::result::",
    "core::ops::try_trait::FromResidual",
    "core::ops::function::",
    "core::convert::",
    "alloc::boxed::Box",
    "tornado_core::error::",
    "tornado_core::log::panics::",
];

/// The frames below the first hook: the rest is the same for every request.
const BELOW: &str = "tornado_core::dispatch::";

/// The frames of the application's own code, from the one that has failed to
/// the hook that called it; all frames, if those can't be identified.
fn own(backtrace: &str) -> &str {
    let mut start = None;
    let mut end = None;
    let mut position = 0;
    for line in backtrace.split_inclusive('\n') {
        let here = position;
        position += line.len();
        let line = line.trim_start();
        if line.starts_with("at ") {
            continue;
        }
        let symbol = line.split_once(": ").map_or(line, |(number, symbol)| {
            if number.bytes().all(|byte| byte.is_ascii_digit()) {
                symbol
            } else {
                line
            }
        });
        if start.is_none() && !ABOVE.iter().any(|above| symbol.contains(above)) {
            start = Some(here);
        }
        if symbol.contains(BELOW) {
            end = Some(here);
            break;
        }
    }
    match (start, end) {
        (Some(start), Some(end)) if start < end => &backtrace[start..end],
        (Some(start), None) => &backtrace[start..],
        _ => backtrace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKTRACE: &str = "   0: std::backtrace_rs::backtrace::trace
             at /rustc/1/library/std/src/../../backtrace/src/mod.rs:66:14
   1: std::backtrace::Backtrace::create
   2: tornado_core::error::<impl core::convert::From<E> for tornado_core::error::Error>::from
             at ./crates/tornado-core/src/error/mod.rs:200:13
   3: <core::result::Result<T,F> as core::ops::try_trait::FromResidual<E>>::from_residual
   4: books::load
             at ./src/main.rs:10:5
   5: <books::Book as tornado_core::handler::request_handler::RequestHandler>::get::{{closure}}
             at ./src/main.rs:20:5
   6: tornado_core::dispatch::driver::execute::{{closure}}
             at ./crates/tornado-core/src/dispatch/driver.rs:110:13
   7: tokio::runtime::task::core::Core<T,S>::poll
";

    #[test]
    fn a_backtrace_is_the_application_s() {
        let lines: Vec<&str> = own(BACKTRACE).lines().map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "4: books::load",
                "at ./src/main.rs:10:5",
                "5: <books::Book as tornado_core::handler::request_handler::RequestHandler>::get::{{closure}}",
                "at ./src/main.rs:20:5",
            ]
        );
        // An error raised outside a request has everything below.
        let outside = BACKTRACE.replace("tornado_core::dispatch", "books");
        assert!(own(&outside).starts_with("   4: books::load\n"));
        assert!(own(&outside).ends_with("::poll\n"));
        // Without symbols, and without a frame of the application.
        for whole in ["   0: <unknown>\n", "   0: std::backtrace::x\n", ""] {
            assert_eq!(own(whole), whole);
        }
    }

    #[test]
    fn a_cause_is_said_once() {
        let io = || std::io::Error::other("disk gone");
        assert_eq!(
            one_line(Some("can't load"), Some(&io())),
            "can't load: disk gone"
        );
        assert_eq!(
            one_line(Some("can't load: disk gone"), Some(&io())),
            "can't load: disk gone"
        );
        assert_eq!(one_line(None, Some(&io())), "disk gone");
        assert_eq!(one_line(Some("no book"), None), "no book");
    }
}
