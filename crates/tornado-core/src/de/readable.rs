//! `Readable`: the types that can be read, with a name for the compiler to talk about.

use serde::de::DeserializeOwned;

/// What arguments, groups, JSON and the values of sessions are read as: any type of
/// serde's `Deserialize` that borrows nothing.
///
/// There is nothing to implement; every such type is one. It has a name so that the
/// compiler can say what to write.
#[diagnostic::on_unimplemented(
    message = "a value can't be read as `{Self}`",
    label = "serde can't make a `{Self}` of it",
    note = "say the type where it is not clear: `let page: u32 = ..`, or `::<u32>` behind the name of the method",
    note = "`#[derive(serde::Deserialize)]` makes a struct of yours one that can be read"
)]
pub trait Readable: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Readable for T {}
