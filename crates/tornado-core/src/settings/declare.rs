//! `settings!`: the rows of a table, and everything that follows from them.

/// Declares settings, as a table with one row each.
///
/// A row is the documentation of a setting, its key, its type, and its default.
/// Everything else is derived from it: the setter with its name, the getter
/// with `get_` in front, reading it from files and the environment, the error
/// at the start if it can't be used, the warning for a misspelled key, and
/// [`Settings::rows`]. A crate with settings of its own declares a trait for
/// them. The tables of all crates that a program links are included, whether or
/// not those crates are called.
///
/// ```
/// use std::time::Duration;
/// use tornado_web::{Settings, SettingsError, settings};
///
/// settings! {
///     /// The settings of a mail box.
///     pub trait MailSettings {
///         /// The server that takes the mail.
///         mail_host: String,
///         /// How long it may take.
///         mail_timeout: Duration [above_zero] = 10 s,
///         /// The largest mail.
///         mail_max_size: usize (bytes) = 20 MiB,
///     }
/// }
///
/// fn above_zero(time: &Duration) -> Result<(), String> {
///     if time.is_zero() { Err("it is above zero".to_owned()) } else { Ok(()) }
/// }
///
/// let settings = Settings::new().mail_host("localhost");
/// assert_eq!(settings.get_mail_host(), Some("localhost"));
/// assert_eq!(settings.get_mail_timeout(), Duration::from_secs(10));
/// let error = Settings::from_toml_str("mail_timeout = 0").unwrap_err();
/// assert_eq!(error.key(), Some("mail_timeout"));
/// ```
///
/// | in a row | meaning |
/// |---|---|
/// | `key: Type` | a type that is a [`Setting`](crate::settings::Setting); without a default, the getter gives an `Option` |
/// | `(bytes)`, `("a colour")` | a description of the value, for errors, if the type is not enough |
/// | `[check]` | a function that refuses values |
/// | `= 30 s`, `7 days`, `64 KiB`, `off`, `on`, `0.2`, `"/"` | the default |
/// | `= (\|settings\| ..) "as it is"` | a default that depends on other settings, and its description |
/// | `= none "no limit"` | no default, with a description of what that means |
/// | `= own "this"` | the getter is written separately |
/// | `by impl Trait => function` | what the setter accepts, and the function that sets it: `fn(value, Settings) -> Settings` |
///
/// `#[check(function)]` above the trait names a function that checks all settings when an
/// application is built, `fn(&Settings) -> Result<(), SettingsError>`. For something that should
/// happen when it starts, use [`on_start!`](crate::on_start!).
///
/// [`Settings::rows`]: crate::Settings::rows
#[macro_export]
macro_rules! settings {
    (
        $(#[doc = $about:literal])*
        $(#[check($all:path)])?
        $vis:vis trait $name:ident { $($rows:tt)* }
    ) => {
        $crate::settings! { @table [$($all)?] $($rows)* }
        $crate::settings! { @trait [$(#[doc = $about])* $vis trait $name] $($rows)* }
        $crate::settings! { @methods [impl $name for $crate::Settings] [] $($rows)* }
    };
    (
        $(#[doc = $about:literal])*
        $(#[check($all:path)])?
        impl Settings { $($rows:tt)* }
    ) => {
        $crate::settings! { @table [$($all)?] $($rows)* }
        $crate::settings! { @methods [$(#[doc = $about])* impl $crate::Settings] [pub] $($rows)* }
    };

    // The parts. The rows are the same in each.
    (
        @table [$($all:path)?] $(
            $(#[doc = $doc:literal])+
            $key:ident: $type:ident $(<$arg:ident>)? $(($words:tt))? $([$check:path])?
            $(by $takes:ty => $set:path)?
            $(= $default:tt $($unit:ident)? $($said:literal)?)?
        ),* $(,)?
    ) => {
        const ROWS: &[$crate::settings::Row] = &[$(
            $crate::settings::Row::new::<$type $(<$arg>)?>(
                [
                    stringify!($key),
                    $crate::settings!(@words $type $(<$arg>)? $(($words))?),
                    $crate::settings!(@said $($default $($unit)? $($said)?)?),
                    concat!($($doc, "\n"),+),
                ],
                |given| $crate::settings::read::<$type $(<$arg>)?>(given, &[$(|value| $check(value))?]),
                ::std::marker::PhantomData,
            ),
        )*];
        static TABLE: $crate::settings::Table =
            $crate::settings::Table::new(ROWS)$(.check($all))?;
        $crate::settings::submit! { $crate::settings::Linked(&TABLE) }
    };
    (
        @trait [$($head:tt)*] $(
            $(#[doc = $doc:literal])+
            $key:ident: $type:ident $(<$arg:ident>)? $(($words:tt))? $([$check:path])?
            $(by $takes:ty => $set:path)?
            $(= $default:tt $($unit:ident)? $($said:literal)?)?
        ),* $(,)?
    ) => {
        $($head)*: Sized {
            $(
                $(#[doc = $doc])+
                #[doc = $crate::settings!(@about [$type $(<$arg>)? $(($words))?] $($default $($unit)? $($said)?)?)]
                #[must_use]
                fn $key(self, value: $crate::settings!(@takes [$($takes)?] $type $(<$arg>)?)) -> Self;

                $crate::settings! { @get ; [] $key [$type $(<$arg>)?] $($default $($unit)? $($said)?)? }
            )*
        }
    };
    (
        @methods [$($head:tt)*] $vis:tt $(
            $(#[doc = $doc:literal])+
            $key:ident: $type:ident $(<$arg:ident>)? $(($words:tt))? $([$check:path])?
            $(by $takes:ty => $set:path)?
            $(= $default:tt $($unit:ident)? $($said:literal)?)?
        ),* $(,)?
    ) => {
        $($head)* {
            $(
                $crate::settings! {
                    @set $vis
                    [
                        $(#[doc = $doc])+
                        #[doc = $crate::settings!(@about [$type $(<$arg>)? $(($words))?] $($default $($unit)? $($said)?)?)]
                    ]
                    $key [$($check)?] [$($takes => $set)?] $type $(<$arg>)?
                }
                $crate::settings! {
                    @get {} $vis $key [$type $(<$arg>)?] $($default $($unit)? $($said)?)?
                }
            )*
        }
    };

    // A setter.
    (@set [$($vis:tt)?] [$($docs:tt)*] $key:ident [$($check:path)?] [] $($type:tt)+) => {
        $($docs)*
        #[must_use]
        #[track_caller]
        $($vis)? fn $key(self, $key: $crate::settings!(@takes [] $($type)+)) -> $crate::Settings {
            let row = (&TABLE, const { $crate::settings::index(ROWS, stringify!($key)) });
            let value: $($type)+ = $crate::settings!(@from $key $($type)+);
            self.set_row(row, value, &[$(|value| $check(value))?])
        }
    };
    (@set [$($vis:tt)?] [$($docs:tt)*] $key:ident [$($check:path)?] [$takes:ty => $set:path] $($type:tt)+) => {
        $($docs)*
        #[must_use]
        #[track_caller]
        $($vis)? fn $key(self, $key: $takes) -> $crate::Settings {
            $set($key, self)
        }
    };

    // A getter: declared if the argument is `;`, and defined if it is `{}`.
    (@get $end:tt [$($vis:tt)?] $key:ident [$($type:tt)+] own $($said:literal)?) => {};
    (@get $end:tt [$($vis:tt)?] $key:ident [$($type:tt)+] none $($said:literal)?) => {
        $crate::settings! { @get $end [$($vis)?] $key [$($type)+] }
    };
    (@get ; [] $key:ident [$($type:tt)+]) => {
        $crate::settings::paste! {
            #[doc = concat!("The setting [`", stringify!($key), "`](Self::", stringify!($key), "), if it is set.")]
            #[must_use]
            fn [<get_ $key>](&self) -> Option<$crate::settings!(@gives $($type)+)>;
        }
    };
    (@get {} [$($vis:tt)?] $key:ident [$($type:tt)+]) => {
        $crate::settings::paste! {
            #[doc = concat!("The setting [`", stringify!($key), "`](Self::", stringify!($key), "), if it is set.")]
            #[must_use]
            $($vis)? fn [<get_ $key>](&self) -> Option<$crate::settings!(@gives $($type)+)> {
                let index = const { $crate::settings::index(ROWS, stringify!($key)) };
                let value: Option<&$($type)+> = self.row(&TABLE, index);
                value.map(|value| $crate::settings!(@lend value $($type)+))
            }
        }
    };
    (@get ; [] $key:ident [$($type:tt)+] $($default:tt)+) => {
        $crate::settings::paste! {
            #[doc = concat!("The setting [`", stringify!($key), "`](Self::", stringify!($key), ").")]
            #[must_use]
            fn [<get_ $key>](&self) -> $crate::settings!(@gives $($type)+);
        }
    };
    (@get {} [$($vis:tt)?] $key:ident [$($type:tt)+] $($default:tt)+) => {
        $crate::settings::paste! {
            #[doc = concat!("The setting [`", stringify!($key), "`](Self::", stringify!($key), ").")]
            #[must_use]
            $($vis)? fn [<get_ $key>](&self) -> $crate::settings!(@gives $($type)+) {
                let index = const { $crate::settings::index(ROWS, stringify!($key)) };
                let value: Option<&$($type)+> = self.row(&TABLE, index);
                match value {
                    Some(value) => $crate::settings!(@lend value $($type)+),
                    None => $crate::settings!(@value self $($default)+),
                }
            }
        }
    };

    // A description of the value in a file.
    (@words $($type:ident)? $(<$arg:ident>)? ($words:literal)) => { $words };
    (@words usize (bytes)) => { "a number of bytes" };
    (@words bool) => { "`true` or `false`" };
    (@words String) => { "a text" };
    (@words Vec<String>) => { "a list of texts" };
    (@words PathBuf) => { "a path" };
    (@words Duration) => { "a number of seconds" };
    (@words f64) => { "a number" };
    (@words SameSite) => { "`Strict`, `Lax` or `None`" };
    (@words SecretSetting) => { "a text, or a table of texts with numbers for keys" };
    (@words $integer:ident) => { "a whole number" };
    (@about [$($type:tt)+] $($default:tt)*) => {
        concat!(
            "\n In a file, ", $crate::settings!(@words $($type)+),
            "; by default ", $crate::settings!(@said $($default)*), "."
        )
    };

    // The default, as a description and as a value.
    (@said) => { "none" };
    (@said none) => { "none" };
    (@said off) => { "`false`" };
    (@said on) => { "`true`" };
    (@said $value:literal) => { concat!("`", stringify!($value), "`") };
    (@said $value:literal $unit:ident) => { concat!(stringify!($value), " ", stringify!($unit)) };
    (@said $default:tt $said:literal) => { $said };
    (@value $settings:ident off) => { false };
    (@value $settings:ident on) => { true };
    (@value $settings:ident $value:literal) => { $value };
    (@value $settings:ident $value:literal s) => { ::std::time::Duration::from_secs($value) };
    (@value $settings:ident $value:literal days) => { ::std::time::Duration::from_secs($value * 86_400) };
    (@value $settings:ident $value:literal KiB) => { $value << 10 };
    (@value $settings:ident $value:literal MiB) => { $value << 20 };
    (@value $settings:ident $value:literal GiB) => { $value << 30 };
    (@value $settings:ident default $said:literal) => { ::std::default::Default::default() };
    (@value $settings:ident ($of:expr) $said:literal) => { ($of)($settings) };

    // What a setter accepts, what it stores, and what a getter returns.
    (@takes [$takes:ty] $($type:tt)+) => { $takes };
    (@takes [] String) => { impl ::std::convert::Into<String> };
    (@takes [] PathBuf) => { impl ::std::convert::Into<::std::path::PathBuf> };
    (@takes [] SecretSetting) => { impl ::std::convert::Into<$crate::SecretSetting> };
    (@takes [] Vec<String>) => { impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<String>> };
    (@takes [] $($type:tt)+) => { $($type)+ };
    (@from $value:ident String) => { $value.into() };
    (@from $value:ident PathBuf) => { $value.into() };
    (@from $value:ident SecretSetting) => { $value.into() };
    (@from $value:ident Vec<String>) => { $value.into_iter().map(::std::convert::Into::into).collect() };
    (@from $value:ident $($type:tt)+) => { $value };
    (@gives String) => { &str };
    (@gives PathBuf) => { &::std::path::Path };
    (@gives Vec<$arg:ident>) => { &[$arg] };
    (@gives $($type:tt)+) => { $($type)+ };
    (@lend $value:ident String) => { $value.as_str() };
    (@lend $value:ident PathBuf) => { $value.as_path() };
    (@lend $value:ident Vec<$arg:ident>) => { $value.as_slice() };
    (@lend $value:ident $($type:tt)+) => { ::std::clone::Clone::clone($value) };
}
