//! Paths as text: nothing here accesses the disk.

use std::path::{Component, Path, PathBuf};

use crate::{HttpError, Result};

/// `path` within `root`, without `.` and `..` (`os.path.abspath` of
/// `os.path.join`). A `path` that begins with a slash is used as it is, and
/// then usually leads out of the root.
pub(super) fn absolute(root: &Path, path: &str) -> Result<PathBuf> {
    let mut absolute = PathBuf::new();
    for component in std::path::absolute(root.join(path))?.components() {
        match component {
            Component::ParentDir => {
                absolute.pop();
            }
            Component::CurDir => {}
            other => absolute.push(other),
        }
    }
    Ok(absolute)
}

/// A 403 for a path outside the root. `name` is for the log.
pub(super) fn check_in_root(root: &Path, path: &Path, name: &str) -> Result {
    let root = absolute(root, "")?;
    let Ok(rest) = path.strip_prefix(&root) else {
        return Err(outside(name).into());
    };
    // On Windows, `file.txt:stream` is not a file in the directory.
    if cfg!(windows) && rest.as_os_str().to_string_lossy().contains(':') {
        return Err(no_file(name).into());
    }
    Ok(())
}

pub(super) fn outside(name: &str) -> HttpError {
    HttpError::new(403).with_log_message(format!("{name} is not in root static directory"))
}

pub(super) fn no_file(name: &str) -> HttpError {
    HttpError::new(403).with_log_message(format!("{name} is not a file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(root: &str, path: &str) -> Option<String> {
        let root = Path::new(root);
        let path = absolute(root, path).unwrap();
        check_in_root(root, &path, "x").ok()?;
        Some(path.to_str().unwrap().to_owned())
    }

    #[test]
    fn only_what_is_below_the_root_is_in_it() {
        for (path, expected) in [
            ("a", Some("/srv/www/a")),
            ("a//b/./c", Some("/srv/www/a/b/c")),
            ("a/../b", Some("/srv/www/b")),
            ("a/", Some("/srv/www/a")),
            ("", Some("/srv/www")),
            (".", Some("/srv/www")),
            ("../www/a", Some("/srv/www/a")),
            ("/srv/www/a", Some("/srv/www/a")),
            ("..", None),
            ("../www2/a", None),
            ("a/../../b", None),
            ("/etc/passwd", None),
            ("//etc/passwd", None),
            ("../../../../../etc/passwd", None),
        ] {
            assert_eq!(inside("/srv/www", path).as_deref(), expected, "{path}");
            assert_eq!(inside("/srv/www/", path).as_deref(), expected, "{path}");
        }
        // With this root, the application checks paths itself.
        assert_eq!(inside("/", "etc/passwd").as_deref(), Some("/etc/passwd"));
        assert_eq!(inside("/", "/etc").as_deref(), Some("/etc"));
    }

    proptest::proptest! {
        #[test]
        fn nothing_leads_out_unseen(path in "(\\.\\.?|/|[a-z]|\u{0}|\\\\){0,12}") {
            if let Some(path) = inside("/srv/www", &path) {
                proptest::prop_assert!(Path::new(&path).starts_with("/srv/www"));
                proptest::prop_assert!(!path.split('/').any(|part| part == ".."));
            }
        }
    }
}
