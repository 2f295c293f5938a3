//! `StaticHandlerArgs`: the arguments of `StaticFileHandler`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The setting `static_handler_args`: how the files of
/// [`static_path`](crate::Settings::static_path) are served.
///
/// ```
/// use tornado_web::{Settings, StaticHandlerArgs};
///
/// let by_hand = Settings::new()
///     .static_path("public")
///     .static_handler_args(StaticHandlerArgs::new().default_filename("index.html"));
/// let from_file = Settings::from_toml_str(r#"
///     static_path = "public"
///     static_handler_args = {default_filename = "index.html"}
/// "#).unwrap();
/// assert_eq!(by_hand.get_static_handler_args(), from_file.get_static_handler_args());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaticHandlerArgs {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default_filename: Option<String>,
    #[serde(skip_serializing_if = "Directories::is_empty")]
    pub(super) allowed_symlink_directory: Directories,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) precompressed: bool,
}

/// One directory or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Directories {
    One(PathBuf),
    Many(Vec<PathBuf>),
}

impl Default for Directories {
    fn default() -> Directories {
        Directories::Many(Vec::new())
    }
}

impl Directories {
    fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    pub(super) fn as_slice(&self) -> &[PathBuf] {
        match self {
            Directories::One(directory) => std::slice::from_ref(directory),
            Directories::Many(directories) => directories,
        }
    }

    /// These, or else the root.
    pub(super) fn or_root<'a>(&'a self, root: &'a Path) -> Vec<&'a Path> {
        match self.as_slice() {
            [] => vec![root],
            directories => directories.iter().map(PathBuf::as_path).collect(),
        }
    }
}

impl StaticHandlerArgs {
    /// No index file, and no links that lead out of the directory.
    #[must_use]
    pub fn new() -> StaticHandlerArgs {
        StaticHandlerArgs::default()
    }

    /// The file that is served for a directory.
    #[must_use]
    pub fn default_filename(mut self, name: impl Into<String>) -> StaticHandlerArgs {
        self.default_filename = Some(name.into());
        self
    }

    /// Whether a compressed version next to a file is sent in its place to clients that accept it:
    /// `app.js.br`, `app.js.zst` or `app.js.gz` for `app.js`. Each has its own tag, and supports
    /// ranges. The program that builds the files must create them; a version that is older than its
    /// original is still sent. Tornado has no counterpart.
    #[must_use]
    pub fn precompressed(mut self, precompressed: bool) -> StaticHandlerArgs {
        self.precompressed = precompressed;
        self
    }

    /// The directories that symbolic links may lead to, instead of the one that
    /// is served.
    #[must_use]
    pub fn allowed_symlink_directory(
        mut self,
        directories: impl IntoIterator<Item = impl Into<PathBuf>>,
    ) -> StaticHandlerArgs {
        let directories = directories.into_iter().map(Into::into).collect();
        self.allowed_symlink_directory = Directories::Many(directories);
        self
    }
}
