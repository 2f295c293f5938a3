//! The list of allowed arrows, as it appears in the page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context as _, Result, bail};

use super::modules::Arrow;

/// Which rooms each room may know.
#[derive(Debug, Default)]
pub(super) struct List(BTreeMap<String, BTreeSet<String>>);

/// The lists in a page, by crate: each is a code block after a comment
/// `<!-- arrows CRATE -->`, with lines `room: room, room`.
pub(super) fn read(page: &str) -> Result<BTreeMap<String, List>> {
    let mut lists = BTreeMap::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let comment = line.strip_prefix("<!-- arrows ");
        let Some(name) = comment.and_then(|line| line.strip_suffix(" -->")) else {
            continue;
        };
        if lines.next() != Some("```text") {
            bail!("behind `{line}` there is no code block that begins with ```text");
        }
        let mut list = List::default();
        for line in lines.by_ref().take_while(|line| *line != "```") {
            let (room, known) = line
                .split_once(':')
                .with_context(|| format!("{name}: `{line}` is not `room: room, room`"))?;
            let known = known.split(',').map(|room| room.trim().to_owned());
            if list.0.insert(room.to_owned(), known.collect()).is_some() {
                bail!("{name}: `{room}` stands there twice");
            }
        }
        lists.insert(name.to_owned(), list);
    }
    if lists.is_empty() {
        bail!("the page has no `<!-- arrows CRATE -->`");
    }
    Ok(lists)
}

impl List {
    pub(super) fn of(arrows: &[Arrow]) -> List {
        let mut list = List::default();
        for arrow in arrows {
            let (from, to) = (arrow.source_room(), arrow.target_room());
            if from != to {
                let known = list.0.entry(from.to_owned()).or_default();
                known.insert(to.to_owned());
            }
        }
        list
    }

    pub(super) fn allows(&self, from: &str, to: &str) -> bool {
        self.0.get(from).is_some_and(|known| known.contains(to))
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .flat_map(|(from, known)| known.iter().map(|to| (from.as_str(), to.as_str())))
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (room, known) in &self.0 {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            writeln!(f, "{room}: {}", known.join(", "))?;
        }
        Ok(())
    }
}
