//! Plural forms: a C expression that says which form a number takes.

use std::fmt;
use std::iter::Peekable;
use std::vec::IntoIter;

/// Python's limits for an expression: on its characters, and on the depth of
/// its parentheses.
const MAX_LENGTH: usize = 1000;
const MAX_DEPTH: usize = 20;

/// The expression of a header such as
/// `Plural-Forms: nplurals=2; plural=n > 1;`.
///
/// It is read as Python's `gettext` reads it, which turns it into a Python
/// expression: division rounds down, `&&` and `||` return one of their sides,
/// and `!` applies to everything that follows up to one of those.
#[derive(Debug)]
pub(crate) struct Plural(Expression);

#[derive(Debug)]
enum Expression {
    N,
    Number(i128),
    Not(Box<Expression>),
    Binary(Operator, Box<[Expression; 2]>),
    /// Condition, then, else.
    Choice(Box<[Expression; 3]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    N,
    Number(i128),
    Not,
    Open,
    Close,
    Question,
    Colon,
    Operator(Operator),
}

/// Why a text is not a plural form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PluralError {
    TooLong,
    TooComplex,
    InvalidToken(String),
    Unexpected(String),
    UnexpectedEnd,
    Unbalanced,
}

impl Default for Plural {
    /// Singular for one, plural for all other numbers: the default of a file
    /// without a header.
    fn default() -> Plural {
        Plural(Expression::Binary(
            Operator::NotEqual,
            Box::new([Expression::N, Expression::Number(1)]),
        ))
    }
}

impl Plural {
    pub(crate) fn parse(text: &str) -> Result<Plural, PluralError> {
        if text.chars().count() > MAX_LENGTH {
            return Err(PluralError::TooLong);
        }
        let mut parser = Parser(tokens(text)?.into_iter().peekable());
        let parsed = parser.expression(Priority::Any)?;
        match parser.0.next() {
            None if parsed.depth > MAX_DEPTH => Err(PluralError::TooComplex),
            None => Ok(Plural(parsed.expression)),
            Some(token) => Err(unexpected(Some(token))),
        }
    }

    /// The index of the form for a number; `None` if it can't be computed, as
    /// with a division by zero.
    pub(crate) fn index(&self, n: i128) -> Option<usize> {
        usize::try_from(self.0.evaluate(n)?).ok()
    }
}

impl Expression {
    fn evaluate(&self, n: i128) -> Option<i128> {
        Some(match self {
            Expression::N => n,
            Expression::Number(number) => *number,
            Expression::Not(inner) => i128::from(inner.evaluate(n)? == 0),
            Expression::Choice(parts) => {
                let [condition, then, otherwise] = &**parts;
                let chosen = if condition.evaluate(n)? != 0 {
                    then
                } else {
                    otherwise
                };
                chosen.evaluate(n)?
            }
            Expression::Binary(operator, sides) => {
                let left = sides[0].evaluate(n)?;
                match operator {
                    Operator::Or if left != 0 => return Some(left),
                    Operator::And if left == 0 => return Some(left),
                    _ => operator.apply(left, sides[1].evaluate(n)?)?,
                }
            }
        })
    }
}

impl Operator {
    fn apply(self, a: i128, b: i128) -> Option<i128> {
        Some(match self {
            Operator::Or | Operator::And => b,
            Operator::Equal => i128::from(a == b),
            Operator::NotEqual => i128::from(a != b),
            Operator::Less => i128::from(a < b),
            Operator::Greater => i128::from(a > b),
            Operator::LessOrEqual => i128::from(a <= b),
            Operator::GreaterOrEqual => i128::from(a >= b),
            Operator::Add => a.checked_add(b)?,
            Operator::Subtract => a.checked_sub(b)?,
            Operator::Multiply => a.checked_mul(b)?,
            // Downwards, as Python does.
            Operator::Divide => {
                let quotient = a.checked_div(b)?;
                let inexact = a.checked_rem(b)? != 0;
                quotient - i128::from(inexact && (a < 0) != (b < 0))
            }
            Operator::Remainder => {
                let remainder = a.checked_rem(b)?;
                if remainder != 0 && (remainder < 0) != (b < 0) {
                    remainder + b
                } else {
                    remainder
                }
            }
        })
    }

    fn priority(self) -> Priority {
        match self {
            Operator::Or => Priority::Or,
            Operator::And => Priority::And,
            Operator::Equal | Operator::NotEqual => Priority::Equality,
            Operator::Less
            | Operator::Greater
            | Operator::LessOrEqual
            | Operator::GreaterOrEqual => Priority::Order,
            Operator::Add | Operator::Subtract => Priority::Sum,
            Operator::Multiply | Operator::Divide | Operator::Remainder => Priority::Product,
        }
    }
}

/// How tightly operators bind, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Priority {
    Any,
    /// The part between `?` and `:`.
    Then,
    Or,
    And,
    Equality,
    Order,
    Sum,
    Product,
    Operand,
}

impl Priority {
    fn tighter(self) -> Priority {
        match self {
            Priority::Any => Priority::Then,
            Priority::Then => Priority::Or,
            Priority::Or => Priority::And,
            Priority::And => Priority::Equality,
            Priority::Equality => Priority::Order,
            Priority::Order => Priority::Sum,
            Priority::Sum => Priority::Product,
            Priority::Product | Priority::Operand => Priority::Operand,
        }
    }

    fn compares(self) -> bool {
        matches!(self, Priority::Equality | Priority::Order)
    }
}

/// An expression, with the properties of its text that matter in Python.
struct Parsed {
    expression: Expression,
    /// The depth of its parentheses.
    depth: usize,
    /// It begins with `not`, outside parentheses.
    bare_not: bool,
}

impl Parsed {
    fn parenthesized(self) -> Parsed {
        Parsed {
            depth: self.depth + 1,
            bare_not: false,
            ..self
        }
    }
}

struct Parser(Peekable<IntoIter<Token>>);

impl Parser {
    fn expression(&mut self, priority: Priority) -> Result<Parsed, PluralError> {
        let mut nots = 0;
        while self.0.next_if_eq(&Token::Not).is_some() {
            nots += 1;
        }
        let mut parsed = self.operand()?;
        parsed.bare_not = nots > 0;
        // The `not`s stay open until something ends what they apply to.
        let close = |expression: Expression, nots: &mut usize| {
            (0..std::mem::take(nots)).fold(expression, |inner, _| Expression::Not(Box::new(inner)))
        };
        let mut last = Priority::Operand;
        while let Some(&Token::Operator(operator)) = self.0.peek() {
            let own = operator.priority();
            if own < priority {
                break;
            }
            self.0.next();
            // Python would read `a < b < c` as `a < b and b < c`.
            if own.compares() && last.compares() {
                parsed.expression = close(parsed.expression, &mut nots);
                parsed = parsed.parenthesized();
            } else if own <= Priority::And {
                parsed.expression = close(parsed.expression, &mut nots);
            }
            let right = self.expression(own.tighter())?;
            if right.bare_not && own > Priority::And {
                // `a + not b` is not valid Python.
                return Err(unexpected(Some(Token::Not)));
            }
            parsed.depth = parsed.depth.max(right.depth);
            parsed.expression =
                Expression::Binary(operator, Box::new([parsed.expression, right.expression]));
            last = own;
        }
        parsed.expression = close(parsed.expression, &mut nots);
        if last == priority && priority == Priority::Order {
            parsed = parsed.parenthesized();
        }
        if priority <= Priority::Then && self.0.next_if_eq(&Token::Question).is_some() {
            parsed = self.choice(parsed)?;
            if priority == Priority::Then {
                parsed = parsed.parenthesized();
            }
        }
        Ok(parsed)
    }

    fn operand(&mut self) -> Result<Parsed, PluralError> {
        let expression = match self.0.next() {
            Some(Token::N) => Expression::N,
            Some(Token::Number(number)) => Expression::Number(number),
            Some(Token::Open) => {
                let inner = self.expression(Priority::Any)?;
                return match self.0.next() {
                    Some(Token::Close) => Ok(inner.parenthesized()),
                    _ => Err(PluralError::Unbalanced),
                };
            }
            other => return Err(unexpected(other)),
        };
        Ok(Parsed {
            expression,
            depth: 0,
            bare_not: false,
        })
    }

    /// What follows a question mark.
    fn choice(&mut self, condition: Parsed) -> Result<Parsed, PluralError> {
        let then = self.expression(Priority::Then)?;
        match self.0.next() {
            Some(Token::Colon) => {}
            other => return Err(unexpected(other)),
        }
        let otherwise = self.expression(Priority::Any)?;
        Ok(Parsed {
            depth: condition.depth.max(then.depth).max(otherwise.depth),
            // In Python the first part comes first.
            bare_not: then.bare_not,
            expression: Expression::Choice(Box::new([
                condition.expression,
                then.expression,
                otherwise.expression,
            ])),
        })
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, PluralError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else if matches!(rest.get(..2), Some("<=" | ">=" | "==" | "!=" | "&&" | "||")) {
            2
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        tokens.push(match token {
            " " | "\t" => continue,
            "n" => Token::N,
            "!" => Token::Not,
            "(" => Token::Open,
            ")" => Token::Close,
            "?" => Token::Question,
            ":" => Token::Colon,
            "||" => Token::Operator(Operator::Or),
            "&&" => Token::Operator(Operator::And),
            "==" => Token::Operator(Operator::Equal),
            "!=" => Token::Operator(Operator::NotEqual),
            "<" => Token::Operator(Operator::Less),
            ">" => Token::Operator(Operator::Greater),
            "<=" => Token::Operator(Operator::LessOrEqual),
            ">=" => Token::Operator(Operator::GreaterOrEqual),
            "+" => Token::Operator(Operator::Add),
            "-" => Token::Operator(Operator::Subtract),
            "*" => Token::Operator(Operator::Multiply),
            "/" => Token::Operator(Operator::Divide),
            "%" => Token::Operator(Operator::Remainder),
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let number = digits.parse().map_err(|_| PluralError::TooComplex)?;
                Token::Number(number)
            }
            other => return Err(PluralError::InvalidToken(other.to_owned())),
        });
    }
    Ok(tokens)
}

fn unexpected(token: Option<Token>) -> PluralError {
    match token {
        None => PluralError::UnexpectedEnd,
        Some(token) => PluralError::Unexpected(format!("{token:?}")),
    }
}

impl fmt::Display for PluralError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PluralError::TooLong => f.write_str("plural form expression is too long"),
            PluralError::TooComplex => f.write_str("plural form expression is too complex"),
            PluralError::InvalidToken(token) => write!(f, "invalid token in plural form: {token}"),
            PluralError::Unexpected(token) => write!(f, "unexpected token in plural form: {token}"),
            PluralError::UnexpectedEnd => f.write_str("unexpected end of plural form"),
            PluralError::Unbalanced => f.write_str("unbalanced parenthesis in plural form"),
        }
    }
}
