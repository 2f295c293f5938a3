//! `LogFormatter`: the form of a log line.

use std::fmt::{self, Write as _};

use jiff::Zoned;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes a line as Tornado's `LogFormatter` does: level, local time, module
/// and line number in brackets, then the message, whose further lines are
/// indented. Fields follow the message as `key=value`. The fields of the
/// enclosing spans follow the first line of the message, from the outermost on.
///
/// ```
/// use tornado_web::log::LogFormatter;
/// let lines = tracing_subscriber::fmt().with_ansi(false).event_format(LogFormatter::new(false)).finish();
/// tracing::subscriber::with_default(lines, || tracing::info!(port = 8888, "listening"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LogFormatter {
    color: bool,
}

impl LogFormatter {
    /// A formatter, with Tornado's colours if `color` is set.
    #[must_use]
    pub fn new(color: bool) -> LogFormatter {
        LogFormatter { color }
    }
}

/// The letter and the colour of a level. Tornado's red is for errors.
fn style(level: Level) -> (char, &'static str) {
    match level {
        Level::ERROR => ('E', "\x1b[31m"),
        Level::WARN => ('W', "\x1b[33m"),
        Level::INFO => ('I', "\x1b[32m"),
        Level::DEBUG | Level::TRACE => ('D', "\x1b[34m"),
    }
}

impl<S, N> FormatEvent<S, N> for LogFormatter
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let (letter, color) = style(*metadata.level());
        let (color, normal) = if self.color {
            (color, "\x1b[0m")
        } else {
            ("", "")
        };
        let time = Zoned::now().strftime("%y%m%d %H:%M:%S");
        let module = module(metadata.file().unwrap_or("?"));
        let line = metadata.line().unwrap_or(0);
        let mut message = Message::default();
        event.record(&mut message);
        let mut around = String::new();
        for span in context
            .event_scope()
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>();
            if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
                around.push(' ');
                around.push_str(fields);
            }
        }
        let message = message.into_text(&around);
        writeln!(
            writer,
            "{color}[{letter} {time} {module}:{line}]{normal} {message}"
        )
    }
}

/// The name of the file without its folder and extension, as Python's `module`;
/// for a `mod.rs`, the name of its folder.
fn module(file: &str) -> &str {
    let mut parts = file.rsplit(['/', '\\']);
    let stem = parts
        .next()
        .map_or("?", |name| name.strip_suffix(".rs").unwrap_or(name));
    if stem == "mod" {
        parts.next().unwrap_or(stem)
    } else {
        stem
    }
}

/// The contents of an event.
#[derive(Default)]
struct Message {
    text: String,
    fields: String,
}

impl Message {
    /// The text, with all lines after the first indented by four spaces. The
    /// fields of the spans follow the first line. Terminal control characters,
    /// which a client may have sent, are shown in escaped form.
    fn into_text(self, around: &str) -> String {
        let mut text = String::with_capacity(self.text.len() + self.fields.len() + around.len());
        let message = self.text.trim_end();
        let (first, rest) = message.split_at(message.find('\n').unwrap_or(message.len()));
        let parts = [first, around, rest, &self.fields];
        for c in parts.into_iter().flat_map(str::chars) {
            match c {
                '\n' => text.push_str("\n    "),
                '\t' => text.push(c),
                c if c.is_control() => text.extend(c.escape_default()),
                c => text.push(c),
            }
        }
        text
    }
}

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = if field.name() == "message" {
            write!(self.text, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
        written.expect("a string takes all text");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.text.push_str(value);
        } else {
            self.record_debug(field, &value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing::{error, info, info_span, warn};

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines(color: bool, log: impl FnOnce()) -> String {
        let shared = Shared::default();
        let writer = shared.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .event_format(LogFormatter::new(color))
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let bytes = shared.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_is_tornados() {
        let text = lines(false, || warn!("first\nsecond"));
        let (head, message) = text.split_once("] ").unwrap();
        assert_eq!(message, "first\n    second\n");
        let parts: Vec<&str> = head.split(' ').collect();
        assert_eq!(parts[0], "[W");
        assert_eq!((parts[1].len(), parts[2].len()), (6, 8));
        assert!(parts[3].starts_with("formatter:"), "{head}");
    }

    #[test]
    fn fields_follow_and_control_characters_are_shown() {
        let text = lines(false, || info!(port = 1, name = "x", "a\x1b[31mb"));
        assert!(
            text.ends_with("a\\u{1b}[31mb port=1 name=\"x\"\n"),
            "{text}"
        );
    }

    #[test]
    fn the_fields_of_spans_follow_the_first_line() {
        let text = lines(false, || {
            let _outer = info_span!("outer", request_id = "abc").entered();
            let _none = info_span!("none").entered();
            let _inner = info_span!("inner", step = 2).entered();
            error!(port = 1, "broken\nbecause");
        });
        let (_, message) = text.split_once("] ").unwrap();
        assert_eq!(
            message,
            "broken request_id=\"abc\" step=2\n    because port=1\n"
        );
    }

    #[test]
    fn colours_are_for_terminals() {
        let text = lines(true, || error!("bad"));
        assert!(
            text.starts_with("\x1b[31m[E ") && text.ends_with("]\x1b[0m bad\n"),
            "{text:?}"
        );
    }

    #[test]
    fn a_module_is_named_by_its_file() {
        assert_eq!(module("crates/tornado-core/src/server/serve.rs"), "serve");
        assert_eq!(module("src/log/mod.rs"), "log");
        assert_eq!(module("main.rs"), "main");
    }
}
