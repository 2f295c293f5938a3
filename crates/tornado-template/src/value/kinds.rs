//! The kinds of values, which know one another.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::{Equivalent, IndexMap, IndexSet};

use super::budget;
use crate::error::Error;

/// A value of Python, as a template sees it.
///
/// It is made by `From` for what Rust has of its own, by
/// [`from_serialize`](Value::from_serialize) of anything that serde can write, and by
/// [`from_object`](Value::from_object) for structs with attributes and methods.
/// A clone of a list, a dict or a set is the same one, as in Python.
///
/// ```
/// use tornado_template::Value;
///
/// assert_eq!(Value::from(1e20).to_string(), "1e+20");
/// assert_eq!(Value::from(vec!["a", "it's"]).to_string(), "['a', \"it's\"]");
/// assert_eq!(Value::from(None::<i64>).to_string(), "None");
/// ```
#[derive(Clone)]
pub struct Value(pub(crate) V);

const _: () = assert!(size_of::<Value>() <= budget::VALUE);

/// What a [`Value`] is.
#[derive(Clone)]
pub(crate) enum V {
    /// A name without a value. No expression has this one.
    Undefined,
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    Tuple(Arc<Tuple>),
    List(Arc<List>),
    Dict(Arc<Dict>),
    Set(Arc<Set>),
    Range(Arc<Range>),
    Slice(Arc<[Value; 3]>),
    View(Arc<View>),
    /// A generator, `map(..)` and the like: what is left of them.
    Iterator(Arc<Rest>),
    Function(Arc<Function>),
    Method(Arc<Method>),
    Lambda(Arc<Lambda>),
    /// A class of Python, by name: `str`, `KeyError`.
    Class(&'static str),
    Exception(Arc<Error>),
    Module(Arc<Module>),
    Object(Arc<dyn Object>),
    Remote(Arc<str>),
    /// A name that functions within the page share. No expression has this one.
    Cell(Arc<Mutex<Value>>),
}

/// Something of Rust that a template may look into: attributes, items, methods.
///
/// Every method has a default, so an object offers what it implements. Templates
/// share it, so it is behind an `Arc` and its methods take `&self`.
///
/// ```
/// use tornado_template::{Args, Error, Object, Template, Value, context};
///
/// #[derive(Debug)]
/// struct Entry {
///     title: String,
/// }
///
/// impl Object for Entry {
///     fn get_attr(&self, name: &str) -> Option<Value> {
///         match name {
///             "title" => Some(self.title.as_str().into()),
///             _ => None,
///         }
///     }
///
///     fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
///         match name {
///             "link" => Some(args.get::<String>(0, "prefix").map(|p| (p + &self.title).into())),
///             _ => None,
///         }
///     }
/// }
///
/// let entry = Value::from_object(Entry { title: "News".to_owned() });
/// let template = Template::new(r#"{{ entry.title }} {{ entry.link("/") }}"#)?;
/// assert_eq!(template.generate(context! { entry })?, "News /News");
/// # Ok::<(), Error>(())
/// ```
pub trait Object: fmt::Debug + Send + Sync + Any {
    /// The name of its type, as errors and `type(x).__name__` have it.
    fn type_name(&self) -> &str {
        "object"
    }

    /// The attribute `object.name`, or `None` where there is none.
    fn get_attr(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Writes the attribute `object.name` right into the page: without a
    /// [`Value`] between, for speed. False where it is not written, and
    /// [`get_attr`](Object::get_attr) is asked.
    fn write_attr(&self, name: &str, printer: &mut Printer<'_>) -> bool {
        let _ = (name, printer);
        false
    }

    /// Assigns `object.name = value`; `None` where that is not possible.
    fn set_attr(&self, name: &str, value: &Value) -> Option<Result<(), Error>> {
        let _ = (name, value);
        None
    }

    /// Calls `object.name(..)`; `None` where there is no such method. An attribute
    /// that can be called needs none of this.
    fn call_method(&self, name: &str, args: Args) -> Option<Result<Value, Error>> {
        let _ = (name, args);
        None
    }

    /// The methods that wait for something. The page's host is asked for them
    /// by [`Host::answer`](crate::Host::answer).
    fn is_async_method(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// Calls the object itself, `object(..)`.
    fn call(&self, args: Args) -> Option<Result<Value, Error>> {
        let _ = args;
        None
    }

    /// The item `object[key]`; `None` where it has no items at all.
    fn get_item(&self, key: &Value) -> Option<Result<Value, Error>> {
        let _ = key;
        None
    }

    /// Assigns `object[key] = value`; `None` where that is not possible.
    fn set_item(&self, key: &Value, value: &Value) -> Option<Result<(), Error>> {
        let _ = (key, value);
        None
    }

    /// What `{% for x in object %}` goes through; `None` where that is not possible.
    fn iterate(&self) -> Option<Vec<Value>> {
        None
    }

    /// Whether `item in object`. By default that looks through
    /// [`iterate`](Object::iterate).
    fn contains(&self, item: &Value) -> Option<bool> {
        let _ = item;
        None
    }

    /// `len(object)`; `None` where it has none.
    fn length(&self) -> Option<usize> {
        None
    }

    /// Whether `{% if object %}` takes it for true.
    fn is_true(&self) -> bool {
        self.length() != Some(0)
    }

    /// `str(object)`: what `{{ object }}` shows. `None` for `<Entry object>`.
    fn display(&self) -> Option<String> {
        None
    }

    /// `repr(object)`: what it is within a list. By default as
    /// [`display`](Object::display).
    fn repr(&self) -> Option<String> {
        self.display()
    }

    /// `format(object, spec)`, with a spec that is not empty.
    fn format(&self, spec: &str) -> Option<Result<String, Error>> {
        let _ = spec;
        None
    }

    /// How it compares with another value. By default an object equals itself alone.
    fn compare(&self, other: &Value) -> Option<std::cmp::Ordering> {
        let _ = other;
        None
    }

    /// A number that equal objects share, for keys of dicts.
    fn hash_code(&self) -> Option<u64> {
        None
    }

    /// An operator such as `-`; `reflected` where this is the right side of it.
    fn operate(
        &self,
        operator: &str,
        other: &Value,
        reflected: bool,
    ) -> Option<Result<Value, Error>> {
        let _ = (operator, other, reflected);
        None
    }

    /// What `json_encode` makes of it; `None` where that is an error.
    fn to_json(&self) -> Option<Value> {
        None
    }
}

/// Where an object writes an attribute: the page, with what is to be escaped.
pub struct Printer<'a> {
    pub(crate) out: &'a mut String,
    pub(crate) escape: bool,
}

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub struct Args {
    pub(crate) positional: Vec<Value>,
    pub(crate) named: Vec<(Arc<str>, Value)>,
}

/// Who can call a function of the page: builtins such as `sorted(.., key=..)` do.
pub(crate) trait Caller {
    fn call(&mut self, function: &Value, args: Args) -> Result<Value, Error>;
}

/// A caller for those who have none.
pub(crate) struct NoCaller;

impl Caller for NoCaller {
    fn call(&mut self, _: &Value, _: Args) -> Result<Value, Error> {
        Err(Error::type_error("this can't be called here"))
    }
}

/// A future that is in a value: of an async function of the program.
pub(crate) type Pending = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;

type SyncCode = dyn Fn(&mut dyn Caller, Args) -> Result<Value, Error> + Send + Sync;
type AsyncCode = dyn Fn(Args) -> Pending + Send + Sync;

pub(crate) enum Code {
    Sync(Box<SyncCode>),
    Async(Box<AsyncCode>),
}

/// A function of Rust, with its name.
pub(crate) struct Function {
    pub(crate) name: Arc<str>,
    pub(crate) code: Code,
}

/// A method with the value that it is of: `name.upper` without a call.
pub(crate) struct Method {
    pub(crate) of: Value,
    pub(crate) name: Arc<str>,
}

/// A function that a page has made.
pub(crate) struct Lambda {
    /// The program of the page, which this room does not know.
    pub(crate) program: Arc<dyn Any + Send + Sync>,
    pub(crate) function: usize,
    pub(crate) defaults: Vec<Value>,
    pub(crate) captured: Vec<Value>,
}

/// A module that `{% import %}` binds: names and what they are.
#[derive(Clone, Default)]
pub(crate) struct Module {
    pub(crate) name: Arc<str>,
    pub(crate) names: Vec<(Arc<str>, Value)>,
}

pub(crate) struct List(pub(super) Mutex<Vec<Value>>);

/// A tuple. Pairs are the most frequent ones: those of `dict.items()`.
pub(crate) enum Tuple {
    Pair([Value; 2]),
    Items(Box<[Value]>),
}

/// What is left of an iterator.
pub(crate) struct Rest(pub(super) Mutex<std::vec::IntoIter<Value>>);

pub(crate) struct Dict {
    pub(super) map: Mutex<IndexMap<Key, Value>>,
    /// Whether its keys are attributes as well, as those of `tornado.util.ObjectDict`.
    pub(crate) attributes: bool,
}

pub(crate) struct Set {
    pub(super) items: Mutex<IndexSet<Key>>,
    pub(crate) frozen: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) start: i64,
    pub(crate) stop: i64,
    pub(crate) step: i64,
}

/// `dict.keys()`, `dict.values()` or `dict.items()`.
pub(crate) struct View {
    pub(crate) dict: Arc<Dict>,
    pub(crate) part: Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Keys,
    Values,
    Items,
}

/// A lock is never held while anything else runs, so what it guards is whole even
/// if a thread died with it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl List {
    pub(crate) fn new(items: Vec<Value>) -> List {
        List(Mutex::new(items))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Vec<Value>> {
        locked(&self.0)
    }
}

impl FromIterator<Value> for Tuple {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Tuple {
        let mut items = items.into_iter();
        if items.size_hint() != (2, Some(2)) {
            return Tuple::Items(items.collect());
        }
        match (items.next(), items.next()) {
            (Some(first), Some(second)) => Tuple::Pair([first, second]),
            (first, second) => Tuple::Items(first.into_iter().chain(second).collect()),
        }
    }
}

impl Deref for Tuple {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        match self {
            Tuple::Pair(items) => items,
            Tuple::Items(items) => items,
        }
    }
}

impl DerefMut for Tuple {
    fn deref_mut(&mut self) -> &mut [Value] {
        match self {
            Tuple::Pair(items) => items,
            Tuple::Items(items) => items,
        }
    }
}

impl Rest {
    pub(crate) fn new(items: Vec<Value>) -> Rest {
        Rest(Mutex::new(items.into_iter()))
    }

    pub(crate) fn next(&self) -> Option<Value> {
        locked(&self.0).next()
    }

    /// All that is left, which is taken.
    pub(crate) fn take(&self) -> std::vec::IntoIter<Value> {
        std::mem::take(&mut *locked(&self.0))
    }

    pub(crate) fn len(&self) -> usize {
        locked(&self.0).len()
    }
}

impl Dict {
    pub(crate) fn new(map: IndexMap<Key, Value>, attributes: bool) -> Dict {
        let map = Mutex::new(map);
        Dict { map, attributes }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, IndexMap<Key, Value>> {
        locked(&self.map)
    }

    pub(crate) fn get_str(&self, name: &str) -> Option<Value> {
        self.lock().get(&StrKey(name)).cloned()
    }
}

impl Set {
    pub(crate) fn new(items: IndexSet<Key>, frozen: bool) -> Set {
        let items = Mutex::new(items);
        Set { items, frozen }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, IndexSet<Key>> {
        locked(&self.items)
    }
}

impl Range {
    pub(crate) fn len(&self) -> usize {
        let (low, high, step) = if self.step > 0 {
            (self.start, self.stop, i128::from(self.step))
        } else {
            (self.stop, self.start, -i128::from(self.step))
        };
        if low >= high {
            return 0;
        }
        let length = (i128::from(high) - i128::from(low) + step - 1) / step;
        usize::try_from(length).unwrap_or(usize::MAX)
    }

    pub(crate) fn get(&self, index: usize) -> i64 {
        // Below `stop`, so it fits.
        self.start
            .wrapping_add(self.step.wrapping_mul(index as i64))
    }
}

/// A value that can be a key of a dict.
#[derive(Clone)]
pub(crate) struct Key(pub(crate) Value);

/// A text that is looked for in a dict.
pub(crate) struct StrKey<'a>(pub(crate) &'a str);

impl Key {
    pub(crate) fn new(value: Value) -> Result<Key, Error> {
        value.check_hashable()?;
        Ok(Key(value))
    }
}

fn hash_value<H: Hasher>(value: &Value, state: &mut H) {
    match &value.0 {
        V::Bool(b) => hash_int(i64::from(*b), state),
        V::Int(i) => hash_int(*i, state),
        V::Float(f) if f.fract() == 0.0 && f.abs() < 9.2e18 => hash_int(*f as i64, state),
        V::Float(f) => (2u8, f.to_bits()).hash(state),
        V::Str(s) => hash_str(s, state),
        V::Bytes(b) => (4u8, b).hash(state),
        V::Tuple(items) => {
            5u8.hash(state);
            items.iter().for_each(|item| hash_value(item, state));
        }
        V::Object(o) => (6u8, o.hash_code()).hash(state),
        V::Set(set) => {
            // In whatever order its items stand.
            let one = |key: &Key| {
                let mut hasher = DefaultHasher::new();
                key.hash(&mut hasher);
                hasher.finish()
            };
            let sum = set.lock().iter().map(one).fold(0, u64::wrapping_add);
            (7u8, sum).hash(state);
        }
        V::Range(range) => (8u8, range.len()).hash(state),
        V::Class(name) => (9u8, name).hash(state),
        V::Remote(path) => (9u8, path).hash(state),
        V::Method(method) => (10u8, &method.name).hash(state),
        V::Lambda(lambda) => (11u8, Arc::as_ptr(lambda).addr()).hash(state),
        V::Function(function) => (11u8, Arc::as_ptr(function).addr()).hash(state),
        V::Iterator(rest) => (11u8, Arc::as_ptr(rest).addr()).hash(state),
        V::Exception(error) => (11u8, Arc::as_ptr(error).addr()).hash(state),
        // What is left is equal to few others: one place for all of them is slow, not wrong.
        _ => 12u8.hash(state),
    }
}

fn hash_int<H: Hasher>(i: i64, state: &mut H) {
    (1u8, i).hash(state);
}

fn hash_str<H: Hasher>(text: &str, state: &mut H) {
    text.hash(state);
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_value(&self.0, state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        let same = || self.0.is_same(&other.0) || self.0.equals(&other.0);
        match (&self.0.0, &other.0.0) {
            (V::Str(a), V::Str(b)) => a == b,
            (V::Int(a), V::Int(b)) => a == b,
            _ => budget::work(1).is_ok() && same(),
        }
    }
}

impl Eq for Key {}

impl Hash for StrKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_str(self.0, state);
    }
}

impl Equivalent<Key> for StrKey<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        matches!(&key.0.0, V::Str(text) if **text == *self.0)
    }
}
