//! `StaticFile`: what a static file handler knows about the file it serves.

use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::StaticHandlerArgs;
use super::precompressed::Coding;

/// The file of a request: Tornado's `self.root`, `self.path`,
/// `self.absolute_path` and `self.modified`.
///
/// A hook of [`StaticFiles`](crate::StaticFiles) gets it from
/// [`static_file`](crate::InheritsStaticFiles::static_file).
#[derive(Debug)]
pub struct StaticFile {
    pub(super) root: PathBuf,
    pub(super) args: StaticHandlerArgs,
    pub(super) path: String,
    pub(super) absolute_path: PathBuf,
    pub(super) stat: Option<Stat>,
    /// What is sent in its place.
    pub(super) sibling: Option<Sibling>,
    pub(super) modified: Option<OffsetDateTime>,
    pub(super) version: Option<String>,
}

/// The compressed file that is sent instead of another.
#[derive(Debug)]
pub(super) struct Sibling {
    /// The other file.
    pub(super) of: PathBuf,
    pub(super) path: PathBuf,
    pub(super) stat: Stat,
    pub(super) coding: Coding,
}

/// A file's identity, size and time, all examined at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stat {
    pub(super) size: u64,
    pub(super) modified: Option<std::time::SystemTime>,
    /// Device and number, where the system has them: another file with the same
    /// name may have the same size and time.
    pub(super) id: (u64, u64),
}

impl StaticFile {
    pub(super) fn new(root: PathBuf, args: StaticHandlerArgs) -> StaticFile {
        StaticFile {
            root,
            args,
            path: String::new(),
            absolute_path: PathBuf::new(),
            stat: None,
            sibling: None,
            modified: None,
            version: None,
        }
    }

    /// Sets where the file is. A compressed version of the previous file is
    /// dropped.
    pub(super) fn place(&mut self, path: PathBuf) {
        self.sibling.take_if(|sibling| sibling.of != path);
        self.absolute_path = path;
    }

    /// Where the content to send is, and the `Stat` of its file.
    pub(super) fn content(&self) -> (&Path, Option<Stat>) {
        match &self.sibling {
            Some(sibling) => (&sibling.path, Some(sibling.stat)),
            None => (&self.absolute_path, self.stat),
        }
    }

    /// The directory that is served.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file's path in that directory, as returned by
    /// [`parse_url_path`](crate::StaticFiles::parse_url_path).
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where the file is; empty until
    /// [`validate_absolute_path`](crate::StaticFiles::validate_absolute_path)
    /// has found it.
    #[must_use]
    pub fn absolute_path(&self) -> &Path {
        &self.absolute_path
    }

    /// When it was last changed, according to
    /// [`get_modified_time`](crate::StaticFiles::get_modified_time).
    #[must_use]
    pub fn modified(&self) -> Option<OffsetDateTime> {
        self.modified
    }

    /// The hash of its content, or the result of
    /// [`get_content_version`](crate::StaticFiles::get_content_version)
    /// instead.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

impl Stat {
    pub(super) fn of(metadata: &std::fs::Metadata) -> Stat {
        Stat {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            id: id(metadata),
        }
    }
}

#[cfg(unix)]
fn id(metadata: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn id(_metadata: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}
