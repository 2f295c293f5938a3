//! The contents of tags: expressions, conditions, loops, and simple statements.

use super::ast::{Expr, Name, Statement};
use super::lexer::Token;
use super::parser::{Parser, check_target};
use crate::error::Error;
use crate::value::Binary;

/// The output of `{{ .. }}`: an expression, and names to which it is assigned, as in `name = ..`.
pub(crate) fn parse_output(text: &str) -> Result<(Vec<Expr>, Expr), Error> {
    let mut parser = Parser::new(text)?;
    let (targets, value) = assignment(&mut parser)?;
    parser.end()?;
    Ok((targets, value))
}

/// `if condition` and the like: `word` and an expression.
pub(crate) fn parse_condition(text: &str, word: &str) -> Result<Expr, Error> {
    let mut parser = Parser::new(text)?;
    if !parser.take_word(word) {
        return Err(parser.unexpected());
    }
    let condition = parser.named()?;
    parser.end()?;
    Ok(condition)
}

/// `for target in iterable`.
pub(crate) fn parse_for(text: &str) -> Result<(Expr, Expr), Error> {
    let mut parser = Parser::new(text)?;
    let (target, iterable) = loop_header(&mut parser)?;
    parser.end()?;
    target
        .map(|target| (target, iterable))
        .ok_or_else(|| parser.unexpected())
}

/// `for target in iterable`, or `while condition`, which has no target.
pub(super) fn loop_header(parser: &mut Parser<'_>) -> Result<(Option<Expr>, Expr), Error> {
    if parser.take_word("while") {
        return Ok((None, parser.named()?));
    }
    if !parser.take_word("for") {
        return Err(parser.unexpected());
    }
    let target = parser.target()?;
    if !parser.take_word("in") {
        return Err(parser.unexpected());
    }
    Ok((Some(target), parser.tuple()?))
}

/// `except`, `except class`, `except class as name`.
pub(crate) struct Except {
    pub(crate) class: Option<Expr>,
    pub(crate) name: Option<Name>,
}

pub(crate) fn parse_except(text: &str) -> Result<Except, Error> {
    let mut parser = Parser::new(text)?;
    if !parser.take_word("except") {
        return Err(parser.unexpected());
    }
    if parser.peek() == Token::End {
        return Ok(Except {
            class: None,
            name: None,
        });
    }
    let class = Some(parser.test()?);
    if parser.is(",") {
        return Err(Error::syntax(
            "multiple exception types must be parenthesized",
        ));
    }
    let name = if parser.take_word("as") {
        Some(parser.name()?)
    } else {
        None
    };
    parser.end()?;
    Ok(Except { class, name })
}

/// Simple statements, separated by `;`, up to the end of the line.
pub(super) fn simple_statements(parser: &mut Parser<'_>) -> Result<Vec<Statement>, Error> {
    let mut statements = Vec::new();
    while parser.peek() != Token::End {
        statements.push(statement(parser)?);
        if !parser.take(";") {
            parser.end()?;
        }
    }
    Ok(statements)
}

fn statement(parser: &mut Parser<'_>) -> Result<Statement, Error> {
    let Token::Name(word) = parser.peek() else {
        return simple(parser);
    };
    match word {
        "import" => import(parser),
        "from" => from(parser),
        "pass" | "break" | "continue" => {
            parser.next();
            Ok(match word {
                "pass" => Statement::Pass,
                "break" => Statement::Break,
                _ => Statement::Continue,
            })
        }
        "del" => {
            parser.next();
            let target = parser.target()?;
            Ok(Statement::Delete(match target {
                Expr::Tuple(items) => items,
                target => vec![target],
            }))
        }
        "raise" => {
            parser.next();
            if parser.peek() == Token::End {
                return Ok(Statement::Raise(None));
            }
            Ok(Statement::Raise(Some(parser.test()?)))
        }
        "assert" => {
            parser.next();
            let test = parser.test()?;
            let message = if parser.take(",") {
                Some(parser.test()?)
            } else {
                None
            };
            Ok(Statement::Assert(test, message))
        }
        "try" | "with" | "def" | "class" | "global" | "nonlocal" | "return" => Err(Error::syntax(
            format!("'{word}' is not supported in {{% set %}}; the tags of templates are for that"),
        )),
        _ => simple(parser),
    }
}

/// `a = b = value`: the targets, and the value.
fn assignment(parser: &mut Parser<'_>) -> Result<(Vec<Expr>, Expr), Error> {
    let mut targets = Vec::new();
    let mut value = first(parser)?;
    while parser.take("=") {
        check_target(&value, true)?;
        targets.push(std::mem::replace(&mut value, first(parser)?));
    }
    Ok((targets, value))
}

/// A tuple; one that starts with `*` may be the target of an assignment.
fn first(parser: &mut Parser<'_>) -> Result<Expr, Error> {
    parser.tuple()
}

fn simple(parser: &mut Parser<'_>) -> Result<Statement, Error> {
    const AUGMENTED: &[(&str, Binary)] = &[
        ("+=", Binary::Add),
        ("-=", Binary::Sub),
        ("*=", Binary::Mul),
        ("/=", Binary::Div),
        ("//=", Binary::FloorDiv),
        ("%=", Binary::Mod),
        ("**=", Binary::Pow),
        ("&=", Binary::And),
        ("|=", Binary::Or),
        ("^=", Binary::Xor),
        ("<<=", Binary::ShiftLeft),
        (">>=", Binary::ShiftRight),
    ];
    let (targets, value) = assignment(parser)?;
    if !targets.is_empty() {
        return Ok(Statement::Assign(targets, value));
    }
    if let Token::Operator(text) = parser.peek()
        && let Some((_, operator)) = AUGMENTED.iter().find(|(o, _)| *o == text)
    {
        check_target(&value, false)?;
        parser.next();
        return Ok(Statement::Augment(value, *operator, parser.tuple()?));
    }
    if parser.take(":") {
        // An annotation has no meaning in a page.
        check_target(&value, false)?;
        parser.test()?;
        if parser.take("=") {
            return Ok(Statement::Assign(vec![value], parser.tuple()?));
        }
        return Ok(Statement::Pass);
    }
    Ok(Statement::Expression(value))
}

fn dotted(parser: &mut Parser<'_>) -> Result<String, Error> {
    let mut path = parser.name()?.to_string();
    while parser.take(".") {
        path.push('.');
        path.push_str(&parser.name()?);
    }
    Ok(path)
}

fn import(parser: &mut Parser<'_>) -> Result<Statement, Error> {
    parser.next();
    let path = dotted(parser)?;
    if parser.is(",") {
        return Err(Error::syntax(
            "one import in one tag, please: use several tags",
        ));
    }
    if parser.take_word("as") {
        let name = parser.name()?;
        return Ok(Statement::Import(path.into(), name, false));
    }
    let first: Name = path.split('.').next().unwrap_or_default().into();
    let whole = *first == *path;
    Ok(Statement::Import(path.into(), first, !whole))
}

fn from(parser: &mut Parser<'_>) -> Result<Statement, Error> {
    parser.next();
    if parser.is(".") {
        return Err(Error::syntax("relative imports are not supported"));
    }
    let path = dotted(parser)?;
    if !parser.take_word("import") {
        return Err(parser.unexpected());
    }
    if parser.is("*") {
        return Err(Error::syntax("import * only allowed at module level"));
    }
    let brackets = parser.take("(");
    let mut names = Vec::new();
    loop {
        let name = parser.name()?;
        let alias = if parser.take_word("as") {
            parser.name()?
        } else {
            name.clone()
        };
        names.push((name, alias));
        if !parser.take(",") || (brackets && parser.is(")")) {
            break;
        }
    }
    if brackets {
        parser.expect(")")?;
    }
    Ok(Statement::From(path.into(), names))
}
