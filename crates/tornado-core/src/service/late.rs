//! The hooks with `self` that services call, from any class: they run on the
//! outermost handler.
//!
//! A base is a field of the classes derived from it and can't reach them. So
//! the value of the calling class is moved out and wrapped up to the outermost
//! class, where the hook runs; then it is moved back. The wrapping classes are
//! rebuilt. That is correct if they hold only the application's state and what
//! their factory provides. If they hold more, the hook can't be called, which
//! is an error unless the outermost handler has not written it.

use std::any::{TypeId, type_name};
use std::cell::Cell;
use std::mem;

use http::HeaderValue;
#[cfg(feature = "templates")]
use tornado_template::{Args, Context, Value};

use crate::exchange::{Away, Class, Obstacle};
use crate::locale::Locale;
use crate::{Error, Finish, Handler, RequestHandler, Result, User};

/// The hook `get_current_user`.
pub(super) async fn get_current_user<H: RequestHandler>(handler: &mut H) -> Result<Option<User>> {
    let Some(class) = handler.exchange().outer_class::<H>() else {
        return handler.get_current_user().await;
    };
    let author = class.author_of_get_current_user();
    if is_within::<H>(author.id) {
        return handler.get_current_user().await;
    }
    let mut lent = Lent::new(handler, author.class, "get_current_user")?;
    author.class.get_current_user(lent.away()).await
}

/// The hook `get_user_locale`.
pub(super) async fn get_user_locale<H: RequestHandler>(handler: &mut H) -> Result<Option<Locale>> {
    let Some(class) = handler.exchange().outer_class::<H>() else {
        return handler.get_user_locale().await;
    };
    let author = class.author_of_get_user_locale();
    if is_within::<H>(author.id) {
        return handler.get_user_locale().await;
    }
    let mut lent = Lent::new(handler, author.class, "get_user_locale")?;
    author.class.get_user_locale(lent.away()).await
}

/// The hook `get_template_namespace`.
#[cfg(feature = "templates")]
pub(crate) async fn get_template_namespace<H: RequestHandler>(handler: &mut H) -> Result<Context> {
    let Some(class) = handler.exchange().outer_class::<H>() else {
        return handler.get_template_namespace().await;
    };
    let author = class.author_of_get_template_namespace();
    if is_within::<H>(author.id) {
        return handler.get_template_namespace().await;
    }
    let mut lent = Lent::new(handler, author.class, "get_template_namespace")?;
    author.class.get_template_namespace(lent.away()).await
}

/// The hook `template_attribute`.
#[cfg(feature = "templates")]
pub(crate) async fn template_attribute<H: RequestHandler>(
    handler: &mut H,
    name: &str,
    args: Option<Args>,
) -> Result<Option<Value>> {
    let Some(class) = handler.exchange().outer_class::<H>() else {
        return handler.template_attribute(name, args).await;
    };
    let author = class.author_of_template_attribute();
    if is_within::<H>(author.id) {
        return handler.template_attribute(name, args).await;
    }
    let mut lent = Lent::new(handler, author.class, "template_attribute")?;
    let asked = author.class.template_attribute(lent.away(), name, args);
    asked.await
}

/// The hook `set_default_headers`.
pub(super) fn set_default_headers<H: RequestHandler>(handler: &mut H) -> Result {
    let Some(class) = handler.exchange().outer_class::<H>() else {
        ask("set_default_headers", || handler.set_default_headers());
        return Ok(());
    };
    let mut lent = Lent::new(handler, class, "set_default_headers")?;
    ask("set_default_headers", || {
        class.set_default_headers(lent.away())
    });
    Ok(())
}

/// The hook `compute_etag`.
pub(super) fn compute_etag<H: RequestHandler>(handler: &mut H) -> Result<Option<HeaderValue>> {
    let Some(class) = handler.exchange().outer_class::<H>() else {
        return Ok(ask("compute_etag", || handler.compute_etag()));
    };
    let mut lent = Lent::new(handler, class, "compute_etag")?;
    Ok(ask("compute_etag", || class.compute_etag(lent.away())))
}

/// Whether it is the class `H` or one of its bases.
fn is_within<H: Handler>(id: TypeId) -> bool {
    let (own, base) = (TypeId::of::<H>(), TypeId::of::<H::Base>());
    id == own || (own != base && is_within::<H::Base>(id))
}

/// Runs a hook that takes the exchange instead of `self`, for the service that
/// calls it.
///
/// A hook that calls the service again, instead of its base's hook, would
/// recurse without end. Python raises an exception; here the process would die.
#[inline]
pub(crate) fn ask<T>(hook: &'static str, run: impl FnOnce() -> T) -> T {
    thread_local! {
        static DEPTH: Cell<usize> = const { Cell::new(0) };
    }
    struct Left;
    impl Drop for Left {
        fn drop(&mut self) {
            DEPTH.set(DEPTH.get() - 1);
        }
    }
    let depth = DEPTH.get();
    assert!(
        depth < MOST_HOOKS,
        "`{hook}` calls the service that asks it, and so itself: call that of the base, `Base::{hook}(..)`"
    );
    DEPTH.set(depth + 1);
    let _left = Left;
    run()
}

/// How deeply hooks may call one another; a handful is a lot.
const MOST_HOOKS: usize = 50;

/// How often a base may be lent while it is lent.
const MOST_LOANS: u8 = 8;

/// A handler whose value is lent out. Dropping this brings the value back,
/// however the hook ends: it returns, it panics, or its caller stops waiting.
struct Lent<'a, H: RequestHandler> {
    home: &'a mut H,
    /// `None` while the outermost handler has it.
    value: Option<H>,
}

impl<'a, H: RequestHandler> Lent<'a, H> {
    /// # Errors
    ///
    /// When the hook can't be called. The reason is raised: the request fails
    /// even if the code of the base ignores this error.
    fn new(home: &'a mut H, class: &'static dyn Class, hook: &str) -> Result<Self> {
        match Lent::lend(home, class, hook) {
            Ok(vacant) => {
                home.exchange_mut().lend();
                let value = Some(mem::replace(home, vacant));
                Ok(Lent { home, value })
            }
            Err(why) => {
                home.exchange_mut().raise(Error::msg(why));
                Err(Finish::new().into())
            }
        }
    }

    /// A placeholder for the value, or the reason why it can't be lent.
    fn lend(home: &H, class: &'static dyn Class, hook: &str) -> std::result::Result<H, String> {
        let (outer, inner) = (class.name(), type_name::<H>());
        if home.exchange().times_lent() >= MOST_LOANS {
            return Err(format!(
                "`{hook}` of `{outer}` asks the code of its base `{inner}`, and that asks `{hook}` again, without an end"
            ));
        }
        let cannot =
            format!("`{hook}` of `{outer}` can't be asked by the code of its base `{inner}`");
        match class.obstacle(TypeId::of::<H>(), home.exchange()) {
            None => {}
            Some(Obstacle { class, fields: [] }) => {
                return Err(format!(
                    "{cannot}, since what a factory has given to `{class}` can't be given again: its route has \
                     no factory for it alone. Put it into the application's state, or into a slot of the exchange \
                     (`insert_slot`)"
                ));
            }
            Some(Obstacle { class, fields }) => {
                let fields = fields.join("`, `");
                return Err(format!(
                    "{cannot}, since what is in `{fields}` of `{class}` would be lost. Mark a field `#[state]` \
                     where it is the application's state, or `#[given]` where the factory gives it and nobody \
                     changes it; keep what changes in a slot of the exchange (`insert_slot`)"
                ));
            }
        }
        H::vacant(home.exchange().vacant()).ok_or_else(|| {
            format!(
                "{cannot}, since nothing can stand in the place of that meanwhile: mark the fields of `{inner}` \
                 `#[state]` or `#[default]`"
            )
        })
    }

    fn away(&mut self) -> Away<'_> {
        &mut self.value
    }
}

impl<H: RequestHandler> Drop for Lent<'_, H> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            *self.home = value;
            self.home.exchange_mut().bring_back();
        }
    }
}
