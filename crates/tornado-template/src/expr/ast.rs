//! The parts of an expression.

use std::sync::Arc;

use crate::value::{Binary, Compare, Unary, Value};

pub(crate) type Name = Arc<str>;

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Literal(Value),
    Name(Name),
    Attribute(Box<Expr>, Name),
    Item(Box<Expr>, Box<Expr>),
    /// The three parts between the brackets; `None` if one is left out.
    Slice(Box<[Option<Expr>; 3]>),
    Call(Box<Expr>, Vec<Arg>),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Compare(Box<Expr>, Vec<(Compare, Expr)>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// `then if test else otherwise`, in the order test, then, otherwise.
    If(Box<[Expr; 3]>),
    Tuple(Vec<Expr>),
    List(Vec<Expr>),
    Set(Vec<Expr>),
    /// Keys and values; no key for `**value`.
    Dict(Vec<(Option<Expr>, Expr)>),
    Starred(Box<Expr>),
    Lambda(Vec<Parameter>, Box<Expr>),
    Comprehension {
        kind: Kind,
        /// A single expression, or the key and value of a dict.
        element: Box<(Expr, Option<Expr>)>,
        clauses: Vec<Clause>,
    },
    Format(Vec<Piece>),
    Assign(Name, Box<Expr>),
}

#[derive(Clone, Debug)]
pub(crate) enum Arg {
    Positional(Expr),
    Named(Name, Expr),
    Star(Expr),
    StarStar(Expr),
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Name,
    pub(crate) default: Option<Expr>,
    /// 1 for `*args`, 2 for `**kwargs`.
    pub(crate) stars: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Clone, Debug)]
pub(crate) struct Clause {
    pub(crate) target: Expr,
    pub(crate) iterable: Expr,
    pub(crate) conditions: Vec<Expr>,
}

/// A part of an f-string.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(Name),
    Value {
        value: Expr,
        /// The conversion after `!`.
        conversion: Option<char>,
        spec: Vec<Piece>,
    },
}

#[derive(Clone, Debug)]
pub(crate) enum Statement {
    Expression(Expr),
    /// `a = b = value`.
    Assign(Vec<Expr>, Expr),
    Augment(Expr, Binary, Expr),
    /// What is imported, under which name, and whether the name is for its
    /// first part.
    Import(Name, Name, bool),
    From(Name, Vec<(Name, Name)>),
    Delete(Vec<Expr>),
    Raise(Option<Expr>),
    Assert(Expr, Option<Expr>),
    Pass,
    Break,
    Continue,
    /// Conditions with their bodies, and the body of `else`.
    If(Vec<(Expr, Vec<Statement>)>, Vec<Statement>),
    For(Expr, Expr, Vec<Statement>, Vec<Statement>),
    While(Expr, Vec<Statement>, Vec<Statement>),
}

impl Expr {
    pub(crate) fn text(text: &str) -> Expr {
        Expr::Literal(Value::from(text))
    }
}
