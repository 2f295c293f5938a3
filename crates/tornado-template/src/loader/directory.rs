//! Files of a directory.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The text of a file below a directory.
pub(crate) fn read(root: &Path, name: &str) -> Result<String, Error> {
    let path = root.join(name);
    let bytes = std::fs::read(&path).map_err(|error| {
        let shown = path.display();
        if error.kind() == io::ErrorKind::NotFound {
            return Error::missing(format!("there is no template {name} ({shown})"));
        }
        Error::io(
            format!("the template {shown} can't be read: {error}"),
            error,
        )
    })?;
    String::from_utf8(bytes).map_err(|_| Error::syntax("the file is no UTF-8").at(&name.into(), 1))
}

/// The names of all files below a directory, in order.
pub(crate) fn names(root: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    walk(root, "", &mut names)?;
    names.sort();
    Ok(names)
}

fn walk(directory: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), Error> {
    let failed = |error: io::Error| {
        Error::io(
            format!(
                "the directory {} can't be read: {error}",
                directory.display()
            ),
            error,
        )
    };
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let file_name = entry.file_name();
        let Some(file_name) = file_name.to_str().filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let name = format!("{prefix}{file_name}");
        let path: PathBuf = entry.path();
        if path.is_dir() {
            walk(&path, &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}
