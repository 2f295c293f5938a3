//! `Rule`: one route, and the functions that make one.

use std::fmt;
use std::panic::Location;

use http::{Request, Response};
use tornado_routing::Matcher;
use tower_service::Service;

use crate::body::BoxError;
use crate::dispatch::Endpoint;
use crate::{Body, Exchange, FromExchange, RequestHandler, StateNeeds};

/// One route: what it matches, and what it leads to.
///
/// [`url`], [`route`], [`mount`] and [`nest`] make one, and so does [`Rule::new`] for your own
/// matcher. It is Tornado's `URLSpec` and `Rule`.
pub struct Rule {
    pub(crate) matcher: RuleMatcher,
    pub(crate) target: RuleTarget,
    pub(crate) name: Option<String>,
    /// Where it was made.
    pub(crate) place: &'static Location<'static>,
}

/// A pattern is compiled together with all others when the application is
/// built, so that one search finds the route.
pub(crate) enum RuleMatcher {
    Path(String),
    Custom(Box<dyn Matcher>),
}

/// What a rule leads to, before it is compiled.
pub(crate) enum RuleTarget {
    Endpoint(Endpoint),
    Rules(Vec<Rule>),
}

/// A route to a handler: `(pattern, Handler)`, or `url(pattern, Handler,
/// kwargs, name)` with a closure and [`Rule::name`].
///
/// `pattern` is a regular expression for the whole path, in Python's or Rust's
/// syntax; its groups become [`path_args`](crate::PathArgs::path_args) or, if
/// they have names, [`path_kwargs`](crate::PathArgs::path_kwargs). It is
/// matched against the path as it was sent, undecoded.
///
/// `factory` makes the handler from what it inherits from. For a tuple struct
/// that is its constructor; a closure plays the part of `initialize`.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, RequestHandler, Settings, url};
///
/// #[derive(Handler)]
/// struct Main(Exchange);
/// impl RequestHandler for Main {}
///
/// #[derive(Handler)]
/// struct Entry { base: Main, limit: usize }
/// impl RequestHandler for Entry {}
///
/// let rules = [
///     url(r"/", Main),
///     url(r"/entry/([^/]+)", |base| Entry { base, limit: 10 }).name("entry"),
/// ];
/// assert!(Application::new(rules, Settings::new()).is_ok());
/// ```
#[track_caller]
pub fn url<H, F>(pattern: &str, factory: F) -> Rule
where
    H: RequestHandler,
    H::Base: FromExchange,
    F: Fn(H::Base) -> H + Send + Sync + 'static,
{
    Rule::to_path(pattern, RuleTarget::Endpoint(Endpoint::handler(factory)))
}

/// A route to a handler whose base has arguments, too: the factory makes both.
///
/// `pattern` is as for [`url`]. In Tornado, a subclass's routes also take
/// the arguments of its base: `(r"/shop", Shop, dict(title=.., limit=..))`.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url_from_exchange};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Page { base: Exchange, title: &'static str }
///
/// impl RequestHandler for Page {}
///
/// #[derive(Handler)]
/// struct Shop { base: Page, limit: usize }
///
/// impl RequestHandler for Shop {
///     async fn get(&mut self) -> Result {
///         self.write(format!("{}: {}", self.title, self.limit));
///         Ok(())
///     }
/// }
///
/// let rule = url_from_exchange(r"/shop", |exchange| Shop {
///     base: Page { base: exchange, title: "Shop" },
///     limit: 10,
/// });
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
/// assert_eq!(client.get("/shop").await.text(), "Shop: 10");
/// # });
/// ```
pub fn url_from_exchange<H, F>(pattern: &str, factory: F) -> Rule
where
    H: RequestHandler,
    F: Fn(Exchange) -> H + Send + Sync + 'static,
{
    Rule::to_path(
        pattern,
        RuleTarget::Endpoint(Endpoint::from_exchange(factory)),
    )
}

/// A route to any tower service, such as an `axum::Router`, for the paths that
/// `pattern` matches (Tornado's `FallbackHandler`). The service sees the whole
/// path, and finds the [`Application`](crate::Application), with its state, in the
/// extensions of the request.
///
/// ```
/// use axum::{Router, routing::get};
/// use tornado_web::{Application, Settings, mount};
/// use tornado_testing::TestClient;
///
/// # tornado_testing::block_on(async {
/// let old = Router::new().route("/old/page", get(|| async { "axum" }));
/// let app = Application::new([mount(r"/old/.*", old)], Settings::new()).unwrap();
/// let client = TestClient::new(app);
/// assert_eq!(client.get("/old/page").await.text(), "axum");
/// # });
/// ```
#[track_caller]
pub fn mount(pattern: &str, service: impl Mountable) -> Rule {
    service.mounted(pattern)
}

/// A list of routes below a pattern (Tornado's nested lists and routers). The
/// inner patterns match the whole path, too; if none matches, the search
/// continues after this rule.
///
/// ```
/// use tornado_web::{Application, Exchange, Settings, nest, url};
/// let api = nest(r"/api/.*", [url(r"/api/users", |exchange: Exchange| exchange).name("users")]);
/// let app = Application::new([api], Settings::new()).unwrap();
/// assert_eq!(app.reverse_url("users", ()).unwrap(), "/api/users");
/// ```
#[track_caller]
pub fn nest(pattern: &str, rules: impl Rules) -> Rule {
    Rule::to_path(pattern, RuleTarget::Rules(rules.into_iter().collect()))
}

/// A route to a handler that is made without a factory: `(pattern, Handler)`.
///
/// `pattern` is as for [`url`]. The handler's fields are filled from the
/// application's [state](crate::Settings::state) if they are marked `#[state]`,
/// and by `Default` if they are marked `#[default]`. A handler with other
/// fields needs a factory, and so [`url`]. Its constructor need not be public:
///
/// ```
/// use tornado_web::{Application, Settings, route};
/// use tornado_testing::TestClient;
///
/// mod shop {
///     use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
///
///     #[derive(Clone)]
///     pub struct Db(pub &'static str);
///
///     #[derive(Handler)]
///     pub struct HomeHandler {
///         base: Exchange,
///         #[state]
///         db: Db,
///     }
///
///     impl RequestHandler for HomeHandler {
///         async fn get(&mut self) -> Result {
///             self.write(self.db.0);
///             Ok(())
///         }
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let settings = Settings::new().state(shop::Db("books"));
/// let app = Application::new([route::<shop::HomeHandler>(r"/")], settings).unwrap();
/// assert_eq!(TestClient::new(app).get("/").await.text(), "books");
/// # });
/// ```
#[track_caller]
pub fn route<H: RequestHandler + FromExchange>(pattern: &str) -> Rule // route::<MainHandler>(pattern)
{
    Rule::to_path(pattern, RuleTarget::Endpoint(Endpoint::class::<H>()))
}

/// A list of routes: an array, a `Vec`, or anything else that yields [`Rule`]s.
///
/// You never implement it; every such list has it. It is a trait of its own so
/// that the compiler can say what to write.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of routes",
    label = "not a list of `Rule`s",
    note = "Tornado's `(r\"/\", MainHandler)` is `url(r\"/\", MainHandler)` here, and the routes stand in `[..]` or `vec![..]`",
    note = "a name goes behind it, `url(..).name(\"home\")`; arguments of the handler are in a closure, \
            `url(r\"/\", |base| MainHandler {{ base, title: \"Home\" }})`"
)]
pub trait Rules: IntoIterator<Item = Rule> {}

#[diagnostic::do_not_recommend]
impl<R: IntoIterator<Item = Rule>> Rules for R {}

/// What [`mount`] accepts: a tower service, such as an `axum::Router`, that is `Clone`, `Send` and
/// `'static`, whose futures are `Send`, and that answers with any body of bytes.
///
/// You never implement it; every such service has it. It is a trait of its own so that the compiler
/// can say what to write.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be mounted",
    label = "not a tower service, such as an `axum::Router` or another `Application`",
    note = "a handler has a route of its own: `url(pattern, MainHandler)`",
    note = "a service answers a `Request<tornado_web::Body>`, and is `Clone`, `Send` and `'static`"
)]
pub trait Mountable {
    #[doc(hidden)]
    fn mounted(self, pattern: &str) -> Rule;
}

#[diagnostic::do_not_recommend]
impl<S, B> Mountable for S
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    #[track_caller]
    fn mounted(self, pattern: &str) -> Rule {
        Rule::to_path(pattern, RuleTarget::Endpoint(Endpoint::service(self)))
    }
}

impl Rule {
    /// Adds what its handlers need from the application's state.
    pub(crate) fn needs(&self, needs: &mut StateNeeds) {
        match &self.target {
            RuleTarget::Endpoint(endpoint) => endpoint.needs(needs),
            RuleTarget::Rules(rules) => rules.iter().for_each(|rule| rule.needs(needs)),
        }
    }

    #[track_caller]
    fn to_path(pattern: &str, target: RuleTarget) -> Rule {
        Rule {
            matcher: RuleMatcher::Path(pattern.to_owned()),
            target,
            name: None,
            place: Location::caller(),
        }
    }

    /// A list of routes behind your own matcher (`Rule(matcher, target)`).
    ///
    /// ```
    /// use tornado_web::routing::HostMatches;
    /// use tornado_web::{Application, Exchange, Rule, Settings, url};
    ///
    /// let host = HostMatches::new(r"api\.example\.com").unwrap();
    /// let rule = Rule::new(host, [url("/", |exchange: Exchange| exchange)]);
    /// assert!(Application::new([rule], Settings::new()).is_ok());
    /// ```
    #[track_caller]
    pub fn new(matcher: impl Matcher, rules: impl Rules) -> Rule {
        Rule {
            matcher: RuleMatcher::Custom(Box::new(matcher)),
            target: RuleTarget::Rules(rules.into_iter().collect()),
            name: None,
            place: Location::caller(),
        }
    }

    /// The name by which [`reverse_url`](crate::Application::reverse_url) finds
    /// the route.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Rule {
        self.name = Some(name.into());
        self
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pattern = match &self.matcher {
            RuleMatcher::Path(pattern) => pattern,
            RuleMatcher::Custom(_) => "(a matcher)",
        };
        f.debug_struct("Rule")
            .field("pattern", &pattern)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
