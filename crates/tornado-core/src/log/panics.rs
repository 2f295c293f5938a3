//! Where a panic occurred, which only the hook of the process is told.
//!
//! Code that catches a panic sees its message but not its place. So the hook is
//! wrapped once, when an application begins to log: the place is recorded for
//! the thread, and the previous hook runs as before. A hook that a program sets
//! later replaces ours unless it calls it; then the log has no place.

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::panic::{PanicHookInfo, set_hook, take_hook};

/// Where a panic occurred.
pub(crate) struct PanicPlace {
    /// `file:line:column`.
    pub(crate) place: String,
    /// Empty unless `RUST_BACKTRACE` requests it.
    pub(crate) backtrace: Backtrace,
    message: String,
}

thread_local! {
    static LAST: Cell<Option<PanicPlace>> = const { Cell::new(None) };
}

/// Records the place of every panic from now on.
pub(super) fn watch() {
    if std::thread::panicking() {
        return;
    }
    let before = take_hook();
    set_hook(Box::new(move |info| {
        note(info);
        before(info);
    }));
}

fn note(info: &PanicHookInfo<'_>) {
    let Some(location) = info.location() else {
        return;
    };
    let place = PanicPlace {
        place: location.to_string(),
        backtrace: Backtrace::capture(),
        message: info.payload_as_str().unwrap_or_default().to_owned(),
    };
    // At the end of a thread there is nobody to ask for it.
    LAST.try_with(|last| last.set(Some(place))).ok();
}

/// The place of the panic that this thread has just caught, which had this
/// message. `None` for a panic that was only resumed from another thread.
pub(crate) fn place_of_panic(message: Option<&str>) -> Option<PanicPlace> {
    let last = LAST.take()?;
    (last.message == message.unwrap_or_default()).then_some(last)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    use super::*;

    #[test]
    fn a_panic_has_its_place_and_one_that_is_carried_on_has_none() {
        watch();
        let line = line!() + 1;
        let panic = catch_unwind(|| panic!("the bottom")).unwrap_err();
        let found = place_of_panic(Some("the bottom")).unwrap().place;
        assert!(
            found.starts_with(&format!("{}:{line}:", file!())),
            "{found}"
        );
        assert!(place_of_panic(Some("the bottom")).is_none());

        catch_unwind(|| panic!("another")).unwrap_err();
        catch_unwind(AssertUnwindSafe(|| resume_unwind(panic))).unwrap_err();
        assert!(place_of_panic(Some("the bottom")).is_none());
    }
}
