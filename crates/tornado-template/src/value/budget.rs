//! What a page may still do and take. Python's operators and functions know no page, so
//! it is the thread's while a page runs on it. Outside of pages nothing is counted.

use std::cell::Cell;

use crate::error::Error;

/// How deep values may be nested to be compared, shown and the like.
const DEEPEST: u32 = 100;

/// How many bytes a value has by itself.
pub(crate) const VALUE: usize = 3 * size_of::<usize>();

/// What is left of a page's limits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    steps: u64,
    /// How many bytes values may still take before it has to be counted how many of
    /// them are in use.
    room: i64,
    memory: i64,
    /// Whether more was asked for than there was, by one who could perhaps not say so.
    overdrawn: bool,
}

thread_local! {
    static NOW: Cell<Budget> = const { Cell::new(Budget::UNLIMITED) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

impl Budget {
    const UNLIMITED: Budget = Budget {
        steps: u64::MAX,
        room: i64::MAX,
        memory: i64::MAX,
        overdrawn: false,
    };

    pub(crate) fn new(steps: u64, memory: usize) -> Budget {
        let memory = i64::try_from(memory).unwrap_or(i64::MAX);
        Budget {
            steps,
            room: memory,
            memory,
            overdrawn: false,
        }
    }

    /// Makes it that of the thread, until the scope ends.
    pub(crate) fn enter(self) -> Scope {
        Scope(NOW.replace(self))
    }
}

/// While it lives, the budget of a page is that of the thread. It has the one before.
pub(crate) struct Scope(Budget);

impl Scope {
    /// Ends it, with what is left.
    pub(crate) fn leave(self) -> Budget {
        NOW.replace(self.0)
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        NOW.set(self.0);
    }
}

fn too_long() -> Error {
    Error::limit("the template runs for too long")
}

pub(crate) fn too_large() -> Error {
    Error::limit("the texts and lists of the template get too large")
}

/// One step. False where there are none left, or where the memory has to be looked at.
#[inline]
pub(crate) fn step() -> bool {
    let mut now = NOW.get();
    if now.steps == 0 || now.room < 0 {
        return false;
    }
    now.steps -= 1;
    NOW.set(now);
    true
}

/// Many steps, of a function that goes through so many items.
pub(crate) fn work(steps: usize) -> Result<(), Error> {
    let mut now = NOW.get();
    let left = now.steps.checked_sub(steps as u64);
    now.steps = left.unwrap_or(0);
    now.overdrawn |= left.is_none();
    NOW.set(now);
    left.map(drop).ok_or_else(too_long)
}

/// The steps for a text that is gone through: one for 64 bytes.
#[inline]
pub(crate) fn read(bytes: usize) -> Result<(), Error> {
    if bytes < 1024 {
        return Ok(());
    }
    work(bytes / 64)
}

/// Room for so many bytes, before they are taken.
pub(crate) fn room(bytes: usize) -> Result<(), Error> {
    let mut now = NOW.get();
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    now.room = now.room.saturating_sub(bytes);
    // What is let go is counted only between steps, so up to that it may be twice as much.
    let too_much = bytes > now.memory || now.room < now.memory.saturating_neg();
    now.overdrawn |= too_much;
    NOW.set(now);
    if too_much {
        return Err(too_large());
    }
    Ok(())
}

/// Room for so many more values in a list, and `each` bytes beside each of them.
pub(crate) fn room_for(values: usize, each: usize) -> Result<(), Error> {
    room(values.saturating_mul(VALUE + each))
}

/// How many bytes there is still room for.
pub(crate) fn room_left() -> usize {
    let now = NOW.get();
    usize::try_from(now.room.saturating_add(now.memory)).unwrap_or(0)
}

/// Whether a look at the memory is what is due.
pub(crate) fn needs_count() -> bool {
    let now = NOW.get();
    now.steps > 0 && now.room < 0
}

/// So many bytes are in use.
pub(crate) fn count(bytes: usize) -> Result<(), Error> {
    let mut now = NOW.get();
    now.room = now.memory - i64::try_from(bytes).unwrap_or(i64::MAX);
    NOW.set(now);
    if now.room < 0 {
        return Err(too_large());
    }
    Ok(())
}

/// Whether nothing was asked for that was not there.
pub(crate) fn settle() -> Result<(), Error> {
    match NOW.get() {
        now if !now.overdrawn => Ok(()),
        now if now.steps == 0 => Err(too_long()),
        _ => Err(too_large()),
    }
}

/// For those who can't give an error: the page ends with the next step.
pub(crate) fn give_up() {
    let mut now = NOW.get();
    if now.memory != i64::MAX {
        now.steps = 0;
        now.overdrawn = true;
        NOW.set(now);
    }
}

/// While it lives, a container is being gone into.
pub(crate) struct Deeper;

/// Goes into a container, for what `doing` says.
pub(crate) fn deeper(doing: &str) -> Result<Deeper, Error> {
    let depth = DEPTH.get();
    if depth >= DEEPEST {
        return Err(Error::of(
            "RecursionError",
            format!("maximum recursion depth exceeded{doing}"),
        ));
    }
    DEPTH.set(depth + 1);
    Ok(Deeper)
}

impl Drop for Deeper {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}
