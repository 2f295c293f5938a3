//! References between pages: links, anchors, and paths of files.

use std::collections::BTreeMap;
use std::path::Path;

use super::markdown::{self, Contents};
use super::page::Page;

/// The dead references in all pages.
pub(super) fn check(root: &Path, pages: &[Page]) -> Vec<String> {
    let contents: BTreeMap<&str, Contents> = pages
        .iter()
        .map(|page| (page.path(), markdown::read(page.text())))
        .collect();
    let mut problems = Vec::new();
    for page in pages {
        let found = &contents[page.path()];
        let mut problem = |offset, text: String| {
            problems.push(format!("{}:{}: {text}", page.path(), page.line(offset)));
        };
        for link in &found.links {
            if let Err(text) = follow(root, page, &link.target, &contents) {
                problem(link.place.start, text);
            }
        }
        for (code, offset) in &found.code {
            if is_path(code) && !exists(root, code) {
                problem(*offset, format!("there is no `{code}`"));
            }
        }
    }
    problems
}

/// Whether a link leads somewhere.
fn follow(
    root: &Path,
    page: &Page,
    target: &str,
    contents: &BTreeMap<&str, Contents>,
) -> Result<(), String> {
    if is_external(target) {
        return well_formed(target);
    }
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    let path = if path.is_empty() {
        page.path().to_owned()
    } else {
        resolve(page.folder(), path)
            .ok_or_else(|| format!("the link {target} leads out of the repository"))?
    };
    if !exists(root, &path) {
        return Err(format!("the link {target} leads nowhere: no {path}"));
    }
    let Some(anchor) = anchor else { return Ok(()) };
    match contents.get(path.as_str()) {
        Some(found) if found.anchors.contains(anchor) => Ok(()),
        Some(found) => {
            let anchors: Vec<_> = found.anchors.iter().map(String::as_str).collect();
            Err(format!(
                "the link {target} leads nowhere: {path} has {}",
                anchors.join(", ")
            ))
        }
        None => Err(format!(
            "the link {target} has an anchor, but {path} has none"
        )),
    }
}

/// Whether a link leaves the repository. Such links are not followed, which
/// would need the network.
pub(super) fn is_external(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:")
}

fn well_formed(target: &str) -> Result<(), String> {
    let rest = target.strip_prefix("https://");
    // Servers that the reader starts have no TLS.
    let rest = rest.or_else(|| {
        let rest = target.strip_prefix("http://")?;
        rest.starts_with("localhost:").then_some(rest)
    });
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let good = host.is_some_and(|host| {
        host.split([':', '.']).all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
    });
    if good && !target.contains(char::is_whitespace) {
        Ok(())
    } else {
        Err(format!("{target} is no https:// link"))
    }
}

/// Turns a path relative to a folder into one relative to the root; `None` if
/// it leads out.
pub(super) fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether code in a text names a file or folder of ours.
fn is_path(code: &str) -> bool {
    let folders = ["crates/", "docs/", "examples/", "tests/"];
    folders.iter().any(|folder| code.starts_with(folder))
        && !code.contains(|c: char| c.is_whitespace() || "*<>{}:".contains(c))
}

/// Whether the file or folder exists in exactly this spelling: not every file
/// system distinguishes case, but some reader's does.
fn exists(root: &Path, path: &str) -> bool {
    let mut folder = root.to_owned();
    path.split('/').filter(|part| !part.is_empty()).all(|part| {
        let found = std::fs::read_dir(&folder)
            .is_ok_and(|mut entries| entries.any(|e| e.is_ok_and(|e| e.file_name() == part)));
        folder.push(part);
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_within_the_repository() {
        assert_eq!(
            resolve("docs/guide/", "../a.md").as_deref(),
            Some("docs/a.md")
        );
        assert_eq!(resolve("", "docs/a.md").as_deref(), Some("docs/a.md"));
        assert_eq!(resolve("docs/", "../../a.md"), None);
        assert_eq!(resolve("docs/", "/a.md"), None);
    }

    #[test]
    fn what_leads_nowhere_is_found() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::create_dir(folder.path().join("docs")).expect("a folder can be made");
        for name in ["a.md", "b.md", "c.rs"] {
            let path = folder.path().join("docs").join(name);
            std::fs::write(path, "").expect("a file can be written");
        }
        let good = "[b](b.md#here) [self](#self) [code](c.rs) [up](../docs/) `docs/c.rs` \
                    <https://www.rfc-editor.org/x> [app](http://localhost:8888/form)\n\n# Self\n";
        let bad = "# Here\n[](none.md) [](a.md#none) [](c.rs#L1) [](A.md) [](../../x) \
                   `docs/none.rs` <http://a.b> [](https:///x)\n";
        let pages = [Page::new("docs/a.md", good), Page::new("docs/b.md", bad)];
        let problems = check(folder.path(), &pages);
        let expected = [
            "none.md",
            "a.md#none",
            "c.rs#L1",
            "A.md",
            "../../x",
            "http://a.b",
            "https:///x",
            "docs/none.rs",
        ];
        assert_eq!(problems.len(), expected.len(), "{problems:#?}");
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(
                problem.starts_with("docs/b.md:2: ") && problem.contains(expected),
                "{problem}"
            );
        }
    }
}
