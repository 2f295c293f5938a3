//! What Python's `str` and `repr` make of a value.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use indexmap::IndexMap;

use super::budget;
use super::kinds::{Key, Part, V, Value};
use crate::error::Error;

/// The longest text that a value is shown as to those who can't be given an error.
const LONGEST: usize = 1 << 26;

/// The longest text of a value in the text of an error.
const BRIEF: usize = 1000;

impl Value {
    /// The class of the value, as Python names it: `str`, `NoneType`.
    #[must_use]
    pub fn type_name(&self) -> &str {
        match &self.0 {
            V::Undefined | V::Cell(_) => "undefined",
            V::None => "NoneType",
            V::Bool(_) => "bool",
            V::Int(_) => "int",
            V::Float(_) => "float",
            V::Str(_) => "str",
            V::Bytes(_) => "bytes",
            V::Tuple(_) => "tuple",
            V::List(_) => "list",
            V::Dict(dict) if dict.attributes => "ObjectDict",
            V::Dict(_) => "dict",
            V::Set(set) if set.frozen => "frozenset",
            V::Set(_) => "set",
            V::Range(_) => "range",
            V::Slice(_) => "slice",
            V::View(view) => match view.part {
                Part::Keys => "dict_keys",
                Part::Values => "dict_values",
                Part::Items => "dict_items",
            },
            V::Iterator(_) => "generator",
            V::Function(_) => "builtin_function_or_method",
            V::Method(_) => "method",
            V::Lambda(_) => "function",
            V::Class(_) => "type",
            V::Exception(error) => error.class(),
            V::Module(_) => "module",
            V::Object(object) => object.type_name(),
            V::Remote(_) => "object",
        }
    }

    /// Python's `repr`: a text is in quotes. Of a value that is nested more than 100
    /// deep, or has more than 64 MiB, it is the beginning, with `...` behind it.
    #[must_use]
    pub fn repr(&self) -> String {
        self.shown(LONGEST)
    }

    /// Python's `repr` for the text of an error: the beginning of one that is long.
    pub(crate) fn brief(&self) -> String {
        self.shown(BRIEF)
    }

    fn shown(&self, most: usize) -> String {
        let mut out = String::new();
        if Writer::new(&mut out, most).repr(self).is_err() {
            out.push_str("...");
        }
        out
    }

    /// Python's `repr`, within the limits of the page.
    pub(crate) fn try_repr(&self) -> Result<String, Error> {
        let mut out = String::new();
        self.write_repr(&mut out)?;
        Ok(out)
    }

    /// Python's `str`, within the limits of the page; without a copy where the value is
    /// a text.
    pub(crate) fn try_text(&self) -> Result<Arc<str>, Error> {
        if let V::Str(text) = &self.0 {
            return Ok(Arc::clone(text));
        }
        let mut out = String::new();
        self.write_str(&mut out)?;
        Ok(out.into())
    }

    pub(crate) fn write_str(&self, out: &mut String) -> Result<(), Error> {
        match &self.0 {
            V::Str(text) => out.push_str(text),
            V::Int(i) => out.push_str(itoa::Buffer::new().format(*i)),
            V::Exception(error) => out.push_str(error.message()),
            V::Object(object) => match object.display() {
                Some(text) => out.push_str(&text),
                None => return self.write_repr(out),
            },
            _ => return self.write_repr(out),
        }
        Ok(())
    }

    fn write_repr(&self, out: &mut String) -> Result<(), Error> {
        let start = out.len();
        Writer::new(out, budget::room_left()).repr(self)?;
        let written = out.len() - start;
        budget::room(written)
    }
}

/// Writes a `repr`.
struct Writer<'a> {
    out: &'a mut String,
    /// The most bytes that `out` may have then.
    most: usize,
    /// The containers that are being written.
    within: Vec<usize>,
}

impl Writer<'_> {
    fn new(out: &mut String, most: usize) -> Writer<'_> {
        let most = most.saturating_add(out.len());
        Writer {
            out,
            most,
            within: Vec::new(),
        }
    }

    fn repr(&mut self, value: &Value) -> Result<(), Error> {
        match &value.0 {
            V::Tuple(items) => {
                let end = if items.len() == 1 { ",)" } else { ")" };
                self.items("(", items, end)?;
            }
            V::List(list) => {
                // A copy, since the text of an object in it may come from anywhere.
                let items = list.lock().clone();
                self.container(Arc::as_ptr(list).addr(), "[...]", |writer| {
                    writer.items("[", &items, "]")
                })?;
            }
            V::Set(set) if !set.lock().is_empty() => {
                let items: Vec<Value> = set.lock().iter().map(|key| key.0.clone()).collect();
                let (start, end) = if set.frozen {
                    ("frozenset({", "})")
                } else {
                    ("{", "}")
                };
                self.items(start, &items, end)?;
            }
            V::Dict(dict) => {
                let items = dict.lock().clone();
                self.container(Arc::as_ptr(dict).addr(), "{...}", |writer| {
                    writer.pairs(&items)
                })?;
            }
            V::Slice(parts) => self.items("slice(", &parts[..], ")")?,
            V::View(view) => {
                self.out.push_str(value.type_name());
                self.container(Arc::as_ptr(&view.dict).addr(), "(...)", |writer| {
                    writer.items("([", &view.items(), "])")
                })?;
            }
            _ => write_leaf(value, self.out),
        }
        if self.out.len() > self.most {
            let cut = self.out.floor_char_boundary(self.most);
            self.out.truncate(cut);
            return Err(budget::too_large());
        }
        Ok(())
    }

    /// Writes a container, or what stands for one that is within itself.
    fn container(
        &mut self,
        address: usize,
        again: &str,
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.within.contains(&address) {
            self.out.push_str(again);
            return Ok(());
        }
        self.within.push(address);
        let result = write(self);
        self.within.pop();
        result
    }

    fn items(&mut self, start: &str, items: &[Value], end: &str) -> Result<(), Error> {
        let _deeper = budget::deeper(SHOWING)?;
        self.out.push_str(start);
        for (i, item) in items.iter().enumerate() {
            self.out.push_str(if i == 0 { "" } else { ", " });
            self.repr(item)?;
        }
        self.out.push_str(end);
        Ok(())
    }

    fn pairs(&mut self, pairs: &IndexMap<Key, Value>) -> Result<(), Error> {
        let _deeper = budget::deeper(SHOWING)?;
        self.out.push('{');
        for (i, (key, value)) in pairs.iter().enumerate() {
            self.out.push_str(if i == 0 { "" } else { ", " });
            self.repr(&key.0)?;
            self.out.push_str(": ");
            self.repr(value)?;
        }
        self.out.push('}');
        Ok(())
    }
}

const SHOWING: &str = " while getting the repr of an object";

/// What is no container, or has nothing in it.
fn write_leaf(value: &Value, out: &mut String) {
    match &value.0 {
        V::None => out.push_str("None"),
        V::Bool(true) => out.push_str("True"),
        V::Bool(false) => out.push_str("False"),
        V::Int(i) => out.push_str(itoa::Buffer::new().format(*i)),
        V::Float(f) => push_float(out, *f),
        V::Str(text) => write_str_repr(text, out),
        V::Bytes(bytes) => write_bytes_repr(bytes, out),
        V::Range(range) => {
            let _ = write!(out, "range({}, {}", range.start, range.stop);
            if range.step != 1 {
                let _ = write!(out, ", {}", range.step);
            }
            out.push(')');
        }
        V::Iterator(rest) => {
            let _ = write!(out, "<generator of {}>", rest.len());
        }
        V::Function(function) => {
            let _ = write!(out, "<built-in function {}>", function.name);
        }
        V::Method(method) => {
            let of = method.of.type_name();
            let _ = write!(out, "<built-in method {} of {of} object>", method.name);
        }
        V::Lambda(_) => out.push_str("<function <lambda>>"),
        V::Class(name) => {
            let _ = write!(out, "<class '{name}'>");
        }
        V::Exception(error) => {
            let message = error.message();
            let _ = write!(out, "{}(", error.class());
            // What a KeyError says is the repr of the key already.
            if error.class() == "KeyError" {
                out.push_str(message);
            } else if !message.is_empty() {
                write_str_repr(message, out);
            }
            out.push(')');
        }
        V::Module(module) => {
            let _ = write!(out, "<module '{}'>", module.name);
        }
        V::Object(object) => match object.repr() {
            Some(text) => out.push_str(&text),
            None => {
                let _ = write!(out, "<{} object>", object.type_name());
            }
        },
        V::Remote(path) => {
            let _ = write!(out, "<{path}>");
        }
        V::Set(set) => {
            let _ = write!(out, "{}()", if set.frozen { "frozenset" } else { "set" });
        }
        V::Undefined | V::Cell(_) => out.push_str("<undefined>"),
        V::Tuple(_) | V::List(_) | V::Dict(_) | V::Slice(_) | V::View(_) => {}
    }
}

/// Python's `repr` of a float: the shortest digits that give it back.
pub(crate) fn float_repr(f: f64) -> String {
    let mut text = String::new();
    push_float(&mut text, f);
    text
}

pub(crate) fn push_float(out: &mut String, f: f64) {
    if f.is_nan() {
        out.push_str("nan");
    } else if f.is_infinite() {
        out.push_str(if f > 0.0 { "inf" } else { "-inf" });
    } else if f == 0.0 || (1e-4..1e16).contains(&f.abs()) {
        let start = out.len();
        let _ = write!(out, "{f}");
        if !out.as_bytes()[start..].contains(&b'.') {
            out.push_str(".0");
        }
    } else {
        out.push_str(&python_exponent(&format!("{f:e}")));
    }
}

/// `1e20` as Python writes it, `1e+20`: with a sign and two digits at least.
pub(crate) fn python_exponent(text: &str) -> String {
    let Some((digits, exponent)) = text.split_once('e') else {
        return text.to_owned();
    };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

fn write_str_repr(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if is_printable(c) => out.push(c),
            c => {
                let n = u32::from(c);
                let _ = match n {
                    0..=0xff => write!(out, "\\x{n:02x}"),
                    0x100..=0xffff => write!(out, "\\u{n:04x}"),
                    _ => write!(out, "\\U{n:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

/// Python's `str.isprintable` of one character. `char::escape_debug` goes by nearly
/// the same categories of Unicode; the spaces and what extends a character differ.
fn is_printable(c: char) -> bool {
    match c {
        ' ' => true,
        c if c.is_ascii() => !c.is_ascii_control(),
        c if c.is_whitespace() || c.is_control() => false,
        c if c.is_alphanumeric() => true,
        c => {
            let mut escaped = c.escape_debug();
            // Grapheme extenders are escaped by Rust for where they stand, not for
            // what they are: they are printed after a letter.
            escaped.len() == 1 || matches!(u32::from(c), 0x300..=0x36f | 0xfe00..=0xfe0f) || {
                let mut after_letter = String::from("a");
                after_letter.push(c);
                escaped.next();
                after_letter.escape_debug().nth(1) == Some(c)
            }
        }
    }
}

fn write_bytes_repr(bytes: &[u8], out: &mut String) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    out.push('b');
    out.push(quote);
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b if char::from(*b) == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..=0x7e => out.push(char::from(*byte)),
            b => {
                let _ = write!(out, "\\x{b:02x}");
            }
        }
    }
    out.push(quote);
}

/// Python's `str`: a text without quotes.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            V::Str(text) => f.write_str(text),
            V::Object(object) => match object.display() {
                Some(text) => f.write_str(&text),
                None => f.write_str(&self.repr()),
            },
            V::Exception(error) => f.write_str(error.message()),
            _ => f.write_str(&self.repr()),
        }
    }
}

/// Python's `repr`.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repr())
    }
}
