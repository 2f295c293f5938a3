//! The tree of a pattern: its meaning in Python, with classes, case and flags
//! resolved.

use crate::byte_set::ByteSet;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Set(ByteSet),
    Start {
        multi_line: bool,
    },
    End {
        multi_line: bool,
    },
    WordBoundary {
        negate: bool,
        word: ByteSet,
    },
    Concat(Vec<Node>),
    Alternation(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        kind: RepeatKind,
    },
    /// A capturing group and its number, from 1.
    Capture(usize, Box<Node>),
    Group(Box<Node>),
    Atomic(Box<Node>),
    Look {
        ahead: bool,
        negate: bool,
        node: Box<Node>,
    },
    Backreference {
        group: usize,
        ignore_case: bool,
    },
    Conditional {
        group: usize,
        yes: Box<Node>,
        no: Box<Node>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RepeatKind {
    Greedy,
    Lazy,
    Possessive,
}

#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) node: Node,
    /// The name of each group, by its number minus one.
    pub(crate) groups: Vec<Option<String>>,
}
