//! `UrlArgs`: values for the groups of a route's pattern.

use std::fmt::Display;

/// The arguments of [`reverse_url`](crate::Context::reverse_url): `()` for
/// none; one text or number; a tuple of up to six values with `Display`; or a
/// list of texts.
///
/// ```
/// use tornado_web::{Application, Exchange, Settings, url};
///
/// let rules = [
///     url(r"/", |exchange: Exchange| exchange).name("home"),
///     url(r"/entry/(\d+)", |exchange: Exchange| exchange).name("entry"),
///     url(r"/(\d+)/(\w+)", |exchange: Exchange| exchange).name("archive"),
/// ];
/// let app = Application::new(rules, Settings::new()).unwrap();
/// assert_eq!(app.reverse_url("home", ()).unwrap(), "/");
/// assert_eq!(app.reverse_url("entry", 7).unwrap(), "/entry/7");
/// assert_eq!(app.reverse_url("archive", (2026, "may")).unwrap(), "/2026/may");
/// assert_eq!(app.reverse_url("entry", &["7"]).unwrap(), "/entry/7");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't fill the groups of a route",
    note = "write `()` for a route without groups, a text or a number for one group, and a tuple of them for several"
)]
pub trait UrlArgs {
    /// The arguments, one for each group.
    fn into_texts(self) -> Vec<String>;
}

impl<A: AsRef<str>> UrlArgs for &[A] {
    fn into_texts(self) -> Vec<String> {
        self.iter().map(|arg| arg.as_ref().to_owned()).collect()
    }
}

impl<A: AsRef<str>, const N: usize> UrlArgs for &[A; N] {
    fn into_texts(self) -> Vec<String> {
        self.as_slice().into_texts()
    }
}

impl<A: AsRef<str>, const N: usize> UrlArgs for [A; N] {
    fn into_texts(self) -> Vec<String> {
        self.as_slice().into_texts()
    }
}

impl<A: AsRef<str>> UrlArgs for &Vec<A> {
    fn into_texts(self) -> Vec<String> {
        self.as_slice().into_texts()
    }
}

macro_rules! one {
    ($($type:ty),*) => {$(
        impl UrlArgs for $type {
            fn into_texts(self) -> Vec<String> {
                vec![self.to_string()]
            }
        }
    )*};
}

one!(
    &str, String, &String, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

impl UrlArgs for () {
    fn into_texts(self) -> Vec<String> {
        Vec::new()
    }
}

macro_rules! tuples {
    ($(($($name:ident $value:ident),*);)*) => {$(
        impl<$($name: Display),*> UrlArgs for ($($name,)*) {
            fn into_texts(self) -> Vec<String> {
                let ($($value,)*) = self;
                vec![$($value.to_string()),*]
            }
        }
    )*};
}

tuples! {
    (A a);
    (A a, B b);
    (A a, B b, C c);
    (A a, B b, C c, D d);
    (A a, B b, C c, D d, E e);
    (A a, B b, C c, D d, E e, F f);
}
