//! `Readable`: the types that can be read, under a name for compiler messages.

use serde::de::DeserializeOwned;

/// The types as which arguments, groups, JSON and session values can be read:
/// any that implement serde's `Deserialize` and borrow nothing.
///
/// You never implement it; every such type has it. It is a trait of its own so
/// that the compiler can say what to write.
#[diagnostic::on_unimplemented(
    message = "a value can't be read as `{Self}`",
    label = "serde can't make a `{Self}` of it",
    note = "say the type where it is not clear: `let page: u32 = ..`, or `::<u32>` behind the name of the method",
    note = "`#[derive(serde::Deserialize)]` makes a struct of yours one that can be read"
)]
pub trait Readable: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Readable for T {}
