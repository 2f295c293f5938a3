//! The versions of files, computed once for each content.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha512};
use tracing::error;

use super::StaticFiles;
use super::content::PIECE;
use super::state::Stat;
use crate::log::GENERAL;
use crate::{Application, Error, Result};

/// Tornado's `MAX_CACHED_VERSIONS`: more than applications have files. It
/// bounds the memory should somebody make URLs of any paths.
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
    /// What the file looked like; `None` where it is no file of the disk.
    stat: Option<Stat>,
    version: Option<String>,
    last_used: u64,
}

/// The version, if it is known and the file has not changed since.
pub(super) fn known<H: StaticFiles>(
    app: &Application,
    path: &Path,
    stat: Option<Stat>,
) -> Option<Option<String>> {
    if !app.settings().get_static_hash_cache() {
        return None;
    }
    let cache = cache::<H>(app);
    let mut entries = cache.entries.lock().unwrap_or_else(PoisonError::into_inner);
    entries.get(path, stat)
}

/// The version of a file: known, or computed now, which reads it. `None` for
/// one that has none; why, is in the log.
pub(super) fn of<H: StaticFiles>(
    app: &Application,
    path: &Path,
    stat: Option<Stat>,
) -> Option<String> {
    if let Some(version) = known::<H>(app, path, stat) {
        return version;
    }
    let version = compute::<H>(path).unwrap_or_else(|error| {
        error!(target: GENERAL, "Could not open static file {}: {error}", path.display());
        None
    });
    if app.settings().get_static_hash_cache() {
        let cache = cache::<H>(app);
        let mut entries = cache.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.put(path, stat, version.clone(), MAX_CACHED);
    }
    version
}

fn cache<H: StaticFiles>(app: &Application) -> Arc<Cache<H>> {
    app.state_or_init(|_| Cache {
        entries: Mutex::default(),
        class: PhantomData,
    })
}

fn compute<H: StaticFiles>(path: &Path) -> Result<Option<String>> {
    if let Some(version) = H::get_content_version(path)? {
        return Ok(Some(version).filter(|version| !version.is_empty()));
    }
    let mut content = H::get_content(path, None, None)?;
    let (mut hash, mut size) = (Sha512::new(), 0);
    loop {
        let piece = content.read_piece(PIECE)?;
        if piece.is_empty() {
            break;
        }
        size += piece.len() as u64;
        if size > H::MAX_VERSION_CONTENT_SIZE {
            return Err(Error::msg(format!(
                "content is larger than MAX_VERSION_CONTENT_SIZE ({} bytes)",
                H::MAX_VERSION_CONTENT_SIZE
            )));
        }
        hash.update(&piece);
    }
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Some(digits))
}

impl Entries {
    fn get(&mut self, path: &Path, stat: Option<Stat>) -> Option<Option<String>> {
        let entry = self
            .by_path
            .get_mut(path)
            .filter(|entry| entry.stat == stat)?;
        self.clock += 1;
        entry.last_used = self.clock;
        Some(entry.version.clone())
    }

    fn put(&mut self, path: &Path, stat: Option<Stat>, version: Option<String>, max: usize) {
        if self.by_path.len() >= max && !self.by_path.contains_key(path) {
            let oldest = self.by_path.iter().min_by_key(|(_, entry)| entry.last_used);
            if let Some(path) = oldest.map(|(path, _)| path.clone()) {
                self.by_path.remove(&path);
            }
        }
        self.clock += 1;
        let entry = Entry {
            stat,
            version,
            last_used: self.clock,
        };
        self.by_path.insert(path.to_owned(), entry);
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
            })
        };
        let path = Path::new;
        entries.put(path("a"), stat(1), Some("1".to_owned()), 2);
        assert_eq!(entries.get(path("a"), stat(1)), Some(Some("1".to_owned())));
        assert_eq!(entries.get(path("a"), stat(2)), None);
        assert_eq!(entries.get(path("b"), stat(1)), None);
        // The one that was not used for longest goes.
        entries.put(path("b"), None, None, 2);
        assert!(entries.get(path("a"), stat(1)).is_some());
        entries.put(path("c"), None, None, 2);
        assert_eq!(entries.get(path("b"), None), None);
        assert!(entries.get(path("a"), stat(1)).is_some());
        assert_eq!(entries.get(path("c"), None), Some(None));
    }
}
