//! `FromExchange`: handlers that a route can make without a factory, and what
//! they need.

use std::any::{TypeId, type_name};
use std::fmt;

use crate::{Exchange, Handler};

/// A handler that can be made from the exchange alone: any base, and whatever
/// [`route`](crate::route) leads to.
///
/// `#[derive(Handler)]` writes it. Fields marked `#[state]` come from the
/// [state](crate::Settings::state) of the application, and those marked
/// `#[default]` from `Default`. For a handler that is made differently,
/// implement it yourself and add `#[handler(own_from_exchange)]`:
///
/// ```
/// use tornado_web::{
///     Application, Context, Exchange, FromExchange, Handler, Output, RequestHandler, Result, Settings,
///     StateNeeds, route,
/// };
/// use tornado_testing::TestClient;
///
/// #[derive(Clone)]
/// struct Shops(&'static [&'static str]);
///
/// #[derive(Handler)]
/// #[handler(own_from_exchange)]
/// struct BaseHandler { base: Exchange, shop: &'static str }
///
/// impl RequestHandler for BaseHandler {}
///
/// impl FromExchange for BaseHandler {
///     fn from_exchange(exchange: Exchange) -> BaseHandler {
///         let shops: Shops = exchange.state().expect("`needs` names it");
///         BaseHandler { base: exchange, shop: shops.0[0] }
///     }
///
///     fn needs(needs: &mut StateNeeds) {
///         needs.field::<Self, Shops>("shop");
///     }
/// }
///
/// #[derive(Handler)]
/// struct MainHandler(BaseHandler);
///
/// impl RequestHandler for MainHandler {
///     async fn get(&mut self) -> Result {
///         let shop = self.shop;
///         self.write(shop);
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let settings = Settings::new().state(Shops(&["books"]));
/// let client = TestClient::new(Application::new([route::<MainHandler>("/")], settings).unwrap());
/// assert_eq!(client.get("/").await.text(), "books");
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be made by a route",
    label = "lacks `FromExchange`",
    note = "`#[derive(Handler)]` on `{Self}` writes `FromExchange`, unless `#[handler(own_from_exchange)]` is \
            beside it: then write `impl FromExchange for {Self}`"
)]
pub trait FromExchange: Handler {
    /// Makes the handler.
    ///
    /// # Panics
    ///
    /// If a state that [`needs`](Self::needs) names is missing. An application
    /// whose routes lack one can't be built.
    fn from_exchange(exchange: Exchange) -> Self;

    /// Names the types of state that [`from_exchange`](Self::from_exchange)
    /// takes, including those of its base: `<Self::Base>::needs(needs)`. None
    /// by default.
    fn needs(needs: &mut StateNeeds) {
        let _ = needs;
    }
}

impl FromExchange for Exchange {
    #[inline]
    fn from_exchange(exchange: Exchange) -> Exchange {
        exchange
    }
}

/// The types of state that the handlers of an application need; see
/// [`FromExchange::needs`].
#[derive(Debug, Default)]
pub struct StateNeeds {
    route: &'static str,
    needs: Vec<StateNeed>,
}

/// One field that is filled from a state.
pub(crate) struct StateNeed {
    pub(crate) id: TypeId,
    ty: &'static str,
    field: &'static str,
    class: &'static str,
    /// The handler of the first route that needs it, and how many others do.
    route: &'static str,
    more: usize,
}

impl StateNeeds {
    /// Records that a field of the handler `H` takes a state of type `T`.
    pub fn field<H: Handler, T: Send + Sync + 'static>(&mut self, field: &'static str) {
        let (id, class) = (TypeId::of::<T>(), type_name::<H>());
        let known = self
            .needs
            .iter_mut()
            .find(|need| need.id == id && need.field == field && need.class == class);
        match known {
            Some(known) if known.route == self.route => {}
            Some(known) => known.more += 1,
            None => self.needs.push(StateNeed {
                id,
                ty: type_name::<T>(),
                field,
                class,
                route: self.route,
                more: 0,
            }),
        }
    }

    /// From here on, the needs are those of a route to this handler.
    pub(crate) fn of_route<H: Handler>(&mut self) {
        self.route = type_name::<H>();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &StateNeed> {
        self.needs.iter()
    }
}

impl fmt::Display for StateNeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StateNeed {
            ty, field, class, ..
        } = self;
        write!(f, "`{}` needs a state of type `{ty}`, ", self.route)?;
        if self.route == *class {
            write!(f, "for its field `{field}`")?;
        } else {
            write!(f, "for the field `{field}` of its base `{class}`")?;
        }
        match self.more {
            0 => Ok(()),
            1 => f.write_str(", and so does another handler"),
            more => write!(f, ", and so do {more} other handlers"),
        }
    }
}

impl fmt::Debug for StateNeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
