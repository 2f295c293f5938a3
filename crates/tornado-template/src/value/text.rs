//! What Python's `str` and `repr` make of a value.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::kinds::{Part, V, Value, locked};

/// How deep containers may be nested to be shown whole.
const DEEPEST: u32 = 100;

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

    /// Python's `repr`: a text is in quotes.
    #[must_use]
    pub fn repr(&self) -> String {
        let mut out = String::new();
        self.write_repr(&mut out, 0);
        out
    }

    /// Python's `str`, without a copy where the value is a text.
    pub(crate) fn to_text(&self) -> Arc<str> {
        match &self.0 {
            V::Str(text) => Arc::clone(text),
            _ => self.to_string().into(),
        }
    }

    pub(crate) fn write_str(&self, out: &mut String) {
        match &self.0 {
            V::Str(text) => out.push_str(text),
            V::Int(i) => out.push_str(itoa::Buffer::new().format(*i)),
            V::Object(object) => match object.display() {
                Some(text) => out.push_str(&text),
                None => self.write_repr(out, 0),
            },
            V::Exception(error) => out.push_str(error.message()),
            _ => self.write_repr(out, 0),
        }
    }

    fn write_repr(&self, out: &mut String, depth: u32) {
        if depth > DEEPEST {
            out.push_str("...");
            return;
        }
        match &self.0 {
            V::Undefined | V::Cell(_) => out.push_str("<undefined>"),
            V::None => out.push_str("None"),
            V::Bool(true) => out.push_str("True"),
            V::Bool(false) => out.push_str("False"),
            V::Int(i) => out.push_str(itoa::Buffer::new().format(*i)),
            V::Float(f) => push_float(out, *f),
            V::Str(text) => write_str_repr(text, out),
            V::Bytes(bytes) => write_bytes_repr(bytes, out),
            V::Tuple(items) => {
                write_items(out, "(", items, depth);
                out.push_str(if items.len() == 1 { ",)" } else { ")" });
            }
            V::List(list) => {
                // A copy, since the text of an object in it may come from anywhere.
                let items = list.lock().clone();
                write_items(out, "[", &items, depth);
                out.push(']');
            }
            V::Set(set) => {
                let items: Vec<Value> = set.lock().iter().map(|key| key.0.clone()).collect();
                match (items.is_empty(), set.frozen) {
                    (true, true) => out.push_str("frozenset()"),
                    (true, false) => out.push_str("set()"),
                    (false, true) => {
                        write_items(out, "frozenset({", &items, depth);
                        out.push_str("})");
                    }
                    (false, false) => {
                        write_items(out, "{", &items, depth);
                        out.push('}');
                    }
                }
            }
            V::Dict(dict) => {
                let items: Vec<(Value, Value)> = dict
                    .lock()
                    .iter()
                    .map(|(key, value)| (key.0.clone(), value.clone()))
                    .collect();
                out.push('{');
                for (i, (key, value)) in items.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    key.write_repr(out, depth + 1);
                    out.push_str(": ");
                    value.write_repr(out, depth + 1);
                }
                out.push('}');
            }
            V::Range(range) => {
                let _ = write!(out, "range({}, {}", range.start, range.stop);
                if range.step != 1 {
                    let _ = write!(out, ", {}", range.step);
                }
                out.push(')');
            }
            V::Slice(parts) => {
                write_items(out, "slice(", &parts[..], depth);
                out.push(')');
            }
            V::View(view) => {
                let items = view.items();
                let _ = write!(out, "{}(", self.type_name());
                write_items(out, "[", &items, depth);
                out.push_str("])");
            }
            V::Iterator(items) => {
                let _ = write!(out, "<generator of {}>", locked(items).len());
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
        }
    }
}

fn write_items(out: &mut String, start: &str, items: &[Value], depth: u32) {
    out.push_str(start);
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { ", " });
        item.write_repr(out, depth + 1);
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
            _ => {
                let mut out = String::new();
                self.write_str(&mut out);
                f.write_str(&out)
            }
        }
    }
}

/// Python's `repr`.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repr())
    }
}
