//! Values with the rules of Python.

mod access;
mod args;
pub(crate) mod budget;
mod compare;
mod contents;
mod context;
mod convert;
mod function;
mod kinds;
mod number;
mod printer;
mod serialize;
mod text;

pub use args::FromArgument;
pub use context::Context;
pub use convert::FromValue;
pub use function::{Each, IntoFunction, IntoResult};
pub use kinds::{Args, Object, Printer, Value};

pub(crate) use access::{new_dict, slice_bounds};
pub(crate) use compare::{Compare, Number};
pub(crate) use contents::Count;
pub(crate) use kinds::{
    Caller, Code, Dict, Key, Lambda, List, Method, Module, NoCaller, Part, Pending, Range, Rest,
    Set, StrKey, Tuple, V, View, locked,
};
pub(crate) use number::{BESIDE, Binary, Unary};
pub(crate) use printer::{no_utf8, push_escaped};
pub(crate) use serialize::CIRCULAR;
pub(crate) use text::{float_repr, python_exponent};
