//! `Page`: one Markdown file of the repository.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// One Markdown file, by its path from the root, with `/`.
#[derive(Debug)]
pub(super) struct Page {
    path: String,
    text: String,
    changed: bool,
}

impl Page {
    /// All pages of the repository, sorted.
    pub(super) fn all(root: &Path) -> Result<Vec<Page>> {
        let mut paths = Vec::new();
        walk(root, "", ".md", &mut paths)?;
        paths.sort();
        paths
            .into_iter()
            .map(|path| {
                let text = fs::read_to_string(root.join(&path))
                    .with_context(|| format!("{path} can't be read"))?;
                Ok(Page::new(path, text))
            })
            .collect()
    }

    /// The doc comments of all source files. Each file is a page with the same
    /// number of lines.
    pub(super) fn of_sources(root: &Path) -> Result<Vec<Page>> {
        let mut paths = Vec::new();
        for folder in ["crates/", "examples/", "tests/"] {
            walk(root, folder, ".rs", &mut paths)?;
        }
        paths.sort();
        paths
            .into_iter()
            .map(|path| {
                let source = fs::read_to_string(root.join(&path))
                    .with_context(|| format!("{path} can't be read"))?;
                Ok(Page::new(path, doc_comments(&source)))
            })
            .collect()
    }

    pub(super) fn new(path: impl Into<String>, text: impl Into<String>) -> Page {
        Page {
            path: path.into(),
            text: text.into(),
            changed: false,
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Its folder: empty, or with a final `/`.
    pub(super) fn folder(&self) -> &str {
        self.path.rfind('/').map_or("", |end| &self.path[..=end])
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the text, in memory.
    pub(super) fn set_text(&mut self, text: String) {
        self.changed |= text != self.text;
        self.text = text;
    }

    /// Whether the text differs from the file.
    pub(super) fn is_changed(&self) -> bool {
        self.changed
    }

    pub(super) fn save(&mut self, root: &Path) -> Result<()> {
        fs::write(root.join(&self.path), &self.text)
            .with_context(|| format!("{} can't be written", self.path))?;
        self.changed = false;
        Ok(())
    }

    /// The number of the line that contains a byte of the text.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }
}

/// The Markdown in the doc comments of a source file, line by line.
fn doc_comments(source: &str) -> String {
    let lines = source.lines().map(|line| {
        let line = line.trim_start();
        let text = line.strip_prefix("//!").or(line.strip_prefix("///"));
        text.filter(|text| !text.starts_with('/'))
            .unwrap_or_default()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Finds the files in a folder whose names have this ending, except in hidden
/// folders and build output.
fn walk(root: &Path, folder: &str, ending: &str, found: &mut Vec<String>) -> Result<()> {
    let entries =
        fs::read_dir(root.join(folder)).with_context(|| format!("{folder}/ can't be read"))?;
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{folder}{name}");
        if entry.file_type()?.is_dir() {
            if !name.starts_with('.') && !["target", "docs/book"].contains(&path.as_str()) {
                walk(root, &format!("{path}/"), ending, found)?;
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
    Ok(())
}
