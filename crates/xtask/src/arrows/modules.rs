//! The modules of a crate, and which file defines what another one names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::scan::{self, File, Named};

/// A module by its path from the root of the crate.
type ModulePath = Vec<String>;

pub(super) struct Modules(BTreeMap<ModulePath, Module>);

struct Module {
    /// Relative to `src`.
    file: String,
    source: File,
}

/// A file naming something in another file.
#[derive(Debug)]
pub(super) struct Arrow {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) name: String,
    pub(super) line: usize,
}

impl Arrow {
    pub(super) fn source_room(&self) -> &str {
        room(&self.from)
    }

    pub(super) fn target_room(&self) -> &str {
        room(&self.to)
    }
}

/// The folder directly under `src`, or the file without its extension.
fn room(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

impl Modules {
    pub(super) fn read(source: &Path) -> Result<Modules> {
        let mut modules = Modules(BTreeMap::new());
        modules.add(source, Vec::new(), "lib.rs")?;
        Ok(modules)
    }

    fn add(&mut self, source: &Path, path: ModulePath, file: &str) -> Result<()> {
        let text = fs::read_to_string(source.join(file)).with_context(|| file.to_owned())?;
        let scanned = scan::read(&text).with_context(|| file.to_owned())?;
        let folder = path.join("/");
        for child in &scanned.children {
            let names = [format!("{child}.rs"), format!("{child}/mod.rs")];
            let mut places = names.map(|name| format!("{folder}/{name}"));
            places
                .iter_mut()
                .for_each(|place| *place = place.trim_start_matches('/').to_owned());
            let place = places
                .iter()
                .find(|place| source.join(place).is_file())
                .with_context(|| format!("{file}: no file for `mod {child}`"))?;
            self.add(source, [path.clone(), vec![child.clone()]].concat(), place)?;
        }
        let module = Module {
            file: file.to_owned(),
            source: scanned,
        };
        self.0.insert(path, module);
        Ok(())
    }

    /// All arrows between different files. A module re-exporting what is below
    /// it is a list, not an arrow.
    pub(super) fn arrows(&self) -> Result<Vec<Arrow>> {
        let mut arrows = Vec::new();
        for (path, module) in &self.0 {
            for named in &module.source.named {
                let Some(absolute) = self.absolute(path, named) else {
                    continue;
                };
                if named.lent && absolute.starts_with(path) {
                    continue;
                }
                let Some(file) = self.find(&absolute, 0) else {
                    continue;
                };
                if *file != module.file {
                    arrows.push(Arrow {
                        from: module.file.clone(),
                        to: file.to_owned(),
                        name: named.path.last().cloned().unwrap_or_default(),
                        line: named.line,
                    });
                }
            }
        }
        Ok(arrows)
    }

    /// The path from the root of the crate; `None` for something in another
    /// crate.
    fn absolute(&self, module: &ModulePath, named: &Named) -> Option<Vec<String>> {
        let mut base = [module.as_slice(), &named.within].concat();
        let mut rest = named.path.as_slice();
        match rest.first()?.as_str() {
            "crate" => {
                base.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {
                while let [word, more @ ..] = rest
                    && word == "super"
                {
                    base.pop();
                    rest = more;
                }
            }
            // A child of this module, or something in another crate.
            first => {
                let child = [base.as_slice(), &[first.to_owned()]].concat();
                self.0.get(&child)?;
            }
        }
        Some([base.as_slice(), rest].concat())
    }

    /// The file that defines what a path leads to, through all re-exports.
    fn find(&self, path: &[String], depth: usize) -> Option<&str> {
        // The longest module that the path begins with.
        let length = (0..=path.len())
            .rev()
            .find(|length| self.0.contains_key(&path[..*length]))?;
        let module = &self.0[&path[..length]];
        let Some(name) = path.get(length).filter(|_| depth < 16) else {
            return Some(&module.file);
        };
        for named in &module.source.named {
            let lends = named.within.is_empty()
                && named.lent
                && named.alias.as_ref().is_some_and(|alias| alias == name);
            if lends {
                let mut further = self.absolute(&path[..length].to_vec(), named)?;
                further.extend_from_slice(&path[length + 1..]);
                return self.find(&further, depth + 1);
            }
        }
        Some(&module.file)
    }
}
