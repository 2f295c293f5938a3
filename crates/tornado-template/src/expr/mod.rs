//! The part of Python that tags use: expressions and simple statements.

mod ast;
mod block;
mod displays;
mod fstring;
mod lexer;
mod literal;
mod parser;
mod primary;
mod statement;
mod texts;
mod visit;

pub(crate) use ast::{Arg, Clause, Expr, Kind, Name, Parameter, Piece, Statement};
pub(crate) use block::parse_statements;
pub(crate) use statement::{parse_condition, parse_except, parse_for, parse_output};
