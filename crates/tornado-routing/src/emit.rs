//! Writing a parsed pattern for the regex engines.
//!
//! The text is for engines over bytes (`unicode(false)`), needs no flags, and keeps the numbers of
//! the groups.

use std::fmt::Write;

use crate::node::{Node, RepeatKind};

/// Whether only a backtracking engine can run the pattern.
pub(crate) fn needs_backtracking(node: &Node) -> bool {
    match node {
        Node::Set(_) | Node::Start { .. } | Node::End { .. } | Node::WordBoundary { .. } => false,
        Node::Concat(nodes) | Node::Alternation(nodes) => nodes.iter().any(needs_backtracking),
        Node::Repeat { node, kind, .. } => {
            *kind == RepeatKind::Possessive || needs_backtracking(node)
        }
        Node::Capture(_, node) | Node::Group(node) => needs_backtracking(node),
        Node::Atomic(_)
        | Node::Look { .. }
        | Node::Backreference { .. }
        | Node::Conditional { .. } => true,
    }
}

/// The regex for the whole pattern, anchored at the start, as `re.match` does.
pub(crate) fn emit(node: &Node, backtracking: bool) -> String {
    let mut out = String::from(r"\A(?:");
    write(node, backtracking, &mut out);
    out.push(')');
    out
}

fn write(node: &Node, backtracking: bool, out: &mut String) {
    let group = |open: &str, node: &Node, out: &mut String| {
        out.push_str(open);
        write(node, backtracking, out);
        out.push(')');
    };
    match node {
        Node::Set(set) => set.emit(out),
        Node::Start { multi_line } => out.push_str(if *multi_line { "(?m:^)" } else { r"\A" }),
        // Python's `$` also matches before a final line feed, which no path and no host contains.
        Node::End { multi_line } => out.push_str(if *multi_line { "(?m:$)" } else { r"\z" }),
        Node::WordBoundary { negate, word } if backtracking => {
            let mut set = String::new();
            word.emit(&mut set);
            out.push_str(&if *negate {
                format!("(?:(?<={set})(?={set})|(?<!{set})(?!{set}))")
            } else {
                format!("(?:(?<={set})(?!{set})|(?<!{set})(?={set}))")
            });
        }
        // A linear engine over bytes knows only ASCII words.
        Node::WordBoundary { negate, .. } => out.push_str(if *negate { r"\B" } else { r"\b" }),
        Node::Concat(nodes) => nodes.iter().for_each(|node| write(node, backtracking, out)),
        Node::Alternation(nodes) => {
            out.push_str("(?:");
            for (index, node) in nodes.iter().enumerate() {
                if index > 0 {
                    out.push('|');
                }
                write(node, backtracking, out);
            }
            out.push(')');
        }
        // No engine repeats a match of nothing; once is the same as many times.
        Node::Repeat {
            node, min, kind, ..
        } if matches!(**node, Node::Look { .. }) => match (min, kind) {
            (0, RepeatKind::Lazy) => group("(?:|", node, out),
            (0, _) => {
                out.push_str("(?:");
                write(node, backtracking, out);
                out.push_str("|)");
            }
            _ => write(node, backtracking, out),
        },
        Node::Repeat {
            node,
            min,
            max,
            kind,
        } => {
            if *kind == RepeatKind::Possessive {
                out.push_str("(?>");
            }
            match **node {
                Node::Set(_) => write(node, backtracking, out),
                _ => group("(?:", node, out),
            }
            match (min, max) {
                (0, None) => out.push('*'),
                (1, None) => out.push('+'),
                (0, Some(1)) => out.push('?'),
                (min, None) => write!(out, "{{{min},}}").expect("a String takes all"),
                (min, Some(max)) => write!(out, "{{{min},{max}}}").expect("a String takes all"),
            }
            match kind {
                RepeatKind::Greedy => {}
                RepeatKind::Lazy => out.push('?'),
                RepeatKind::Possessive => out.push(')'),
            }
        }
        Node::Capture(_, node) => group("(", node, out),
        Node::Group(node) => group("(?:", node, out),
        Node::Atomic(node) => group("(?>", node, out),
        Node::Look {
            ahead,
            negate,
            node,
        } => {
            let open = match (ahead, negate) {
                (true, false) => "(?=",
                (true, true) => "(?!",
                (false, false) => "(?<=",
                (false, true) => "(?<!",
            };
            group(open, node, out);
        }
        Node::Backreference { group, ignore_case } => {
            let open = if *ignore_case { "(?i:" } else { "(?:" };
            write!(out, r"{open}\{group})").expect("a String takes all");
        }
        Node::Conditional { group, yes, no } => {
            write!(out, "(?({group})(?:").expect("a String takes all");
            write(yes, backtracking, out);
            out.push_str(")|(?:");
            write(no, backtracking, out);
            out.push_str("))");
        }
    }
}
