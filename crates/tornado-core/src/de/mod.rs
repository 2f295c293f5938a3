//! Reading client input into types, through serde.
//!
//! [`Text`] is one piece of text, such as an argument or a group of the path.
//! [`read`] makes a struct from fields by name, however they are stored;
//! `collect` does the same, and finds everything that is wrong.

mod blank;
mod failure;
mod readable;
mod record;
mod text;

pub(crate) use failure::{Failure, Kind};
pub use readable::Readable;
#[cfg(feature = "forms")]
pub(crate) use record::{Collected, collect};
pub(crate) use record::{Fields, read};
pub(crate) use text::Text;
