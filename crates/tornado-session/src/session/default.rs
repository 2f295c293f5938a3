//! `DefaultFor`: what `get_or` accepts as a default.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A default for a session value of type `T`: text for a `String`, and the
/// value itself for numbers, `bool`, lists, maps, JSON and `Option`s.
///
/// It can't be implemented for other types. For those, write
/// `session.get::<Cart>("cart")?.unwrap_or_default()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the default of `get_or` for a `{T}`",
    label = "no text, number, `bool`, list, map or `Option`, or another one than the value is",
    note = "for a type of your own, write `session.get::<Cart>(key)?.unwrap_or_default()`, or `unwrap_or(default)`"
)]
pub trait DefaultFor<T>: Sealed<T> {
    /// The default, as the type of the value.
    #[doc(hidden)]
    fn into_value(self) -> T;
}

#[expect(unnameable_types, reason = "nobody else is to implement it")]
pub trait Sealed<T> {}
impl<T: Own> Sealed<T> for T {}
impl Sealed<String> for &str {}

/// The types that are their own default. Through this trait the compiler infers
/// the type of a number without a suffix, which a list of impls of `DefaultFor`
/// would prevent.
#[expect(unnameable_types, reason = "nobody else is to implement it")]
pub trait Own: DeserializeOwned {}

impl<T: Own> DefaultFor<T> for T {
    fn into_value(self) -> T {
        self
    }
}

impl DefaultFor<String> for &str {
    fn into_value(self) -> String {
        self.to_owned()
    }
}

macro_rules! own {
    ($($type:ty),*) => {
        $(impl Own for $type {})*
    };
}

own!(
    bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, String,
    Value
);

impl<T: DeserializeOwned> Own for Vec<T> {}
impl<T: DeserializeOwned> Own for Option<T> {}
impl<T: DeserializeOwned> Own for BTreeMap<String, T> {}
impl<T: DeserializeOwned> Own for HashMap<String, T> {}
