//! What Python knows by itself: functions, classes, methods, modules.

mod bytes;
mod calendar;
mod classes;
mod datetime;
mod deltas;
mod dict;
mod fields;
mod format;
mod from_dates;
mod functions;
mod globals;
mod list;
mod methods;
mod modules;
mod numbers;
mod pad;
mod percent;
mod re;
mod set;
mod strftime;
mod text;
mod text_parts;
mod time_types;

pub(crate) use classes::matches_class;
pub(crate) use format::{convert, format};
pub(crate) use functions::iterator;
pub(crate) use globals::{global, namespace};
pub(crate) use methods::{attribute, call_method, construct, has_method, is_method_of_any, raised};
pub(crate) use modules::{module, new_module};
pub(crate) use percent::percent;
pub(crate) use set::new as new_set;
