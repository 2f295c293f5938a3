//! Expressions.

use super::ast::{Expr, Name, Parameter};
use super::lexer::{Token, Word, words};
use crate::error::Error;
use crate::value::{Binary, Compare, Unary};

/// How deeply expressions may be nested.
const DEEPEST: u32 = 60;

/// The most operators, calls and the like, which nest to the left, in one expression.
const LONGEST: u32 = 500;

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

pub(crate) struct Parser<'a> {
    text: &'a str,
    words: Vec<Word<'a>>,
    pub(super) at: usize,
    pub(super) depth: u32,
    pub(super) chain: u32,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str) -> Result<Parser<'a>, Error> {
        Ok(Parser {
            text,
            words: words(text)?,
            at: 0,
            depth: 0,
            chain: 0,
        })
    }

    pub(crate) fn peek(&self) -> Token<'a> {
        self.words[self.at].token
    }

    pub(crate) fn peek_second(&self) -> Token<'a> {
        self.words
            .get(self.at + 1)
            .map_or(Token::End, |word| word.token)
    }

    pub(crate) fn next(&mut self) -> Token<'a> {
        let token = self.peek();
        if token != Token::End {
            self.at += 1;
        }
        token
    }

    pub(crate) fn is(&self, operator: &str) -> bool {
        matches!(self.peek(), Token::Operator(o) if o == operator)
    }

    pub(crate) fn take(&mut self, operator: &str) -> bool {
        let is = self.is(operator);
        self.at += usize::from(is);
        is
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.peek() == Token::Name(word)
    }

    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.at += usize::from(is);
        is
    }

    pub(crate) fn expect(&mut self, operator: &str) -> Result<(), Error> {
        if self.take(operator) {
            return Ok(());
        }
        Err(self.unexpected())
    }

    /// The error for a word that is not allowed here.
    pub(crate) fn unexpected(&self) -> Error {
        let word = self.words[self.at];
        match word.token {
            Token::End => Error::syntax("the expression ends too early"),
            Token::Name(name @ ("await" | "yield" | "async" | "with" | "def" | "class")) => {
                Error::syntax(format!("'{name}' is not supported in templates"))
            }
            _ => {
                let text = &self.text[word.start..word.end];
                Error::syntax(format!("'{text}' can't stand here"))
            }
        }
    }

    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.peek() == Token::End {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// A name that is not a keyword.
    pub(crate) fn name(&mut self) -> Result<Name, Error> {
        match self.peek() {
            Token::Name(name) if !KEYWORDS.contains(&name) => {
                self.at += 1;
                Ok(name.into())
            }
            _ => Err(self.unexpected()),
        }
    }

    pub(super) fn nest<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.depth >= DEEPEST {
            return Err(Error::syntax("the expression is nested too deeply"));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    pub(super) fn link(&mut self) -> Result<(), Error> {
        self.chain += 1;
        if self.chain > LONGEST {
            return Err(Error::syntax("the expression is too long"));
        }
        Ok(())
    }

    /// `a`, or `a, b` as a tuple, in which `*a` is allowed.
    pub(crate) fn tuple(&mut self) -> Result<Expr, Error> {
        let first = self.item()?;
        if !self.is(",") {
            if matches!(first, Expr::Starred(_)) {
                return Err(Error::syntax("can't use starred expression here"));
            }
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take(",") {
            if self.ends() {
                break;
            }
            items.push(self.item()?);
        }
        Ok(Expr::Tuple(items))
    }

    /// Whether a list without brackets ends here.
    fn ends(&self) -> bool {
        match self.peek() {
            Token::End => true,
            Token::Operator(o) => {
                matches!(o, ")" | "]" | "}" | "=" | ":" | ";") || o.ends_with('=')
            }
            Token::Name(name) => name == "in" || name == "for",
            _ => false,
        }
    }

    /// An item of a list: an expression, `*a`, or `name := a`.
    pub(super) fn item(&mut self) -> Result<Expr, Error> {
        if self.take("*") {
            return Ok(Expr::Starred(Box::new(self.nest(Self::bit_or)?)));
        }
        self.named()
    }

    pub(crate) fn named(&mut self) -> Result<Expr, Error> {
        if let (Token::Name(_), Token::Operator(":=")) = (self.peek(), self.peek_second()) {
            let name = self.name()?;
            self.at += 1;
            return Ok(Expr::Assign(name, Box::new(self.test()?)));
        }
        self.test()
    }

    pub(crate) fn test(&mut self) -> Result<Expr, Error> {
        self.nest(|p| {
            if p.is_word("lambda") {
                return p.lambda();
            }
            let then = p.or_test()?;
            if !p.take_word("if") {
                return Ok(then);
            }
            let test = p.or_test()?;
            if !p.take_word("else") {
                return Err(Error::syntax("expected 'else' after 'if' expression"));
            }
            let otherwise = p.test()?;
            Ok(Expr::If(Box::new([test, then, otherwise])))
        })
    }

    fn lambda(&mut self) -> Result<Expr, Error> {
        self.at += 1;
        let mut parameters: Vec<Parameter> = Vec::new();
        while !self.is(":") {
            let stars = if self.take("**") {
                2
            } else {
                u8::from(self.take("*"))
            };
            let name = self.name()?;
            if parameters.iter().any(|p| p.name == name) {
                return Err(Error::syntax(format!(
                    "duplicate argument '{name}' in function definition"
                )));
            }
            let last = parameters.last();
            if last.is_some_and(|p| p.stars == 2 || (p.stars == 1 && stars < 2)) {
                return Err(Error::syntax("parameters behind * are not supported"));
            }
            let default = if stars == 0 && self.take("=") {
                Some(self.test()?)
            } else {
                None
            };
            if stars == 0 && default.is_none() && last.is_some_and(|p| p.default.is_some()) {
                return Err(Error::syntax(
                    "non-default argument follows default argument",
                ));
            }
            parameters.push(Parameter {
                name,
                default,
                stars,
            });
            if !self.take(",") {
                break;
            }
        }
        self.expect(":")?;
        let body = self.test()?;
        Ok(Expr::Lambda(parameters, Box::new(body)))
    }

    pub(super) fn or_test(&mut self) -> Result<Expr, Error> {
        let first = self.and_test()?;
        if !self.is_word("or") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take_word("or") {
            items.push(self.and_test()?);
        }
        Ok(Expr::Or(items))
    }

    fn and_test(&mut self) -> Result<Expr, Error> {
        let first = self.not_test()?;
        if !self.is_word("and") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.take_word("and") {
            items.push(self.not_test()?);
        }
        Ok(Expr::And(items))
    }

    fn not_test(&mut self) -> Result<Expr, Error> {
        if self.take_word("not") {
            let of = self.nest(Self::not_test)?;
            return Ok(Expr::Unary(Unary::Not, Box::new(of)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expr, Error> {
        let first = self.bit_or()?;
        let mut rest = Vec::new();
        while let Some(operator) = self.comparator() {
            rest.push((operator, self.bit_or()?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Expr::Compare(Box::new(first), rest))
    }

    fn comparator(&mut self) -> Option<Compare> {
        let second = self.peek_second();
        let (operator, words) = match self.peek() {
            Token::Operator("==") => (Compare::Equal, 1),
            Token::Operator("!=") => (Compare::NotEqual, 1),
            Token::Operator("<") => (Compare::Less, 1),
            Token::Operator("<=") => (Compare::LessEqual, 1),
            Token::Operator(">") => (Compare::Greater, 1),
            Token::Operator(">=") => (Compare::GreaterEqual, 1),
            Token::Name("in") => (Compare::In, 1),
            Token::Name("not") if second == Token::Name("in") => (Compare::NotIn, 2),
            Token::Name("is") if second == Token::Name("not") => (Compare::IsNot, 2),
            Token::Name("is") => (Compare::Is, 1),
            _ => return None,
        };
        self.at += words;
        Some(operator)
    }

    pub(crate) fn bit_or(&mut self) -> Result<Expr, Error> {
        self.binary(0)
    }

    /// Binary operators, by how tightly they bind.
    fn binary(&mut self, level: usize) -> Result<Expr, Error> {
        const LEVELS: &[&[(&str, Binary)]] = &[
            &[("|", Binary::Or)],
            &[("^", Binary::Xor)],
            &[("&", Binary::And)],
            &[("<<", Binary::ShiftLeft), (">>", Binary::ShiftRight)],
            &[("+", Binary::Add), ("-", Binary::Sub)],
            &[
                ("*", Binary::Mul),
                ("/", Binary::Div),
                ("//", Binary::FloorDiv),
                ("%", Binary::Mod),
            ],
        ];
        let mut left = self.factor()?;
        self.climb(&mut left, LEVELS, level)?;
        Ok(left)
    }

    fn climb(
        &mut self,
        left: &mut Expr,
        levels: &[&[(&str, Binary)]],
        lowest: usize,
    ) -> Result<(), Error> {
        while let Some((level, operator)) = self.operator(levels, lowest) {
            self.at += 1;
            self.link()?;
            let mut right = self.factor()?;
            // An operator that binds tighter takes the right side first.
            while self.operator(levels, level + 1).is_some() {
                self.nest(|p| p.climb(&mut right, levels, level + 1))?;
            }
            let whole = std::mem::replace(left, Expr::Tuple(Vec::new()));
            *left = Expr::Binary(operator, Box::new(whole), Box::new(right));
        }
        Ok(())
    }

    fn operator(&self, levels: &[&[(&str, Binary)]], lowest: usize) -> Option<(usize, Binary)> {
        let Token::Operator(text) = self.peek() else {
            return None;
        };
        let mut all = levels.iter().enumerate().skip(lowest);
        all.find_map(|(level, operators)| {
            let found = operators.iter().find(|(o, _)| *o == text)?;
            Some((level, found.1))
        })
    }

    fn factor(&mut self) -> Result<Expr, Error> {
        let operator = match self.peek() {
            Token::Operator("-") => Unary::Minus,
            Token::Operator("+") => Unary::Plus,
            Token::Operator("~") => Unary::Invert,
            _ => return self.power(),
        };
        self.at += 1;
        let of = self.nest(Self::factor)?;
        if let (Unary::Minus, Expr::Literal(value)) = (operator, &of)
            && let Ok(negative) = value.unary(operator)
        {
            return Ok(Expr::Literal(negative));
        }
        Ok(Expr::Unary(operator, Box::new(of)))
    }

    fn power(&mut self) -> Result<Expr, Error> {
        let base = self.primary()?;
        if !self.take("**") {
            return Ok(base);
        }
        let exponent = self.nest(Self::factor)?;
        Ok(Expr::Binary(
            Binary::Pow,
            Box::new(base),
            Box::new(exponent),
        ))
    }

    /// The target of a loop.
    pub(crate) fn target(&mut self) -> Result<Expr, Error> {
        let item = |p: &mut Self| {
            if p.take("*") {
                return Ok(Expr::Starred(Box::new(p.primary()?)));
            }
            p.primary()
        };
        let first = item(self)?;
        let target = if self.is(",") {
            let mut items = vec![first];
            while self.take(",") {
                if self.ends() {
                    break;
                }
                items.push(item(self)?);
            }
            Expr::Tuple(items)
        } else {
            first
        };
        check_target(&target, true)?;
        Ok(target)
    }
}

/// Whether an expression can be assigned to.
pub(crate) fn check_target(target: &Expr, many: bool) -> Result<(), Error> {
    match target {
        Expr::Name(_) | Expr::Attribute(..) | Expr::Item(..) => Ok(()),
        Expr::Tuple(items) | Expr::List(items) if many => {
            let stars = items
                .iter()
                .filter(|item| matches!(item, Expr::Starred(_)))
                .count();
            if stars > 1 {
                return Err(Error::syntax("multiple starred expressions in assignment"));
            }
            items.iter().try_for_each(|item| match item {
                Expr::Starred(item) => check_target(item, true),
                item => check_target(item, true),
            })
        }
        Expr::Call(..) => Err(Error::syntax("cannot assign to function call")),
        Expr::Literal(_) => Err(Error::syntax("cannot assign to literal")),
        _ => Err(Error::syntax("cannot assign to expression")),
    }
}
