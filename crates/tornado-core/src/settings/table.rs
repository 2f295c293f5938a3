//! The tables of settings: what `settings!` makes from its rows.

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::setting::AnySetting;
use super::{Given, Setting, Settings, SettingsError};

/// A row: one setting.
pub struct Row {
    key: &'static str,
    takes: &'static str,
    default: &'static str,
    doc: &'static str,
    secret: bool,
    read: Read,
}

type Read = fn(&Given) -> Result<Made, String>;

/// The value of a row, without its type. Only for `settings!`.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Made(Arc<dyn AnySetting>);

/// A requirement for the value of a row beyond its type. Only for `settings!`.
#[doc(hidden)]
pub type Check<T> = fn(&T) -> Result<(), String>;

impl Row {
    /// Only for `settings!`.
    #[doc(hidden)]
    pub const fn new<T: Setting>(
        [key, takes, default, doc]: [&'static str; 4],
        read: Read,
        _type: std::marker::PhantomData<T>,
    ) -> Row {
        let secret = T::SECRET;
        Row {
            key,
            takes,
            default,
            doc,
            secret,
            read,
        }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// A description of its value in a file, such as "a number of seconds".
    #[must_use]
    pub fn takes(&self) -> &'static str {
        self.takes
    }

    /// A description of its default.
    #[must_use]
    pub fn default(&self) -> &'static str {
        self.default
    }

    /// The documentation of its setter, as Markdown.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        self.doc
    }

    /// Whether it is a secret: see [`Setting::SECRET`].
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Reads a value; `None` if it means that nothing is set.
    fn read(&self, given: &Given) -> Result<Option<Made>, SettingsError> {
        if given.is_null() {
            return Ok(None);
        }
        match (self.read)(given) {
            Ok(made) => Ok(Some(made)),
            Err(_) if given.reads_as_null() => Ok(None),
            Err(error) => {
                let message = format_args!("it takes {}: {error}", self.takes);
                Err(SettingsError::new(self.key, message))
            }
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The rows of this crate, or of another.
pub struct Table {
    rows: &'static [Row],
    check: fn(&Settings) -> Result<(), SettingsError>,
}

impl Table {
    /// Only for `settings!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(rows: &'static [Row]) -> Table {
        Table {
            rows,
            check: |_| Ok(()),
        }
    }

    /// Only for `settings!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn check(mut self, check: fn(&Settings) -> Result<(), SettingsError>) -> Table {
        self.check = check;
        self
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rows).finish()
    }
}

/// A table that is linked into the program, whether or not its crate is called.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "`settings!` makes it in other crates"
)]
pub struct Linked(pub &'static Table);

inventory::collect!(Linked);

pub(super) fn tables() -> impl Iterator<Item = &'static Table> {
    inventory::iter::<Linked>.into_iter().map(|linked| linked.0)
}

/// All existing rows.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    tables().flat_map(|table| table.rows)
}

/// The position of a row in its table.
#[doc(hidden)]
#[must_use]
pub const fn index(rows: &[Row], key: &str) -> usize {
    let mut index = 0;
    // For a missing key, `rows[index]` stops the compilation.
    while !same(rows[index].key.as_bytes(), key.as_bytes()) {
        index += 1;
    }
    index
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    a.len() == b.len() && i == a.len()
}

#[doc(hidden)]
pub fn read<T: Setting>(given: &Given, checks: &[Check<T>]) -> Result<Made, String> {
    let value = T::read(given)?;
    checks.iter().try_for_each(|check| check(&value))?;
    Ok(Made(Arc::new(value)))
}

/// Where a value comes from, for errors.
#[derive(Clone)]
pub(super) enum Source {
    Code(&'static Location<'static>),
    Named(Arc<str>),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Code(location) => location.fmt(f),
            Source::Named(name) => f.write_str(name),
        }
    }
}

/// The values that are set, for the tables that have any.
#[derive(Clone, Default)]
pub(super) struct Values(Vec<(&'static Table, Vec<Slot>)>);

type Slot = Option<(Made, Source)>;

impl Values {
    #[inline]
    fn set(&self, table: &'static Table, index: usize) -> Option<&(Made, Source)> {
        let (_, values) = self
            .0
            .iter()
            .find(|(other, _)| std::ptr::eq(*other, table))?;
        values.get(index)?.as_ref()
    }

    fn slot(&mut self, table: &'static Table, index: usize) -> &mut Slot {
        let place = self
            .0
            .iter()
            .position(|(other, _)| std::ptr::eq(*other, table));
        let place = place.unwrap_or_else(|| {
            self.0.push((table, vec![None; table.rows.len()]));
            self.0.len() - 1
        });
        &mut self.0[place].1[index]
    }

    pub(super) fn merge(&mut self, other: Values) {
        for (table, values) in other.0 {
            for (index, value) in values.into_iter().enumerate() {
                if value.is_some() {
                    *self.slot(table, index) = value;
                }
            }
        }
    }

    /// Reads a key that has a row; `None` if it has none. A crate may be linked
    /// twice, in its own tests; each copy has its own types.
    pub(super) fn insert(
        &mut self,
        key: &str,
        given: &Given,
        source: &Source,
    ) -> Option<Result<(), SettingsError>> {
        let mut result = None;
        for table in tables() {
            let Some(index) = table.rows.iter().position(|row| row.key == key) else {
                continue;
            };
            let read = table.rows[index].read(given);
            result = Some(read.map(|made| {
                *self.slot(table, index) = made.map(|made| (made, source.clone()));
            }));
        }
        result
    }

    fn entries(&self) -> impl Iterator<Item = (&'static str, &(Made, Source))> {
        self.0.iter().flat_map(|(table, values)| {
            let values = values.iter().zip(table.rows);
            values.filter_map(|(value, row)| Some((row.key, value.as_ref()?)))
        })
    }

    fn entry(&self, key: &str) -> Option<&(Made, Source)> {
        self.entries()
            .find(|(other, _)| *other == key)
            .map(|(_, set)| set)
    }

    pub(super) fn show(&self, key: &str) -> Option<serde_json::Value> {
        self.entry(key).map(|(made, _)| made.0.show())
    }

    pub(super) fn source(&self, key: &str) -> Option<&Source> {
        self.entry(key).map(|(_, source)| source)
    }

    pub(super) fn debug(&self, map: &mut fmt::DebugMap<'_, '_>) {
        for (key, (made, _)) in self.entries() {
            map.entry(&key, &made.0);
        }
    }
}

/// What `settings!` calls.
impl Settings {
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn row<T: Setting>(&self, table: &'static Table, index: usize) -> Option<&T> {
        let value: &dyn Any = &*self.values.set(table, index)?.0.0;
        value.downcast_ref()
    }

    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub fn set_row<T: Setting>(
        mut self,
        (table, index): (&'static Table, usize),
        value: T,
        checks: &[Check<T>],
    ) -> Settings {
        let source = Source::Code(Location::caller());
        match checks.iter().try_for_each(|check| check(&value)) {
            Ok(()) => {
                *self.values.slot(table, index) = Some((Made(Arc::new(value)), source));
            }
            Err(wrong) => {
                let error = SettingsError::new(table.rows[index].key, wrong);
                self.errors.push(error.in_source(&source));
            }
        }
        self
    }

    /// All settings of this crate and of the others that are linked into the
    /// program, for programs that list them.
    ///
    /// ```
    /// use tornado_web::Settings;
    /// let row = Settings::rows().find(|row| row.key() == "max_header_size").unwrap();
    /// assert_eq!((row.takes(), row.default()), ("a number of bytes", "64 KiB"));
    /// ```
    pub fn rows() -> impl Iterator<Item = &'static Row> {
        rows()
    }

    /// Asks each table whether its settings are consistent.
    pub(super) fn check_tables(&self) -> Result<(), SettingsError> {
        tables().try_for_each(|table| (table.check)(self))
    }
}
