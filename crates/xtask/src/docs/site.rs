//! The built site: every link in it leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::links::{is_external, resolve};

/// The dead links in the text of all pages.
pub(super) fn check(site: &Path) -> Result<Vec<String>> {
    let mut pages = BTreeMap::new();
    read(site, "", &mut pages)?;
    if pages.len() < 2 {
        bail!("{} has no pages", site.display());
    }
    let ids: BTreeMap<&String, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, html)| (path, values(html, "id").collect()))
        .collect();
    let mut problems = Vec::new();
    for (path, html) in &pages {
        let folder = path.rfind('/').map_or("", |end| &path[..=end]);
        let links = values(html, "href").chain(values(html, "src"));
        for link in links.filter(|link| !is_external(link)) {
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match target {
                "" => Some(path.clone()),
                target => resolve(folder, target),
            };
            let found = target.filter(|target| site.join(target).is_file());
            let good = found.is_some_and(|target| {
                anchor.is_empty() || ids.get(&target).is_some_and(|ids| ids.contains(anchor))
            });
            if !good {
                problems.push(format!("{path} of the book: {link} leads nowhere"));
            }
        }
    }
    Ok(problems)
}

/// The text of every page in a folder: the contents of `<main>`.
fn read(site: &Path, folder: &str, pages: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(site.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}{name}");
        if entry.file_type()?.is_dir() {
            read(site, &format!("{path}/"), pages)?;
        } else if name.ends_with(".html") {
            let html = fs::read_to_string(entry.path())
                .with_context(|| format!("{path} can't be read"))?;
            let main = html
                .split_once("<main>")
                .and_then(|(_, html)| html.split_once("</main>"));
            if let Some((main, _)) = main {
                pages.insert(path, main.to_owned());
            }
        }
    }
    Ok(())
}

/// The values of an attribute, as mdBook writes it.
fn values<'a>(html: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {attribute}=\"");
    let mut rest = html;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(start.as_str())?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_anchors_of_the_site_are_followed() {
        let site = tempfile::tempdir().expect("a folder can be made");
        let write = |name: &str, main: &str| {
            let html = format!("<a href=\"of-the-theme\"></a><main>{main}</main>");
            std::fs::write(site.path().join(name), html).expect("a file can be written");
        };
        write(
            "a.html",
            r##"<a href="b.html#x">x</a> <a href="#y" id="y"></a>"##,
        );
        write(
            "b.html",
            r##"<p id="x"></p> <a href="c.html"></a> <a href="#z"></a>"##,
        );
        assert_eq!(
            check(site.path()).expect("it can be read"),
            [
                "b.html of the book: c.html leads nowhere",
                "b.html of the book: #z leads nowhere"
            ]
        );
    }
}
