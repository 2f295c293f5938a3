//! `cargo xtask docs`: the book, and the pages outside it.
//!
//! Pages contain the code that they show, so they read well in a repository
//! browser, too. It is quoted from files that the tests compile and run, and
//! `snippets` keeps it in sync. `links` checks the references between pages,
//! `structure` checks that no page and no crate is left out, and `prose` looks
//! for words that read as if translated. `book` builds the site with mdBook,
//! and `site` checks the result.

mod book;
mod links;
mod markdown;
mod page;
mod prose;
mod site;
mod snippets;
mod structure;

use anyhow::{Result, bail};

use self::page::Page;
use crate::workspace::Workspace;

/// Build the book, and check it and all other pages
///
/// Code in a page is quoted from the code base, as the comment above it says:
/// `<!-- include path:anchor -->`. An outdated quote fails, and so does a link,
/// an anchor or a path that leads nowhere. In the text of pages and of doc
/// comments, the words that docs/style.md lists fail as well.
#[derive(Debug, Default, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// Build nothing: only check the pages
    #[arg(long)]
    check: bool,
    /// Update the quoted code
    #[arg(long)]
    write: bool,
    /// Open the book in a browser
    #[arg(long, conflicts_with = "check")]
    open: bool,
}

impl Arguments {
    /// The arguments for a check without a build.
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
    problems.extend(prose::check(&pages, &Page::of_sources(root)?));
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

    /// Does what `cargo xtask docs --check` does, so that `cargo test` includes
    /// it.
    #[test]
    fn the_pages_are_right() {
        let workspace = Workspace::find().expect("this is a workspace");
        if let Err(error) = run(&workspace, &Arguments::check()) {
            panic!("{error:#}");
        }
    }
}
