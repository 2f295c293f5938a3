//! The book, made by mdBook.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::links::{is_external, resolve};
use super::markdown;
use super::page::Page;
use super::structure;
use crate::command;
use crate::workspace::Workspace;

/// The version of mdBook that the book is built with.
const MDBOOK: &str = "0.5.4";
/// The book's folder, with its `book.toml`, its table of contents and its
/// pages.
const BOOK: &str = "docs/";
/// The target of links to files outside the book.
const REPOSITORY: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/");

/// Builds the book, and returns its folder.
pub(super) fn build(workspace: &Workspace, pages: &[Page]) -> Result<PathBuf> {
    let mdbook = mdbook(workspace)?;
    let source = workspace.target().join("docs");
    let site = workspace.target().join("book");
    fs::remove_dir_all(&source).or_else(ignore_missing)?;
    copy(&workspace.path(BOOK), &source)?;
    let chapters = structure::links(pages, structure::SUMMARY);
    for page in pages.iter().filter(|page| page.path().starts_with(BOOK)) {
        let path = &page.path()[BOOK.len()..];
        fs::write(source.join(path), for_the_book(page, &chapters)?)?;
    }
    let build = command::run(
        Command::new(mdbook)
            .arg("build")
            .arg(&source)
            .arg("--dest-dir")
            .arg(&site),
    );
    build.map(|()| site)
}

/// Opens a page in a browser.
pub(super) fn open(page: &Path) -> Result<()> {
    let program = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    command::run(Command::new(program).arg(page))
}

/// The required version of mdBook, which is built if it is missing; without its
/// server, that takes half a minute.
fn mdbook(workspace: &Workspace) -> Result<PathBuf> {
    let root = workspace.target().join("tools");
    let program = root
        .join("bin")
        .join(format!("mdbook{}", std::env::consts::EXE_SUFFIX));
    let version = Command::new(&program).arg("--version").output();
    let wanted = format!("mdbook v{MDBOOK}\n");
    if version.is_ok_and(|version| version.stdout == wanted.as_bytes()) {
        return Ok(program);
    }
    eprintln!("installing mdBook {MDBOOK} into {}", root.display());
    let mut install = workspace.cargo(["install", "mdbook", "--version", MDBOOK, "--locked"]);
    install
        .args(["--debug", "--no-default-features", "--features", "search"])
        .arg("--force")
        .arg("--root")
        .arg(&root);
    command::run(&mut install)?;
    Ok(program)
}

/// A page as it is passed to mdBook: links to files outside the book lead to
/// the repository.
fn for_the_book(page: &Page, chapters: &[String]) -> Result<String> {
    let mut text = page.text().to_owned();
    let contents = markdown::read(&text);
    for link in contents.links.iter().rev() {
        let path = link.target.split('#').next().unwrap_or_default();
        if path.is_empty() || is_external(path) {
            continue;
        }
        let target = resolve(page.folder(), path).filter(|path| !chapters.contains(path));
        let Some(target) = target else { continue };
        let written = format!("]({})", link.target);
        let Some(start) = text[link.place.clone()].rfind(&written) else {
            bail!(
                "{}: write the link to {path} as [text]({path})",
                page.path()
            );
        };
        let start = link.place.start + start;
        let replaced = start..start + written.len();
        text.replace_range(replaced, &format!("]({REPOSITORY}{target})"));
    }
    Ok(text)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if !entry.file_type()?.is_dir() {
            fs::copy(entry.path(), to)?;
        } else if entry.file_name() != "book" && entry.file_name() != "__pycache__" {
            copy(&entry.path(), &to)?;
        }
    }
    Ok(())
}

fn ignore_missing(error: std::io::Error) -> std::io::Result<()> {
    match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_out_of_the_book_lead_to_the_repository() {
        let text = "[a](a.md#x) [b](../crates/b.rs) [`b`](../crates/b.rs), [c](https://c.d)";
        let page = Page::new("docs/guide.md", text);
        let text = for_the_book(&page, &["docs/a.md".to_owned()]).expect("all links are inline");
        let b = format!("{REPOSITORY}crates/b.rs");
        assert_eq!(
            text,
            format!("[a](a.md#x) [b]({b}) [`b`]({b}), [c](https://c.d)")
        );
    }
}
