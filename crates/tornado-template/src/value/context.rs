//! The named values that a page is given.

use std::sync::Arc;

use super::kinds::{V, Value};

/// The names that a page is given (the keyword arguments of Tornado's
/// `Template.generate`). [`context!`](crate::context) builds one.
#[derive(Clone, Debug, Default)]
pub struct Context {
    names: Vec<(Arc<str>, Value)>,
}

impl Context {
    /// No names.
    #[must_use]
    pub fn new() -> Context {
        Context::default()
    }

    /// Adds a name. The last value for a name counts.
    #[must_use]
    pub fn with(mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Context {
        self.insert(name, value);
        self
    }

    /// Adds a name. The last value for a name counts.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) {
        self.names.push((name.into(), value.into()));
    }

    /// Adds the names of another context, or the keys of a dict.
    pub fn extend(&mut self, other: impl Into<Context>) {
        self.names.extend(other.into().names);
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = self.names.iter().rev().find(|(known, _)| **known == *name);
        found.map(|(_, value)| value)
    }

    /// The names and values, in the order in which they were given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.names.iter().map(|(name, value)| (&**name, value))
    }
}

/// The keys of a dict that are texts; empty for any other value.
impl From<Value> for Context {
    fn from(value: Value) -> Context {
        let mut context = Context::new();
        if let V::Dict(dict) = &value.0 {
            for (key, value) in dict.lock().iter() {
                if let V::Str(name) = &key.0.0 {
                    context.insert(Arc::clone(name), value.clone());
                }
            }
        }
        context
    }
}

impl From<&Context> for Context {
    fn from(context: &Context) -> Context {
        context.clone()
    }
}

/// Makes a [`Context`](crate::Context): `context! { entries, title = "Home", ..more }`.
///
/// A bare name stands for the variable with that name. `..` is followed by
/// another context, or a dict.
///
/// ```
/// use tornado_template::{Template, context};
///
/// let user = "Kim";
/// let template = Template::new("{{ greeting }}, {{ user }}!")?;
/// assert_eq!(template.generate(context! { user, greeting = "Hello" })?, "Hello, Kim!");
/// # Ok::<(), tornado_template::Error>(())
/// ```
#[macro_export]
macro_rules! context {
    ($($rest:tt)*) => {{
        #[allow(unused_mut, reason = "nothing is added where there is nothing")]
        let mut context = $crate::Context::new();
        $crate::__context!(context; $($rest)*);
        context
    }};
}

/// One name after another, for `context!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __context {
    ($context:ident;) => {};
    ($context:ident; .. $other:expr $(, $($rest:tt)*)?) => {
        $context.extend($other);
        $($crate::__context!($context; $($rest)*);)?
    };
    ($context:ident; $name:ident = $value:expr $(, $($rest:tt)*)?) => {
        $context.insert(stringify!($name), $value);
        $($crate::__context!($context; $($rest)*);)?
    };
    ($context:ident; $name:ident $(, $($rest:tt)*)?) => {
        $context.insert(stringify!($name), $name);
        $($crate::__context!($context; $($rest)*);)?
    };
}
