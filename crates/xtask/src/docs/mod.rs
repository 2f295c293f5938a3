//! `cargo xtask docs`: the book, and the pages that are read on their own.
//!
//! Pages hold the code that they show, so that they read well in a repository
//! browser, too; it is quoted from files that the tests compile and run, and
//! `snippets` keeps it in step. `links` checks what leads from page to page, and
//! `structure` that no page and no crate is left out.
//! `book` lets mdBook make the site, and `site` checks what came out.

mod book;
mod links;
mod markdown;
mod page;
mod site;
mod snippets;
mod structure;

use anyhow::{Result, bail};

use self::page::Page;
use crate::workspace::Workspace;

/// Build the book, and check it and all other pages
///
/// Code in a page is quoted from the code base, as the comment above it says:
/// `<!-- include path:anchor -->`. A quote that is out of step fails, as does a
/// link, an anchor or a path that leads nowhere.
#[derive(Debug, Default, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// Build nothing: check the pages alone
    #[arg(long)]
    check: bool,
    /// Bring the quoted code in step
    #[arg(long)]
    write: bool,
    /// Open the book in a browser
    #[arg(long, conflicts_with = "check")]
    open: bool,
}

impl Arguments {
    /// Those of a check that builds nothing.
    pub(crate) fn check() -> Arguments {
        Arguments {
            check: true,
            ..Arguments::default()
        }
    }
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let root = workspace.root();
    let mut pages = Page::all(root)?;
    let mut problems = Vec::new();
    for page in &mut pages {
        let found = snippets::update(root, page);
        if arguments.write && page.is_changed() {
            page.save(root)?;
            println!("{} is in step again", page.path());
        }
        problems.extend(found);
        if page.is_changed() {
            problems.push(format!(
                "{}: its code is out of step; `cargo xtask docs --write` brings it in step",
                page.path()
            ));
        }
    }
    problems.extend(links::check(root, &pages));
    problems.extend(structure::check(root, &pages));
    report(&problems)?;
    if arguments.check {
        println!("{} pages are right", pages.len());
        return Ok(());
    }
    let site = book::build(workspace, &pages)?;
    report(&site::check(&site)?)?;
    let index = site.join("index.html");
    println!("the book is {}", index.display());
    if arguments.open {
        book::open(&index)?;
    }
    Ok(())
}

fn report(problems: &[String]) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    bail!("the pages are not right:\n\n{}", problems.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `cargo xtask docs --check` does, so that `cargo test` does it, too.
    #[test]
    fn the_pages_are_right() {
        let workspace = Workspace::find().expect("this is a workspace");
        if let Err(error) = run(&workspace, &Arguments::check()) {
            panic!("{error:#}");
        }
    }
}
