//! The names to which a template assigns a value.

use std::collections::BTreeSet;

use super::fragments::{Fragment, Python};
use crate::expr::{Expr, Statement};

/// The names to which a template assigns a value, including those in comprehensions and functions.
pub(super) fn bound(fragments: &[Fragment], names: &mut BTreeSet<String>) {
    imported(fragments, names);
    let expression = |e: &Expr, names: &mut BTreeSet<String>| {
        e.visit(&mut |e| match e {
            Expr::Assign(name, _) => {
                names.insert(name.to_string());
            }
            Expr::Lambda(parameters, _) => {
                names.extend(parameters.iter().map(|p| p.name.to_string()))
            }
            Expr::Comprehension { clauses, .. } => {
                for clause in clauses {
                    clause.target.targets(&mut |name| {
                        names.insert(name.to_owned());
                    });
                }
            }
            _ => {}
        });
    };
    for fragment in fragments {
        match &fragment.python {
            Ok(Python::Expressions(expressions, bound)) => {
                names.extend(bound.iter().cloned());
                expressions.iter().for_each(|e| expression(e, names));
            }
            Ok(Python::Module(e)) => expression(e, names),
            Ok(Python::Statements(statements)) => {
                for statement in statements.iter().flat_map(Statement::flatten) {
                    statement
                        .expressions()
                        .into_iter()
                        .for_each(|e| expression(e, names));
                    match statement {
                        Statement::Assign(targets, _) => targets.iter().for_each(|target| {
                            target.targets(&mut |name| {
                                names.insert(name.to_owned());
                            });
                        }),
                        Statement::Augment(target, ..) | Statement::For(target, ..) => target
                            .targets(&mut |name| {
                                names.insert(name.to_owned());
                            }),
                        _ => {}
                    }
                }
            }
            Err(_) => {}
        }
    }
}

/// The names that a template imports.
pub(super) fn imported(fragments: &[Fragment], names: &mut BTreeSet<String>) {
    for fragment in fragments {
        let Ok(Python::Statements(statements)) = &fragment.python else {
            continue;
        };
        for statement in statements.iter().flat_map(Statement::flatten) {
            match statement {
                Statement::Import(_, name, _) => {
                    names.insert(name.to_string());
                }
                Statement::From(_, all) => {
                    names.extend(all.iter().map(|(_, alias)| alias.to_string()))
                }
                _ => {}
            }
        }
    }
}
