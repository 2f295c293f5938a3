//! Inheritance: which body a block has in a page.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Error;
use crate::source::{Node, Source};

/// How deeply files may be nested, by extends or include.
pub(crate) const DEEPEST: usize = 50;

/// The most files that one page may be assembled from.
const MOST: usize = 20_000;

/// Provides the other files of a page.
pub(crate) trait Files {
    /// The template with a name used in the file `parent`.
    fn source(&self, name: &str, parent: &Source) -> Result<Arc<Source>, Error>;
}

/// A block, with the file that contains it.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) file: Arc<Source>,
    pub(crate) body: Arc<Vec<Node>>,
}

/// The files that make up a page.
#[derive(Debug)]
pub(crate) struct Family {
    /// The file at the end of the chain of extends.
    pub(crate) root: Arc<Source>,
    pub(crate) blocks: HashMap<String, Block>,
}

pub(crate) fn family(file: &Arc<Source>, files: &dyn Files) -> Result<Family, Error> {
    let mut ancestors = Vec::new();
    find_ancestors(file, files, &mut Vec::new(), &mut ancestors)?;
    let mut finder = Finder {
        files,
        blocks: HashMap::new(),
        path: Vec::new(),
        count: 0,
    };
    for ancestor in ancestors.iter().rev() {
        finder.find(ancestor, &ancestor.nodes)?;
    }
    let root = ancestors.pop().expect("the file itself is there");
    Ok(Family {
        root,
        blocks: finder.blocks,
    })
}

fn find_ancestors(
    file: &Arc<Source>,
    files: &dyn Files,
    path: &mut Vec<Arc<str>>,
    ancestors: &mut Vec<Arc<Source>>,
) -> Result<(), Error> {
    ancestors.push(Arc::clone(file));
    path.push(Arc::clone(&file.name));
    for node in &file.nodes {
        if let Node::Extends { name, line } = node {
            let at = |error: Error| error.at(&file.name, *line);
            let parent = files.source(name, file).map_err(at)?;
            if path.contains(&parent.name) {
                let chain = path.join(" extends ");
                let message = format!("{chain} extends {}: a circle", parent.name);
                return Err(at(Error::syntax(message)));
            }
            if ancestors.len() > DEEPEST {
                return Err(at(Error::syntax("too many files extend one another")));
            }
            find_ancestors(&parent, files, path, ancestors)?;
        }
    }
    path.pop();
    Ok(())
}

struct Finder<'f> {
    files: &'f dyn Files,
    blocks: HashMap<String, Block>,
    path: Vec<Arc<str>>,
    count: usize,
}

impl Finder<'_> {
    fn find(&mut self, file: &Arc<Source>, nodes: &[Node]) -> Result<(), Error> {
        for node in nodes {
            match node {
                Node::Block { name, body, .. } => {
                    let block = Block {
                        file: Arc::clone(file),
                        body: Arc::clone(body),
                    };
                    self.blocks.insert(name.clone(), block);
                    self.find(file, body)?;
                }
                Node::Apply { body, .. } => self.find(file, body)?,
                Node::Control { body, .. } => self.find(file, body)?,
                Node::Include { name, line } => {
                    let at = |error: Error| error.at(&file.name, *line);
                    let included = self.files.source(name, file).map_err(at)?;
                    self.count += 1;
                    if self.path.contains(&included.name) || *included.name == *file.name {
                        let message = format!("{} includes itself", included.name);
                        return Err(at(Error::syntax(message)));
                    }
                    if self.path.len() > DEEPEST || self.count > MOST {
                        return Err(at(Error::syntax("too many files include one another")));
                    }
                    self.path.push(Arc::clone(&included.name));
                    self.find(&included, &included.nodes)?;
                    self.path.pop();
                }
                _ => {}
            }
        }
        Ok(())
    }
}
