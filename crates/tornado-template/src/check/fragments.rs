//! The Python code in a template.

use crate::error::Error;
use crate::expr::{
    Expr, Statement, parse_condition, parse_except, parse_for, parse_output, parse_statements,
};
use crate::source::{Control, Node};

/// A fragment, with its line.
pub(super) struct Fragment {
    pub(super) line: u32,
    pub(super) python: Result<Python, Error>,
}

pub(super) enum Python {
    /// What is shown, tested or iterated over, and the names that are assigned.
    Expressions(Vec<Expr>, Vec<String>),
    /// `{% module .. %}`: the expression, without the word before it.
    Module(Expr),
    Statements(Vec<Statement>),
}

pub(super) fn fragments(nodes: &[Node]) -> Vec<Fragment> {
    let mut all = Vec::new();
    collect(nodes, &mut all);
    all
}

fn bound(targets: &[Expr]) -> Vec<String> {
    let mut names = Vec::new();
    for target in targets {
        target.targets(&mut |name| names.push(name.to_owned()));
    }
    names
}

fn output(text: &str) -> Result<Python, Error> {
    let (targets, value) = parse_output(text)?;
    let names = bound(&targets);
    Ok(Python::Expressions(
        targets.into_iter().chain([value]).collect(),
        names,
    ))
}

fn condition(text: &str, word: &str) -> Result<Python, Error> {
    Ok(Python::Expressions(
        vec![parse_condition(text, word)?],
        Vec::new(),
    ))
}

fn except(text: &str) -> Result<Python, Error> {
    let except = parse_except(text)?;
    let names = except.name.iter().map(|name| name.to_string()).collect();
    Ok(Python::Expressions(
        except.class.into_iter().collect(),
        names,
    ))
}

fn for_loop(text: &str) -> Result<Python, Error> {
    let (target, iterable) = parse_for(text)?;
    let names = bound(std::slice::from_ref(&target));
    Ok(Python::Expressions(vec![iterable, target], names))
}

fn collect(nodes: &[Node], all: &mut Vec<Fragment>) {
    for node in nodes {
        let (line, python) = match node {
            Node::Expression { text, line, .. } => (*line, output(text)),
            Node::Module { text, line } => (
                *line,
                parse_output(text).map(|(_, value)| Python::Module(value)),
            ),
            Node::Statement { text, line } => {
                (*line, parse_statements(text, None).map(Python::Statements))
            }
            Node::Apply { method, line, body } => {
                collect(body, all);
                (*line, output(method))
            }
            Node::Block { body, .. } => {
                collect(body, all);
                continue;
            }
            Node::Control {
                kind,
                text,
                line,
                body,
            } => {
                let python = match kind {
                    Control::If => condition(text, "if"),
                    Control::While => condition(text, "while"),
                    Control::For => for_loop(text),
                    Control::Try => Ok(Python::Statements(Vec::new())),
                };
                all.push(Fragment {
                    line: *line,
                    python,
                });
                collect(body, all);
                continue;
            }
            Node::Intermediate { text, line } if text.starts_with("elif") => {
                (*line, condition(text, "elif"))
            }
            Node::Intermediate { text, line } if text.starts_with("except") => {
                (*line, except(text))
            }
            _ => continue,
        };
        all.push(Fragment { line, python });
    }
}
