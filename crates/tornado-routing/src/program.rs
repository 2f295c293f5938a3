//! The patterns that need no regex engine.
//!
//! Most routes are text and a few classes: `/entry/([^/]+)`, `/user/([0-9]+)/?`. If no class can
//! take a byte with which the next part could begin, there is only one way to match, and so nothing
//! to search: a single pass over the path decides, and yields the groups. No cache, no lock.

use crate::{
    byte_set::ByteSet,
    node::{Node, Parsed},
};

/// The most groups that a program may have; patterns with more go to an engine.
pub(crate) const MAX_GROUPS: usize = 8;

/// Start and end of each group.
pub(crate) type Spans = [(usize, usize); MAX_GROUPS];

#[derive(Clone, Debug)]
pub(crate) struct Program(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    Literal(Vec<u8>),
    Class {
        set: ByteSet,
        min: usize,
        max: usize,
    },
    Open(usize),
    Close(usize),
}

impl Program {
    /// Returns `None` if the pattern has more than one way to match, or no end.
    pub(crate) fn new(parsed: &Parsed) -> Option<Program> {
        if parsed.groups.len() > MAX_GROUPS {
            return None;
        }
        let nodes = match &parsed.node {
            Node::Concat(nodes) => nodes.as_slice(),
            node => std::slice::from_ref(node),
        };
        let (last, nodes) = nodes.split_last()?;
        let nodes = match nodes {
            [Node::Start { .. }, rest @ ..] => rest,
            all => all,
        };
        if !matches!(last, Node::End { multi_line: false }) {
            return None;
        }
        let mut steps = Vec::new();
        for node in nodes {
            push(node, &mut steps)?;
        }
        let program = Program(steps);
        program.is_deterministic().then_some(program)
    }

    /// The text, if the pattern is nothing else.
    pub(crate) fn literal(&self) -> Option<&[u8]> {
        match self.0.as_slice() {
            [] => Some(b""),
            [Step::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Checks from the end: no class of varying length may include the first bytes of what follows
    /// it.
    fn is_deterministic(&self) -> bool {
        let mut first = ByteSet::EMPTY;
        self.0.iter().rev().all(|step| match step {
            Step::Literal(text) => {
                first = text.first().map_or(first, |&byte| ByteSet::of(byte));
                true
            }
            Step::Class { set, min, max } => {
                let ok = min == max || set.is_disjoint(first);
                first = if *min == 0 { first.union(*set) } else { *set };
                ok
            }
            Step::Open(_) | Step::Close(_) => true,
        })
    }

    /// Matches the entire path.
    #[inline]
    pub(crate) fn run(&self, path: &[u8], spans: &mut Spans) -> bool {
        let mut at = 0;
        for step in &self.0 {
            match step {
                Step::Literal(text) => {
                    if !path[at..].starts_with(text) {
                        return false;
                    }
                    at += text.len();
                }
                Step::Class { set, min, max } => {
                    let rest = &path[at..];
                    let window = &rest[..rest.len().min(*max)];
                    let stop = window.iter().position(|&byte| !set.contains(byte));
                    let len = stop.unwrap_or(window.len());
                    if len < *min {
                        return false;
                    }
                    at += len;
                }
                Step::Open(group) => spans[*group].0 = at,
                Step::Close(group) => spans[*group].1 = at,
            }
        }
        at == path.len()
    }
}

fn push(node: &Node, steps: &mut Vec<Step>) -> Option<()> {
    match node {
        Node::Set(set) => match set.single() {
            Some(byte) => {
                if let Some(Step::Literal(text)) = steps.last_mut() {
                    text.push(byte);
                } else {
                    steps.push(Step::Literal(vec![byte]));
                }
            }
            None => steps.push(Step::Class {
                set: *set,
                min: 1,
                max: 1,
            }),
        },
        Node::Repeat { node, min, max, .. } => {
            // With one way to match, greedy, lazy and possessive are the same.
            let Node::Set(set) = **node else {
                return None;
            };
            let min = usize::try_from(*min).ok()?;
            let max = match max {
                Some(max) => usize::try_from(*max).ok()?,
                None => usize::MAX,
            };
            steps.push(Step::Class { set, min, max });
        }
        Node::Capture(number, node) => {
            steps.push(Step::Open(number - 1));
            push(node, steps)?;
            steps.push(Step::Close(number - 1));
        }
        Node::Group(node) => push(node, steps)?,
        Node::Concat(nodes) => nodes.iter().try_for_each(|node| push(node, steps))?,
        _ => return None,
    }
    Some(())
}
