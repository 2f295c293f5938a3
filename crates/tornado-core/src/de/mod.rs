//! Reading what a client has sent into types, through serde.
//!
//! [`Text`] is one piece of text, such as an argument or a group of the path.
//! [`read`] makes a struct of fields by their names, whatever they are kept in.

mod blank;
mod failure;
mod record;
mod text;

pub(crate) use failure::{Failure, Kind};
pub(crate) use record::{Fields, read};
pub(crate) use text::Text;
