//! Tags, parsed in the order and with the messages of Tornado's own parser.

use std::sync::Arc;

use super::whitespace::Whitespace;
use crate::error::Error;
use crate::value::Value;

/// How deeply blocks may be nested. Python has a limit of 100 for its
/// indentation.
const DEEPEST: u32 = 90;

/// A parsed template.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: Arc<str>,
    pub(crate) nodes: Vec<Node>,
    /// The function that escapes the output of the file, if any.
    pub(crate) autoescape: Option<Arc<str>>,
}

/// A part of a template. Expressions are not parsed yet.
#[derive(Debug)]
pub(crate) enum Node {
    Text(String),
    Expression {
        text: String,
        line: u32,
        raw: bool,
    },
    Module {
        text: String,
        line: u32,
    },
    Statement {
        text: String,
        line: u32,
    },
    Break(u32),
    Continue(u32),
    Extends {
        name: String,
        line: u32,
    },
    Include {
        name: String,
        line: u32,
    },
    Block {
        name: String,
        line: u32,
        /// The contents, which another file may replace or move.
        body: Arc<Vec<Node>>,
    },
    Apply {
        method: String,
        line: u32,
        body: Arc<Vec<Node>>,
    },
    Control {
        kind: Control,
        text: String,
        line: u32,
        body: Vec<Node>,
    },
    /// `else` and the like, between the nodes of its block.
    Intermediate {
        text: String,
        line: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    If,
    For,
    While,
    Try,
}

/// Reads a template.
///
/// # Errors
///
/// Tornado's `ParseError`, with its message.
pub(crate) fn parse(
    name: &Arc<str>,
    text: &str,
    autoescape: Option<Arc<str>>,
    whitespace: Whitespace,
) -> Result<Source, Error> {
    let mut parser = Parser {
        text,
        position: 0,
        line: 1,
        whitespace,
        autoescape,
    };
    let nodes = parser
        .nodes(None, false, 0)
        .map_err(|error| error.at(name, parser.line))?;
    Ok(Source {
        name: Arc::clone(name),
        nodes,
        autoescape: parser.autoescape,
    })
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    line: u32,
    whitespace: Whitespace,
    autoescape: Option<Arc<str>>,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn consume(&mut self, count: usize) -> &'a str {
        let consumed = &self.rest()[..count];
        self.position += count;
        self.line += consumed.bytes().filter(|b| *b == b'\n').count() as u32;
        consumed
    }

    fn push_text(&self, nodes: &mut Vec<Node>, text: &str) {
        let text = self.whitespace.filter(text);
        if !text.is_empty() {
            nodes.push(Node::Text(text));
        }
    }

    /// Where the next tag starts, if there is one.
    fn next_tag(&self) -> Option<usize> {
        let bytes = self.rest().as_bytes();
        let mut from = 0;
        loop {
            let curly = from + bytes[from..].iter().position(|b| *b == b'{')?;
            match bytes.get(curly + 1)? {
                // Of more than two braces, the innermost ones count.
                b'{' if bytes.get(curly + 2) == Some(&b'{') => from = curly + 1,
                b'{' | b'%' | b'#' => return Some(curly),
                _ => from = curly + 1,
            }
        }
    }

    /// The text up to an end mark, trimmed as by Python's `strip`.
    fn until(&mut self, end: &str, missing: &str) -> Result<&'a str, Error> {
        let length = self
            .rest()
            .find(end)
            .ok_or_else(|| Error::syntax(missing))?;
        let contents = self.consume(length);
        self.consume(end.len());
        Ok(strip(contents))
    }

    fn nodes(
        &mut self,
        block: Option<&str>,
        in_loop: bool,
        depth: u32,
    ) -> Result<Vec<Node>, Error> {
        if depth > DEEPEST {
            return Err(Error::syntax("blocks are nested too deeply"));
        }
        let mut nodes = Vec::new();
        loop {
            let Some(curly) = self.next_tag() else {
                if let Some(block) = block {
                    return Err(Error::syntax(format!(
                        "Missing {{% end %}} block for {block}"
                    )));
                }
                let rest = self.consume(self.rest().len());
                self.push_text(&mut nodes, rest);
                return Ok(nodes);
            };
            let before = self.consume(curly);
            self.push_text(&mut nodes, before);
            let brace = self.consume(2);
            let line = self.line;
            if self.rest().starts_with('!') {
                self.consume(1);
                self.push_text(&mut nodes, brace);
            } else if brace == "{#" {
                self.until("#}", "Missing end comment #}")?;
            } else if brace == "{{" {
                let text = self.until("}}", "Missing end expression }}")?;
                if text.is_empty() {
                    return Err(Error::syntax("Empty expression"));
                }
                let text = text.to_owned();
                nodes.push(Node::Expression {
                    text,
                    line,
                    raw: false,
                });
            } else {
                let contents = self.until("%}", "Missing end block %}")?;
                if contents.is_empty() {
                    return Err(Error::syntax("Empty block tag ({% %})"));
                }
                match self.block(contents, line, block, in_loop, depth)? {
                    Tag::Node(node) => nodes.push(node),
                    Tag::Nothing => {}
                    Tag::End => return Ok(nodes),
                }
            }
        }
    }

    fn block(
        &mut self,
        contents: &str,
        line: u32,
        block: Option<&str>,
        in_loop: bool,
        depth: u32,
    ) -> Result<Tag, Error> {
        let (operator, suffix) = contents.split_once(' ').unwrap_or((contents, ""));
        let suffix = strip(suffix);
        let needs = |missing: &str| {
            if suffix.is_empty() {
                return Err(Error::syntax(missing));
            }
            Ok(suffix.to_owned())
        };
        let path = |missing: &str| {
            let path = suffix.trim_matches('"').trim_matches('\'');
            if path.is_empty() {
                return Err(Error::syntax(missing));
            }
            Ok(path.to_owned())
        };
        let text = contents.to_owned();
        let parents: Option<&[&str]> = match operator {
            "else" => Some(&["if", "for", "while", "try"]),
            "elif" => Some(&["if"]),
            "except" | "finally" => Some(&["try"]),
            _ => None,
        };
        if let Some(parents) = parents {
            return match block {
                None => Err(Error::syntax(format!(
                    "{operator} outside {} block",
                    set(parents)
                ))),
                Some(block) if !parents.contains(&block) => Err(Error::syntax(format!(
                    "{operator} block cannot be attached to {block} block"
                ))),
                Some(_) => Ok(Tag::Node(Node::Intermediate { text, line })),
            };
        }
        Ok(Tag::Node(match operator {
            "end" if block.is_none() => return Err(Error::syntax("Extra {% end %} block")),
            "end" => return Ok(Tag::End),
            "comment" => return Ok(Tag::Nothing),
            "extends" => Node::Extends {
                name: path("extends missing file path")?,
                line,
            },
            "import" | "from" => {
                needs("import missing statement")?;
                Node::Statement { text, line }
            }
            "include" => Node::Include {
                name: path("include missing file path")?,
                line,
            },
            "set" => Node::Statement {
                text: needs("set missing statement")?,
                line,
            },
            "autoescape" => {
                self.autoescape = (suffix != "None").then(|| suffix.into());
                return Ok(Tag::Nothing);
            }
            "whitespace" => {
                self.whitespace = Whitespace::named(suffix)?;
                return Ok(Tag::Nothing);
            }
            "raw" => Node::Expression {
                text: suffix.to_owned(),
                line,
                raw: true,
            },
            "module" => Node::Module {
                text: suffix.to_owned(),
                line,
            },
            "break" | "continue" if !in_loop => {
                return Err(Error::syntax(format!(
                    "{operator} outside {} block",
                    set(&["for", "while"])
                )));
            }
            "break" if suffix.is_empty() => Node::Break(line),
            "continue" if suffix.is_empty() => Node::Continue(line),
            "break" | "continue" => {
                return Err(Error::syntax(format!("invalid syntax after {operator}")));
            }
            "apply" => {
                // It is a separate function, so its contents are not in a loop.
                let body = Arc::new(self.nodes(Some(operator), false, depth + 1)?);
                Node::Apply {
                    method: needs("apply missing method name")?,
                    line,
                    body,
                }
            }
            "block" => {
                let body = Arc::new(self.nodes(Some(operator), in_loop, depth + 1)?);
                Node::Block {
                    name: needs("block missing name")?,
                    line,
                    body,
                }
            }
            "if" | "for" | "while" | "try" => {
                let kind = match operator {
                    "if" => Control::If,
                    "for" => Control::For,
                    "while" => Control::While,
                    _ => Control::Try,
                };
                let in_loop = in_loop || matches!(kind, Control::For | Control::While);
                let body = self.nodes(Some(operator), in_loop, depth + 1)?;
                Node::Control {
                    kind,
                    text,
                    line,
                    body,
                }
            }
            _ => {
                let operator = Value::from(operator).repr();
                return Err(Error::syntax(format!("unknown operator: {operator}")));
            }
        }))
    }
}

enum Tag {
    Node(Node),
    Nothing,
    End,
}

/// Python's `repr` of a set of texts.
fn set(items: &[&str]) -> String {
    format!("{{'{}'}}", items.join("', '"))
}

/// Python's `str.strip`.
fn strip(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ('\x1c'..='\x1f').contains(&c))
}
