//! The parser for Python's regular expressions.
//!
//! Patterns come from Tornado applications, so the language is Python's `re`, not that of a Rust
//! engine. The tree says exactly what Python means; classes, case and flags are already resolved to
//! sets of bytes, so every engine gets the same meaning. As extras, `(?<name>..)` and `\z` are
//! supported, which Rust users (and later versions of Python) write.

use crate::{
    byte_set::ByteSet,
    node::{Node, Parsed, RepeatKind},
    width,
};

/// How deeply groups may nest: more than any route needs, far less than a stack holds.
const MAX_DEPTH: u32 = 100;

/// Parses a pattern; the error is Python's message for it.
pub(crate) fn parse(pattern: &str) -> Result<Parsed, String> {
    let mut parser = Parser {
        chars: pattern.chars().collect(),
        at: 0,
        depth: 0,
        global: Flags::default(),
        groups: Vec::new(),
        open: Vec::new(),
        highest_conditional: 0,
    };
    let node = parser.alternation(Flags::default(), true)?;
    if parser.at < parser.chars.len() {
        return Err(parser.error("unbalanced parenthesis"));
    }
    if parser.highest_conditional > parser.groups.len() {
        return Err(format!(
            "invalid group reference {}",
            parser.highest_conditional
        ));
    }
    width::check(&node)?;
    Ok(Parsed {
        node,
        groups: parser.groups,
    })
}

#[derive(Clone, Copy, Default)]
struct Flags {
    ascii: bool,
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
    verbose: bool,
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: u32,
    /// Set by `(?i)` at the very start.
    global: Flags,
    groups: Vec<Option<String>>,
    /// The numbers of the groups that are not closed yet.
    open: Vec<usize>,
    highest_conditional: usize,
}

type Result<T, E = String> = std::result::Result<T, E>;

impl Parser {
    fn error(&self, what: impl std::fmt::Display) -> String {
        format!("{what} at position {}", self.at)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn alternation(&mut self, mut flags: Flags, top: bool) -> Result<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("groups nested too deeply"));
        }
        let mut branches = Vec::new();
        loop {
            branches.push(self.concat(flags, top && branches.is_empty())?);
            if !self.eat('|') {
                break;
            }
            if top {
                flags = self.global;
            }
        }
        self.depth -= 1;
        Ok(match branches.len() {
            1 => branches.remove(0),
            _ => Node::Alternation(branches),
        })
    }

    fn concat(&mut self, mut flags: Flags, first: bool) -> Result<Node> {
        let mut nodes = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            self.at += 1;
            if flags.verbose {
                if matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c') {
                    continue;
                }
                if c == '#' {
                    while self.next().is_some_and(|c| c != '\n') {}
                    continue;
                }
            }
            match c {
                '\\' => nodes.push(self.escape(flags)?),
                '[' => nodes.push(Node::Set(self.class(flags)?)),
                '.' if flags.dot_all => nodes.push(Node::Set(ByteSet::EMPTY.negate())),
                '.' => nodes.push(Node::Set(ByteSet::of(b'\n').negate())),
                '^' => nodes.push(Node::Start {
                    multi_line: flags.multi_line,
                }),
                '$' => nodes.push(Node::End {
                    multi_line: flags.multi_line,
                }),
                '*' | '+' | '?' | '{' => self.repeat(c, &mut nodes, flags)?,
                '(' => match self.group(flags)? {
                    Group::Node(node) => nodes.push(node),
                    Group::Comment => {}
                    Group::GlobalFlags(global) => {
                        if !first || !nodes.is_empty() {
                            return Err(
                                self.error("global flags not at the start of the expression")
                            );
                        }
                        self.global = global;
                        flags = global;
                    }
                },
                c => nodes.push(literal(c, flags)),
            }
        }
        Ok(match nodes.len() {
            1 => nodes.remove(0),
            _ => Node::Concat(nodes),
        })
    }

    fn repeat(&mut self, c: char, nodes: &mut Vec<Node>, flags: Flags) -> Result<()> {
        let (min, max) = match c {
            '?' => (0, Some(1)),
            '*' => (0, None),
            '+' => (1, None),
            _ => {
                let here = self.at;
                match self.counts()? {
                    Some(counts) => counts,
                    None => {
                        self.at = here;
                        nodes.push(literal('{', flags));
                        return Ok(());
                    }
                }
            }
        };
        match nodes.last() {
            None | Some(Node::Start { .. } | Node::End { .. } | Node::WordBoundary { .. }) => {
                return Err(self.error("nothing to repeat"));
            }
            Some(Node::Repeat { .. }) => return Err(self.error("multiple repeat")),
            Some(_) => {}
        }
        let node = Box::new(nodes.pop().expect("the match above saw one"));
        let kind = if self.eat('?') {
            RepeatKind::Lazy
        } else if self.eat('+') {
            RepeatKind::Possessive
        } else {
            RepeatKind::Greedy
        };
        nodes.push(Node::Repeat {
            node,
            min,
            max,
            kind,
        });
        Ok(())
    }

    /// `{m}`, `{m,}`, `{,n}`, `{m,n}` after the brace; anything else is text.
    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>> {
        if self.peek() == Some('}') {
            return Ok(None);
        }
        let low = self.digits();
        let high = if self.eat(',') {
            self.digits()
        } else {
            low.clone()
        };
        if !self.eat('}') {
            return Ok(None);
        }
        let number = |digits: &str| {
            let number = digits.parse::<u32>();
            number.map_err(|_| "the repetition number is too large".to_owned())
        };
        let min = if low.is_empty() { 0 } else { number(&low)? };
        let max = if high.is_empty() {
            None
        } else {
            Some(number(&high)?)
        };
        if max.is_some_and(|max| max < min) {
            return Err(self.error("min repeat greater than max repeat"));
        }
        Ok(Some((min, max)))
    }

    fn digits(&mut self) -> String {
        let mut digits = String::new();
        while let Some(c) = self.peek().filter(char::is_ascii_digit) {
            digits.push(c);
            self.at += 1;
        }
        digits
    }

    fn group(&mut self, flags: Flags) -> Result<Group> {
        if !self.eat('?') {
            return self.capture(None, flags).map(Group::Node);
        }
        let node = match self.next() {
            None => return Err(self.error("unexpected end of pattern")),
            Some('P') => match self.next() {
                Some('<') => {
                    let name = self.name('>')?;
                    self.capture(Some(name), flags)?
                }
                Some('=') => {
                    let name = self.name(')')?;
                    let group = self.named(&name)?;
                    self.backreference(group, flags)?
                }
                Some(c) => return Err(self.error(format_args!("unknown extension ?P{c}"))),
                None => return Err(self.error("unexpected end of pattern")),
            },
            Some(':') => Node::Group(self.inner(flags)?),
            Some('>') => Node::Atomic(self.inner(flags)?),
            Some('#') => loop {
                match self.next() {
                    Some(')') => return Ok(Group::Comment),
                    Some(_) => {}
                    None => return Err(self.error("missing ), unterminated comment")),
                }
            },
            Some(c @ ('=' | '!')) => self.look(true, c == '!', flags)?,
            Some('<') => match self.peek() {
                Some(c @ ('=' | '!')) => {
                    self.at += 1;
                    self.look(false, c == '!', flags)?
                }
                _ => {
                    let name = self.name('>')?;
                    self.capture(Some(name), flags)?
                }
            },
            Some('(') => self.conditional(flags)?,
            Some(c) if c == '-' || c.is_ascii_alphabetic() => return self.flags(c, flags),
            Some(c) => return Err(self.error(format_args!("unknown extension ?{c}"))),
        };
        Ok(Group::Node(node))
    }

    fn inner(&mut self, flags: Flags) -> Result<Box<Node>> {
        let node = self.alternation(flags, false)?;
        if !self.eat(')') {
            return Err(self.error("missing ), unterminated subpattern"));
        }
        Ok(Box::new(node))
    }

    fn capture(&mut self, name: Option<String>, flags: Flags) -> Result<Node> {
        if let Some(name) = &name
            && self.named(name).is_ok()
        {
            return Err(self.error(format_args!("redefinition of group name {name:?}")));
        }
        self.groups.push(name);
        let number = self.groups.len();
        self.open.push(number);
        let node = self.inner(flags)?;
        self.open.pop();
        Ok(Node::Capture(number, node))
    }

    fn look(&mut self, ahead: bool, negate: bool, flags: Flags) -> Result<Node> {
        let node = self.inner(flags)?;
        Ok(Node::Look {
            ahead,
            negate,
            node,
        })
    }

    fn conditional(&mut self, flags: Flags) -> Result<Node> {
        let name = self.until(')')?;
        let group = if name.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty() {
            let number = name.parse().ok().filter(|&n: &usize| n != 0);
            number.ok_or_else(|| self.error("bad group number"))?
        } else {
            self.named(&name)?
        };
        self.highest_conditional = self.highest_conditional.max(group);
        let (yes, no) = match *self.inner(flags)? {
            Node::Alternation(branches) => {
                let [yes, no] = <[Node; 2]>::try_from(branches)
                    .map_err(|_| self.error("conditional backref with more than two branches"))?;
                (yes, no)
            }
            yes => (yes, Node::Concat(Vec::new())),
        };
        Ok(Node::Conditional {
            group,
            yes: Box::new(yes),
            no: Box::new(no),
        })
    }

    fn flags(&mut self, mut c: char, outer: Flags) -> Result<Group> {
        let mut flags = outer;
        let mut on = true;
        let mut any_off = false;
        loop {
            match c {
                'a' if on => flags.ascii = true,
                'u' if on => flags.ascii = false,
                'i' => flags.ignore_case = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_all = on,
                'x' => flags.verbose = on,
                '-' if on => on = false,
                ':' if on || any_off => return Ok(Group::Node(Node::Group(self.inner(flags)?))),
                ')' if on => return Ok(Group::GlobalFlags(flags)),
                c => return Err(self.error(format_args!("unknown or misplaced flag {c:?}"))),
            }
            any_off |= !on && c != '-';
            c = self.next().ok_or_else(|| self.error("missing -, : or )"))?;
        }
    }

    fn until(&mut self, end: char) -> Result<String> {
        let mut name = String::new();
        loop {
            match self.next() {
                Some(c) if c == end => break,
                Some(c) => name.push(c),
                None => {
                    return Err(self.error(format_args!("missing {end}, unterminated name")));
                }
            }
        }
        if name.is_empty() {
            return Err(self.error("missing group name"));
        }
        Ok(name)
    }

    fn name(&mut self, end: char) -> Result<String> {
        let name = self.until(end)?;
        let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if starts && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            Ok(name)
        } else {
            Err(self.error(format_args!("bad character in group name {name:?}")))
        }
    }

    fn named(&self, name: &str) -> Result<usize> {
        let index = self
            .groups
            .iter()
            .position(|group| group.as_deref() == Some(name));
        index
            .map(|index| index + 1)
            .ok_or_else(|| self.error(format_args!("unknown group name {name:?}")))
    }

    fn backreference(&self, group: usize, flags: Flags) -> Result<Node> {
        if group > self.groups.len() {
            return Err(self.error(format_args!("invalid group reference {group}")));
        }
        if self.open.contains(&group) {
            return Err(self.error("cannot refer to an open group"));
        }
        Ok(Node::Backreference {
            group,
            ignore_case: flags.ignore_case,
        })
    }

    /// The escape after a backslash, outside a class.
    fn escape(&mut self, flags: Flags) -> Result<Node> {
        let start = self.at;
        let c = self
            .next()
            .ok_or_else(|| self.error("bad escape (end of pattern)"))?;
        let word = category('w', flags).expect("w is a category");
        Ok(match c {
            'A' => Node::Start { multi_line: false },
            'Z' | 'z' => Node::End { multi_line: false },
            'b' => Node::WordBoundary {
                negate: false,
                word,
            },
            'B' => Node::WordBoundary { negate: true, word },
            '1'..='9' => {
                // Three octal digits are a character, one or two digits a group.
                let digits: String = self.chars[start..].iter().take(3).collect();
                let is_octal = |c: char| c.is_digit(8);
                if digits.len() == 3 && digits.chars().all(is_octal) {
                    self.at = start;
                    return self.octal(3).map(|c| literal(c, flags));
                }
                let two = self.peek().filter(char::is_ascii_digit);
                self.at += usize::from(two.is_some());
                let number = |c: char| c.to_digit(10).map_or(0, |digit| digit as usize);
                let group = two.map_or(number(c), |two| number(c) * 10 + number(two));
                self.backreference(group, flags)?
            }
            c => match category(c, flags) {
                Some(set) => Node::Set(set),
                None => {
                    self.at = start;
                    literal(self.escaped_char()?, flags)
                }
            },
        })
    }

    /// An escape that stands for one character, inside or outside a class.
    fn escaped_char(&mut self) -> Result<char> {
        let c = self
            .next()
            .ok_or_else(|| self.error("bad escape (end of pattern)"))?;
        Ok(match c {
            'a' => '\x07',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            'x' => self.hex(2)?,
            'u' => self.hex(4)?,
            'U' => self.hex(8)?,
            '0' => {
                self.at -= 1;
                self.octal(3)?
            }
            c if c.is_ascii_alphanumeric() => {
                return Err(self.error(format_args!("bad escape \\{c}")));
            }
            c => c,
        })
    }

    fn hex(&mut self, len: usize) -> Result<char> {
        let digits: String = self.chars[self.at..].iter().take(len).collect();
        let ok = digits.len() == len && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let value = u32::from_str_radix(&digits, 16)
            .ok()
            .filter(|_| ok)
            .and_then(char::from_u32);
        self.at += digits.chars().count();
        value.ok_or_else(|| self.error("incomplete or bad hexadecimal escape"))
    }

    fn octal(&mut self, max: usize) -> Result<char> {
        let mut value = 0;
        for _ in 0..max {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else {
                break;
            };
            value = value * 8 + digit;
            self.at += 1;
        }
        let small = u8::try_from(value).map(char::from);
        small.map_err(|_| self.error("octal escape value outside of range 0-0o377"))
    }

    fn class(&mut self, flags: Flags) -> Result<ByteSet> {
        let unterminated = "unterminated character set";
        let negate = self.eat('^');
        let mut set = ByteSet::EMPTY;
        let mut is_first = true;
        loop {
            let c = self.next().ok_or_else(|| self.error(unterminated))?;
            if c == ']' && !is_first {
                break;
            }
            is_first = false;
            let low = self.class_item(c, flags)?;
            if !self.eat('-') {
                add(&mut set, low);
                continue;
            }
            let c = self.next().ok_or_else(|| self.error(unterminated))?;
            if c == ']' {
                add(&mut set, low);
                set.insert(b'-');
                break;
            }
            match (low, self.class_item(c, flags)?) {
                (Item::Char(low), Item::Char(high)) if low <= high => {
                    if let Ok(low) = u8::try_from(u32::from(low)) {
                        let high = u8::try_from(u32::from(high)).unwrap_or(u8::MAX);
                        set.insert_range(low, high);
                    }
                }
                _ => return Err(self.error("bad character range")),
            }
        }
        if flags.ignore_case {
            set = set.fold_case(flags.ascii);
        }
        Ok(if negate { set.negate() } else { set })
    }

    fn class_item(&mut self, c: char, flags: Flags) -> Result<Item> {
        if c != '\\' {
            return Ok(Item::Char(c));
        }
        match self.peek() {
            Some('b') => {
                self.at += 1;
                Ok(Item::Char('\x08'))
            }
            Some(c @ '1'..='7') => {
                let start = self.at;
                let value = self.octal(3)?;
                if self.at == start {
                    return Err(self.error(format_args!("bad escape \\{c}")));
                }
                Ok(Item::Char(value))
            }
            Some(c) if category(c, flags).is_some() => {
                self.at += 1;
                Ok(Item::Set(category(c, flags).expect("the guard saw one")))
            }
            _ => self.escaped_char().map(Item::Char),
        }
    }
}

enum Group {
    Node(Node),
    Comment,
    GlobalFlags(Flags),
}

#[derive(Clone, Copy)]
enum Item {
    Char(char),
    Set(ByteSet),
}

fn add(set: &mut ByteSet, item: Item) {
    match item {
        Item::Set(other) => *set = set.union(other),
        // A character beyond Latin-1 occurs in no path.
        Item::Char(c) => {
            if let Ok(byte) = u8::try_from(u32::from(c)) {
                set.insert(byte);
            }
        }
    }
}

fn literal(c: char, flags: Flags) -> Node {
    let mut set = ByteSet::EMPTY;
    add(&mut set, Item::Char(c));
    if flags.ignore_case {
        set = set.fold_case(flags.ascii);
    }
    Node::Set(set)
}

/// `\d`, `\s`, `\w` and their opposites: the part of Unicode's sets that is in
/// Latin-1.
fn category(c: char, flags: Flags) -> Option<ByteSet> {
    let mut set = match c.to_ascii_lowercase() {
        'd' => ByteSet::from_ranges(&[(b'0', b'9')]),
        's' => ByteSet::from_ranges(&[(b'\t', b'\r'), (b' ', b' ')]),
        'w' => ByteSet::from_ranges(&[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')]),
        _ => return None,
    };
    if !flags.ascii {
        let more: &[(u8, u8)] = match c.to_ascii_lowercase() {
            's' => &[(0x1c, 0x1f), (0x85, 0x85), (0xa0, 0xa0)],
            'w' => &[
                (0xaa, 0xaa),
                (0xb2, 0xb3),
                (0xb5, 0xb5),
                (0xb9, 0xba),
                (0xbc, 0xbe),
                (0xc0, 0xd6),
                (0xd8, 0xf6),
                (0xf8, 0xff),
            ],
            _ => &[],
        };
        set = set.union(ByteSet::from_ranges(more));
    }
    Some(if c.is_ascii_uppercase() {
        set.negate()
    } else {
        set
    })
}
