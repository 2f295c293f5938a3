//! Completeness: every page is in the table of contents, every part of the code
//! base on its map.

use std::fs;
use std::path::Path;

use super::links::resolve;
use super::markdown;
use super::page::Page;

/// The table of contents of the book.
pub(super) const SUMMARY: &str = "docs/SUMMARY.md";
/// The map of the code base.
const MAP: &str = "docs/architecture.md";

/// Everything that is left out.
pub(super) fn check(root: &Path, pages: &[Page]) -> Vec<String> {
    let mut problems = Vec::new();
    let chapters = links(pages, SUMMARY);
    for page in pages.iter().map(Page::path) {
        let is_chapter = chapters.iter().any(|chapter| chapter == page);
        if page.starts_with("docs/") && page != SUMMARY && !is_chapter {
            problems.push(format!("{page} is not in {SUMMARY}"));
        }
    }
    let places = links(pages, MAP);
    for folder in ["crates", "tests"] {
        for entry in fs::read_dir(root.join(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name();
            let path = format!("{folder}/{}/", name.to_string_lossy());
            let is_package = entry.path().join("Cargo.toml").is_file();
            if is_package && !places.iter().any(|place| place.starts_with(&path)) {
                problems.push(format!("{path} is not in {MAP}"));
            }
        }
    }
    problems
}

/// The links of a page, as paths from the root.
pub(super) fn links(pages: &[Page], path: &str) -> Vec<String> {
    let page = pages.iter().find(|page| page.path() == path);
    page.into_iter()
        .flat_map(|page| {
            let links = markdown::read(page.text()).links;
            links
                .into_iter()
                .filter_map(|link| resolve(page.folder(), &link.target))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_named() {
        let root = tempfile::tempdir().expect("a folder can be made");
        for package in ["crates/known", "crates/unknown"] {
            let folder = root.path().join(package);
            fs::create_dir_all(&folder).expect("a folder can be made");
            fs::write(folder.join("Cargo.toml"), "").expect("a file can be written");
        }
        let pages = [
            Page::new(SUMMARY, "[a](architecture.md)"),
            Page::new(MAP, "[known](../crates/known/src/lib.rs)"),
            Page::new("docs/lost.md", ""),
            Page::new("README.md", ""),
        ];
        assert_eq!(
            check(root.path(), &pages),
            [
                "docs/lost.md is not in docs/SUMMARY.md",
                "crates/unknown/ is not in docs/architecture.md"
            ]
        );
    }
}
