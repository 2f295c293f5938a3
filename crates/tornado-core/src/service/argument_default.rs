//! `ArgumentDefault`: the default for a missing argument, which determines its
//! type.

/// What [`get_argument_or`](crate::Input::get_argument_or) accepts as the
/// default of an argument of type `T`: text for a `String`; a number, a `bool`
/// or a `char` for itself.
///
/// It can't be implemented for other types, since the type of the default must
/// determine `T`. For your own type, write
/// `get_argument_as::<Option<T>>(name)?.unwrap_or(default)`.
pub trait ArgumentDefault<T>: sealed::Sealed {
    #[doc(hidden)]
    fn into_value(self) -> T;
}

mod sealed {
    use serde::de::DeserializeOwned;

    #[expect(unnameable_types, reason = "so that nobody else can implement it")]
    pub trait Sealed {}

    /// The types that are their own default. Through this trait the compiler
    /// infers the type of a number without a suffix, which a list of impls
    /// would prevent.
    #[expect(unnameable_types, reason = "so that nobody else can implement it")]
    pub trait Own: DeserializeOwned {}
}

impl<T: sealed::Own> sealed::Sealed for T {}

impl<T: sealed::Own> ArgumentDefault<T> for T {
    fn into_value(self) -> T {
        self
    }
}

macro_rules! for_itself {
    ($($ty:ty)*) => {
        $(impl sealed::Own for $ty {})*
    };
}

for_itself! {
    String bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize
}

macro_rules! for_text {
    ($($ty:ty)*) => {$(
        impl sealed::Sealed for $ty {}

        impl ArgumentDefault<String> for $ty {
            fn into_value(self) -> String {
                self.to_owned()
            }
        }
    )*};
}

for_text! { &str &String }
