//! Rust functions that a template calls.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::convert::FromValue;
use super::kinds::{Args, Caller, Code, Function, V, Value};
use crate::error::Error;

/// What a Rust function may return to a template: a value, or a result of one.
pub trait IntoResult {
    /// Turns it into a value or an error.
    ///
    /// # Errors
    ///
    /// If it is one.
    fn into_result(self) -> Result<Value, Error>;
}

impl<T: Into<Value>> IntoResult for T {
    fn into_result(self) -> Result<Value, Error> {
        Ok(self.into())
    }
}

impl<T: Into<Value>, E: Into<Error>> IntoResult for Result<T, E> {
    fn into_result(self) -> Result<Value, Error> {
        self.map(Into::into).map_err(Into::into)
    }
}

/// A Rust function that a template can call: one with up to five arguments that
/// are [`FromValue`], or one that takes [`Args`].
pub trait IntoFunction<Arguments>: Send + Sync + 'static {
    /// Calls it.
    ///
    /// # Errors
    ///
    /// Those of the function, and a `TypeError` for arguments that it can't
    /// accept.
    fn call(&self, args: Args) -> Result<Value, Error>;
}

impl<F, R> IntoFunction<(Args,)> for F
where
    F: Fn(Args) -> R + Send + Sync + 'static,
    R: IntoResult,
{
    fn call(&self, args: Args) -> Result<Value, Error> {
        self(args).into_result()
    }
}

/// Marks the functions whose arguments are converted one by one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Each<T>(std::marker::PhantomData<T>);

macro_rules! into_function {
    ($count:literal $($name:ident)*) => {
        impl<F, R, $($name,)*> IntoFunction<Each<($($name,)*)>> for F
        where
            F: Fn($($name),*) -> R + Send + Sync + 'static,
            R: IntoResult,
            $($name: FromValue,)*
        {
            fn call(&self, args: Args) -> Result<Value, Error> {
                if let Some((name, _)) = args.named.first() {
                    return Err(Error::type_error(format!("unexpected keyword argument '{name}'")));
                }
                let given = args.positional.len();
                if given > $count {
                    return Err(Error::type_error(format!("takes {} arguments but {given} were given", $count)));
                }
                let mut _rest = args.positional.into_iter();
                self($({
                    // A missing one is None, so that an `Option` may be left out.
                    let value = match _rest.next() {
                        Some(value) => value,
                        None => Value::none(),
                    };
                    $name::from_value(value)?
                }),*).into_result()
            }
        }
    };
}

into_function!(0);
into_function!(1 A);
into_function!(2 A B);
into_function!(3 A B C);
into_function!(4 A B C D);
into_function!(5 A B C D E);

impl Value {
    /// A function that templates call. Its arguments and result are converted.
    ///
    /// ```
    /// use tornado_template::{Template, Value, context};
    ///
    /// let twice = Value::function("twice", |n: i64| n * 2);
    /// let template = Template::new("{{ twice(21) }}")?;
    /// assert_eq!(template.generate(context! { twice })?, "42");
    /// # Ok::<(), tornado_template::Error>(())
    /// ```
    #[must_use]
    pub fn function<A>(name: impl Into<Arc<str>>, function: impl IntoFunction<A>) -> Value {
        let name = name.into();
        let code = Code::Sync(Box::new(move |_, args| function.call(args)));
        Value(V::Function(Arc::new(Function { name, code })))
    }

    /// A function that waits for something. In a template it is called like any other; the page
    /// must be made with [`generate_async`](crate::Template::generate_async).
    #[must_use]
    pub fn async_function<F, R>(name: impl Into<Arc<str>>, function: F) -> Value
    where
        F: Fn(Args) -> R + Send + Sync + 'static,
        R: Future<Output: IntoResult> + Send + 'static,
    {
        let name = name.into();
        let code = Code::Async(Box::new(move |args| {
            let future = function(args);
            Box::pin(async move { future.await.into_result() })
        }));
        Value(V::Function(Arc::new(Function { name, code })))
    }

    /// As `builtin`, with a limit on the number of arguments.
    pub(crate) fn checked_builtin(
        name: &'static str,
        function: fn(&mut dyn Caller, Args) -> Result<Value, Error>,
        most: usize,
    ) -> Value {
        let code = Code::Sync(Box::new(move |caller, args: Args| {
            args.at_most(name, most)?;
            function(caller, args)
        }));
        let name = name.into();
        Value(V::Function(Arc::new(Function { name, code })))
    }

    /// A function that may call functions of the page.
    pub(crate) fn builtin(
        name: &'static str,
        function: fn(&mut dyn Caller, Args) -> Result<Value, Error>,
    ) -> Value {
        let code = Code::Sync(Box::new(function));
        let name = name.into();
        Value(V::Function(Arc::new(Function { name, code })))
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.name).finish()
    }
}
