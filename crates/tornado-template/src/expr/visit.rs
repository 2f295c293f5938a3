//! Visits all parts of an expression.

use super::ast::{Arg, Expr, Piece, Statement};

impl Expr {
    /// Calls a function with this expression, and with every expression in it.
    pub(crate) fn visit(&self, f: &mut dyn FnMut(&Expr)) {
        f(self);
        match self {
            Expr::Literal(_) | Expr::Name(_) => {}
            Expr::Attribute(of, _)
            | Expr::Unary(_, of)
            | Expr::Starred(of)
            | Expr::Assign(_, of) => of.visit(f),
            Expr::Item(a, b) | Expr::Binary(_, a, b) => {
                a.visit(f);
                b.visit(f);
            }
            Expr::Slice(parts) => parts.iter().flatten().for_each(|part| part.visit(f)),
            Expr::Call(function, args) => {
                function.visit(f);
                for arg in args {
                    match arg {
                        Arg::Positional(e) | Arg::Named(_, e) | Arg::Star(e) | Arg::StarStar(e) => {
                            e.visit(f)
                        }
                    }
                }
            }
            Expr::Compare(first, rest) => {
                first.visit(f);
                rest.iter().for_each(|(_, e)| e.visit(f));
            }
            Expr::And(items)
            | Expr::Or(items)
            | Expr::Tuple(items)
            | Expr::List(items)
            | Expr::Set(items) => {
                items.iter().for_each(|e| e.visit(f));
            }
            Expr::If(parts) => parts.iter().for_each(|e| e.visit(f)),
            Expr::Dict(items) => {
                for (key, value) in items {
                    if let Some(key) = key {
                        key.visit(f);
                    }
                    value.visit(f);
                }
            }
            Expr::Lambda(parameters, body) => {
                parameters
                    .iter()
                    .filter_map(|p| p.default.as_ref())
                    .for_each(|e| e.visit(f));
                body.visit(f);
            }
            Expr::Comprehension {
                element, clauses, ..
            } => {
                for clause in clauses {
                    clause.iterable.visit(f);
                    clause.target.visit(f);
                    clause.conditions.iter().for_each(|e| e.visit(f));
                }
                element.0.visit(f);
                if let Some(value) = &element.1 {
                    value.visit(f);
                }
            }
            Expr::Format(pieces) => pieces.iter().for_each(|piece| piece.visit(f)),
        }
    }

    /// The names that are assigned by an assignment to this.
    pub(crate) fn targets(&self, f: &mut dyn FnMut(&str)) {
        match self {
            Expr::Name(name) => f(name),
            Expr::Tuple(items) | Expr::List(items) => items.iter().for_each(|item| item.targets(f)),
            Expr::Starred(item) => item.targets(f),
            _ => {}
        }
    }
}

impl Piece {
    fn visit(&self, f: &mut dyn FnMut(&Expr)) {
        if let Piece::Value { value, spec, .. } = self {
            value.visit(f);
            spec.iter().for_each(|piece| piece.visit(f));
        }
    }
}

impl Statement {
    /// This statement, and all those within it.
    pub(crate) fn flatten(&self) -> Vec<&Statement> {
        let mut all = vec![self];
        match self {
            Statement::If(branches, otherwise) => {
                let bodies = branches.iter().map(|(_, body)| body).chain([otherwise]);
                all.extend(bodies.flatten().flat_map(Statement::flatten));
            }
            Statement::For(_, _, body, otherwise) | Statement::While(_, body, otherwise) => {
                all.extend(body.iter().chain(otherwise).flat_map(Statement::flatten));
            }
            _ => {}
        }
        all
    }

    /// The expressions of a statement, including targets, but without those of
    /// inner statements.
    pub(crate) fn expressions(&self) -> Vec<&Expr> {
        match self {
            Statement::Expression(e) | Statement::Raise(Some(e)) | Statement::While(e, ..) => {
                vec![e]
            }
            Statement::Assign(targets, value) => targets.iter().chain([value]).collect(),
            Statement::Augment(target, _, value) | Statement::For(target, value, ..) => {
                vec![target, value]
            }
            Statement::Delete(targets) => targets.iter().collect(),
            Statement::Assert(test, message) => std::iter::once(test).chain(message).collect(),
            Statement::If(branches, _) => branches.iter().map(|(test, _)| test).collect(),
            Statement::Import(..)
            | Statement::From(..)
            | Statement::Raise(None)
            | Statement::Pass
            | Statement::Break
            | Statement::Continue => Vec::new(),
        }
    }
}
