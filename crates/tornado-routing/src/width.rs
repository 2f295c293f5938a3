//! How much text a part of a pattern takes: a look-behind must always take the same amount.
//!
//! Python requires this. Here there is another reason: an engine that looks behind for text of any
//! length does so within a limit, and stops there without an error, as if the text were missing.

use crate::node::Node;

/// The minimum and the maximum.
type Width = (u64, u64);

/// Checks all look-behinds of a pattern; the error is Python's message.
pub(crate) fn check(node: &Node) -> Result<(), String> {
    width(node, &mut Vec::new()).map(|_| ())
}

/// `groups` has the widths of the groups that have already ended.
fn width(node: &Node, groups: &mut Vec<(usize, Width)>) -> Result<Width, String> {
    Ok(match node {
        Node::Set(_) => (1, 1),
        Node::Start { .. } | Node::End { .. } | Node::WordBoundary { .. } => (0, 0),
        Node::Concat(nodes) => {
            let mut sum: Width = (0, 0);
            for node in nodes {
                let (least, most) = width(node, groups)?;
                sum = (sum.0.saturating_add(least), sum.1.saturating_add(most));
            }
            sum
        }
        Node::Alternation(nodes) => {
            let mut widest = None;
            for node in nodes {
                let one = width(node, groups)?;
                widest = Some(widest.map_or(one, |all| either(all, one)));
            }
            widest.unwrap_or_default()
        }
        Node::Repeat { node, min, max, .. } => {
            let (least, most) = width(node, groups)?;
            let max = max.map_or(u64::MAX, u64::from);
            (
                least.saturating_mul(u64::from(*min)),
                most.saturating_mul(max),
            )
        }
        Node::Capture(number, node) => {
            let width = width(node, groups)?;
            groups.push((*number, width));
            width
        }
        Node::Group(node) | Node::Atomic(node) => width(node, groups)?,
        Node::Look { ahead, node, .. } => {
            let (least, most) = width(node, groups)?;
            if !ahead && least != most {
                return Err("look-behind requires fixed-width pattern".to_owned());
            }
            (0, 0)
        }
        Node::Backreference { group, .. } => groups
            .iter()
            .find(|(number, _)| number == group)
            .map_or((0, u64::MAX), |&(_, width)| width),
        Node::Conditional { yes, no, .. } => either(width(yes, groups)?, width(no, groups)?),
    })
}

fn either(one: Width, other: Width) -> Width {
    (one.0.min(other.0), one.1.max(other.1))
}
