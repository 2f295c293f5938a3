//! What a path on disk leads to: links, directories, files.

use std::collections::VecDeque;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::blocking::blocking;
use super::path::{no_file, outside};
use super::precompressed::{Coding, accepted};
use super::state::{Sibling, Stat};
use super::{StaticFile, StaticHandlerArgs};
use crate::{HttpError, HttpServerRequest, Result};

/// What was found.
pub(super) enum Found {
    File(PathBuf, Stat, Option<Sibling>),
    /// A directory with an index file, requested without a final slash.
    Directory,
}

/// Follows links, takes the index file of a directory, and examines the result,
/// in one step on a thread that may block.
pub(super) async fn find(
    root: &Path,
    path: PathBuf,
    file: &StaticFile,
    request: &HttpServerRequest,
) -> Result<Found> {
    let slash = request.path().ends_with('/');
    let accepts = request.header("accept-encoding");
    let codings = accepts.filter(|_| file.args.precompressed);
    let codings = codings.map_or_else(Vec::new, |accepts| accepted(&accepts));
    let (root, name, args) = (root.to_owned(), file.path.clone(), file.args.clone());
    blocking(move || look(&root, &path, &args, &name, slash, &codings)).await
}

fn look(
    root: &Path,
    path: &Path,
    args: &StaticHandlerArgs,
    name: &str,
    slash: bool,
    codings: &[Coding],
) -> Result<Found> {
    let allowed = args.allowed_symlink_directory.or_root(root);
    let mut path = follow(path, &allowed, name)?;
    if let Some(index) = args.default_filename.as_deref().filter(|_| path.is_dir()) {
        if !slash {
            return Ok(Found::Directory);
        }
        // Only now, since the result above must not reveal what is out there.
        path = follow(&path.join(index), &allowed, name)?;
    }
    match std::fs::metadata(&path) {
        Err(_) => Err(HttpError::new(404).into()),
        Ok(metadata) if !metadata.is_file() => Err(no_file(name).into()),
        Ok(metadata) => {
            let stat = Stat::of(&metadata);
            let sibling = codings
                .iter()
                .find_map(|coding| beside(&path, *coding, &allowed));
            Ok(Found::File(path, stat, sibling))
        }
    }
}

/// The file next to another one with this compression, if it exists and may be
/// served.
fn beside(path: &Path, coding: Coding, allowed: &[&Path]) -> Option<Sibling> {
    let found = follow(&coding.beside(path), allowed, "").ok()?;
    let metadata = std::fs::metadata(&found).ok()?;
    metadata.is_file().then(|| Sibling {
        of: path.to_owned(),
        path: found,
        stat: Stat::of(&metadata),
        coding,
    })
}

/// The path without symbolic links, which must be in one of the directories.
fn follow(path: &Path, allowed: &[&Path], name: &str) -> Result<PathBuf> {
    let real = real_path(path);
    let inside = allowed.iter().any(|directory| {
        std::path::absolute(directory).is_ok_and(|d| real.starts_with(real_path(&d)))
    });
    if inside {
        Ok(real)
    } else {
        Err(outside(name).into())
    }
}

/// Python's `os.path.realpath`: links are followed as far as the path exists;
/// the rest stays as it is.
fn real_path(path: &Path) -> PathBuf {
    // The system does it directly, if the path exists.
    std::fs::canonicalize(path)
        .unwrap_or_else(|_| follow_links(path, |link| std::fs::read_link(link)))
}

fn follow_links(path: &Path, read_link: impl Fn(&Path) -> io::Result<PathBuf>) -> PathBuf {
    fn own(component: Component<'_>) -> PathBuf {
        component.as_os_str().into()
    }
    let mut real = PathBuf::new();
    let mut rest: VecDeque<PathBuf> = path.components().map(own).collect();
    // A link to itself is not followed forever.
    let mut links = 40;
    while let Some(component) = rest.pop_front() {
        if component == Path::new(".") {
            continue;
        }
        if component == Path::new("..") {
            real.pop();
            continue;
        }
        let next = real.join(&component);
        match read_link(&next) {
            Ok(target) if links > 0 => {
                links -= 1;
                // Continues from here; with an absolute target, `join` starts over.
                for component in target.components().rev().map(own) {
                    rest.push_front(component);
                }
            }
            _ => real = next,
        }
    }
    real
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(path: &str, links: &[(&str, &str)]) -> String {
        let found = follow_links(Path::new(path), |link| {
            let found = links.iter().find(|(from, _)| Path::new(from) == link);
            let target = found.map(|(_, to)| PathBuf::from(to));
            target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
        });
        found.to_str().unwrap().to_owned()
    }

    #[test]
    fn links_are_followed_as_far_as_they_lead() {
        assert_eq!(real("/a/b", &[]), "/a/b");
        assert_eq!(real("/a/b", &[("/a/b", "/x/y")]), "/x/y");
        assert_eq!(real("/a/b/c", &[("/a/b", "../x")]), "/x/c");
        assert_eq!(real("/a/b", &[("/a", "z"), ("/z/b", "./q")]), "/z/q");
        assert_eq!(real("/a/b", &[("/a/b", "b")]), "/a/b");
    }
}
