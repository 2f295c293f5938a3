//! Lets tests watch the log: for `tornado-testing`, even if our own subscriber
//! is installed before that crate's could be.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

static INSTALLED: AtomicBool = AtomicBool::new(false);
static OBSERVE: OnceLock<fn(&Event<'_>)> = OnceLock::new();

/// Passes each line that [`is_watched`] to this function from now on, if the
/// subscriber of the process is ours. Returns whether it is.
pub fn observe(observe: fn(&Event<'_>)) -> bool {
    OBSERVE.get_or_init(|| observe);
    INSTALLED.load(Ordering::SeqCst)
}

/// Tornado's own lines can be expected from `debug` on, others from `info` on.
#[must_use]
pub fn is_watched(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO || metadata.target().starts_with("tornado")
}

pub(super) fn note(installed: bool) {
    INSTALLED.fetch_or(installed, Ordering::SeqCst);
}

pub(super) struct Observer;

impl<S: Subscriber> Layer<S> for Observer {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if let Some(observe) = OBSERVE.get() {
            observe(event);
        }
    }
}
