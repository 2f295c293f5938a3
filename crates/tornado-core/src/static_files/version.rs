//! The versions of files, computed once per content.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha512};
use tokio::sync::OnceCell;
use tracing::{error, warn};

use super::StaticFiles;
use super::blocking::blocking_while_asked;
use super::content::PIECE;
use super::state::Stat;
use crate::log::GENERAL;
use crate::{Application, Error, Result};

/// Tornado's `MAX_CACHED_VERSIONS`: more files than applications have. It
/// bounds the memory in case somebody makes URLs for arbitrary paths.
const MAX_CACHED: usize = 10_000;

/// The versions that one class of handlers has computed.
struct Cache<H> {
    entries: Mutex<Entries>,
    class: PhantomData<fn() -> H>,
}

#[derive(Default)]
struct Entries {
    by_path: HashMap<PathBuf, Entry>,
    clock: u64,
}

struct Entry {
    /// The file's `Stat`; `None` if it is not on disk.
    stat: Option<Stat>,
    version: Arc<Version>,
    last_used: u64,
}

/// A version, once somebody has computed it; others who ask in the meantime
/// wait for it. `None` is for a file without one.
type Version = OnceCell<Option<String>>;

/// The version of a file that was examined. It is known, or computed now by
/// reading the file, once for all who ask. `None` if the file has none; the log
/// has the reason.
pub(super) async fn find<H: StaticFiles>(
    app: &Application,
    path: &Path,
    stat: Option<Stat>,
) -> Option<String> {
    let version = entry::<H>(app, path, stat);
    let compute = || {
        let path = path.to_owned();
        blocking_while_asked(move |asked| compute::<H>(&path, stat, || asked.still()))
    };
    match version.get_or_try_init(compute).await {
        Ok(version) => version.clone(),
        Err(error) => unreadable(path, &error),
    }
}

/// As `find`, for code that can't wait: two that ask at once may both read the
/// file.
pub(super) fn of<H: StaticFiles>(
    app: &Application,
    path: &Path,
    stat: Option<Stat>,
) -> Option<String> {
    let version = entry::<H>(app, path, stat);
    if let Some(version) = version.get() {
        return version.clone();
    }
    match compute::<H>(path, stat, || !app.is_over()) {
        Ok(computed) => {
            // Somebody else may have been faster, with the same result.
            let _ = version.set(computed.clone());
            computed
        }
        Err(error) => unreadable(path, &error),
    }
}

/// An error is not remembered: the next attempt may succeed.
fn unreadable(path: &Path, error: &Error) -> Option<String> {
    if !error.is::<Left>() {
        error!(target: GENERAL, "Could not open static file {}: {error}", path.display());
    }
    None
}

/// Why a version was not computed, although nothing is wrong.
#[derive(Debug)]
enum Left {
    /// The file is not the one that was examined, or is being written. It is
    /// looked up again when it is sent.
    Replaced,
    /// Nobody is waiting for it.
    Unasked,
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Left::Replaced => "the file has changed meanwhile",
            Left::Unasked => "nobody waits for its version",
        })
    }
}

impl std::error::Error for Left {}

fn entry<H: StaticFiles>(app: &Application, path: &Path, stat: Option<Stat>) -> Arc<Version> {
    if !app.settings().get_static_hash_cache() {
        return Arc::default();
    }
    let cache = cache::<H>(app);
    let mut entries = cache.entries.lock().unwrap_or_else(PoisonError::into_inner);
    entries.entry(path, stat, MAX_CACHED)
}

fn cache<H: StaticFiles>(app: &Application) -> Arc<Cache<H>> {
    app.state_or_init(|_| Cache {
        entries: Mutex::default(),
        class: PhantomData,
    })
}

fn compute<H: StaticFiles>(
    path: &Path,
    stat: Option<Stat>,
    goes_on: impl Fn() -> bool,
) -> Result<Option<String>> {
    if let Some(version) = H::get_content_version(path)? {
        return Ok(Some(version).filter(|version| !version.is_empty()));
    }
    let too_large = |size| {
        let most = H::MAX_VERSION_CONTENT_SIZE;
        if size > most {
            let path = path.display();
            warn!(target: GENERAL, "Static file {path} has no version: it is larger than {most} bytes");
        }
        size > most
    };
    let mut content = H::get_content(path, None, None)?;
    if !content.is_of(stat) {
        return Err(Left::Replaced.into());
    }
    if content.size().is_some_and(too_large) {
        return Ok(None);
    }
    let (mut hash, mut size) = (Sha512::new(), 0);
    loop {
        if !goes_on() {
            return Err(Left::Unasked.into());
        }
        let piece = content.read_piece(PIECE)?;
        if piece.is_empty() {
            break;
        }
        size += piece.len() as u64;
        if too_large(size) {
            return Ok(None);
        }
        hash.update(&piece);
    }
    if content.size().is_some_and(|expected| expected != size) {
        return Err(Left::Replaced.into());
    }
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Some(digits))
}

impl Entries {
    /// The entry of a file as it looks now; a new one if it has changed. If
    /// there are too many, the least recently used one goes.
    fn entry(&mut self, path: &Path, stat: Option<Stat>, max: usize) -> Arc<Version> {
        self.clock += 1;
        let clock = self.clock;
        if let Some(entry) = self.by_path.get_mut(path).filter(|e| e.stat == stat) {
            entry.last_used = clock;
            return Arc::clone(&entry.version);
        }
        if self.by_path.len() >= max && !self.by_path.contains_key(path) {
            let oldest = self.by_path.iter().min_by_key(|(_, entry)| entry.last_used);
            if let Some(path) = oldest.map(|(path, _)| path.clone()) {
                self.by_path.remove(&path);
            }
        }
        let version = Arc::<Version>::default();
        let entry = Entry {
            stat,
            version: Arc::clone(&version),
            last_used: clock,
        };
        self.by_path.insert(path.to_owned(), entry);
        version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_holds_as_long_as_the_file_looks_the_same() {
        let mut entries = Entries::default();
        let stat = |size| {
            Some(Stat {
                size,
                modified: None,
                id: (0, 0),
            })
        };
        let path = Path::new;
        let first = entries.entry(path("a"), stat(1), 2);
        first.set(Some("1".to_owned())).unwrap();
        assert!(Arc::ptr_eq(&first, &entries.entry(path("a"), stat(1), 2)));
        let changed = entries.entry(path("a"), stat(2), 2);
        assert_eq!(changed.get(), None);
        // The least recently used one goes.
        let b = entries.entry(path("b"), None, 2);
        assert!(Arc::ptr_eq(&changed, &entries.entry(path("a"), stat(2), 2)));
        entries.entry(path("c"), None, 2);
        assert!(!Arc::ptr_eq(&b, &entries.entry(path("b"), None, 2)));
    }
}
