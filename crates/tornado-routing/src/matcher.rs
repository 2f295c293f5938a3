//! How it is decided whether a rule applies to a request (Tornado's `Matcher`).

use std::{fmt, sync::Arc};

use http::{HeaderMap, Method};

use crate::error::{MatchError, ReverseError};

/// The head of a request, as the router sees it.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    method: &'a Method,
    path: &'a str,
    headers: &'a HeaderMap,
    host_name: &'a str,
    default_host: Option<&'a str>,
}

impl<'a> RequestHead<'a> {
    /// The head of a request for a path, which is raw: not percent-decoded, and without the query.
    #[must_use]
    pub fn new(method: &'a Method, path: &'a str, headers: &'a HeaderMap) -> RequestHead<'a> {
        RequestHead {
            method,
            path,
            headers,
            host_name: "",
            default_host: None,
        }
    }

    /// Sets the host of the request, in lower case and without the port.
    #[must_use]
    pub fn with_host_name(mut self, host_name: &'a str) -> RequestHead<'a> {
        self.host_name = host_name;
        self
    }

    /// Sets the application's host for requests that do not name one of its own.
    #[must_use]
    pub fn with_default_host(mut self, default_host: Option<&'a str>) -> RequestHead<'a> {
        self.default_host = default_host;
        self
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'a Method {
        self.method
    }

    /// The raw path, without the query.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// The host, in lower case and without the port (Tornado's `request.host_name`).
    #[must_use]
    pub fn host_name(&self) -> &'a str {
        self.host_name
    }

    /// The application's `default_host`.
    #[must_use]
    pub fn default_host(&self) -> Option<&'a str> {
        self.default_host
    }
}

/// Decides whether a rule applies to a request, and which parts of the request become arguments of
/// the handler.
///
/// ```
/// use http::{HeaderMap, Method};
/// use tornado_routing::{MatchError, Matcher, PathParams, RequestHead};
///
/// /// Requests with an API key, which is the first argument.
/// #[derive(Debug)]
/// struct KeyMatches;
///
/// impl Matcher for KeyMatches {
///     fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
///         let key = request.headers().get("X-Api-Key");
///         Ok(key.map(|key| PathParams::new().with_arg(Some(key.as_bytes().to_vec()))))
///     }
/// }
///
/// let mut headers = HeaderMap::new();
/// assert!(KeyMatches.matches(&RequestHead::new(&Method::GET, "/", &headers))?.is_none());
/// headers.insert("X-Api-Key", "k1".parse()?);
/// let params = KeyMatches.matches(&RequestHead::new(&Method::GET, "/", &headers))?.unwrap();
/// assert_eq!(params.args()[0].as_deref(), Some(b"k1".as_slice()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no matcher, so it cannot stand at the head of a rule",
    note = "a matcher is a pattern such as `PathMatches::new(r\"/entry/([^/]+)\")?`, `HostMatches`, `AnyMatches`, \
            a function of `&RequestHead<'_>` that gives a `bool`, or a type of your own with `impl Matcher`"
)]
pub trait Matcher: Send + Sync + 'static {
    /// Returns the arguments for the handler, or `None` if the rule does not apply to the request.
    ///
    /// # Errors
    /// If it can't decide, for example because a pattern that it uses has given up. The request is
    /// answered with a 500, and no later rule is tried.
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError>;

    /// Makes a URL that the matcher matches, or `None` if it does not stand for
    /// a URL.
    ///
    /// # Errors
    /// If the arguments do not fit.
    fn reverse(&self, args: &[&str]) -> Result<Option<String>, ReverseError> {
        let _ = args;
        Ok(None)
    }
}

/// A function decides at run time, and provides no arguments.
///
/// ```
/// use http::{HeaderMap, Method};
/// use tornado_routing::{Matcher, RequestHead};
///
/// let beta = |request: &RequestHead<'_>| request.headers().contains_key("X-Beta");
/// assert!(beta.matches(&RequestHead::new(&Method::GET, "/", &HeaderMap::new()))?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<F> Matcher for F
where
    F: Fn(&RequestHead<'_>) -> bool + Send + Sync + 'static,
{
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        Ok(self(request).then(PathParams::new))
    }
}

impl Matcher for Box<dyn Matcher> {
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        (**self).matches(request)
    }

    fn reverse(&self, args: &[&str]) -> Result<Option<String>, ReverseError> {
        (**self).reverse(args)
    }
}

/// Matches every request (Tornado's `AnyMatches`).
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct AnyMatches;

impl AnyMatches {
    /// The matcher for every request.
    #[must_use]
    pub fn new() -> AnyMatches {
        AnyMatches
    }
}

impl Matcher for AnyMatches {
    fn matches(&self, _: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        Ok(Some(PathParams::new()))
    }
}

/// The arguments that a matcher took from a request, percent-decoded but still bytes.
///
/// An argument is `None` if its group did not take part in the match (Tornado's `path_args`,
/// `path_kwargs`).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PathParams {
    args: Vec<Option<Vec<u8>>>,
    kwargs: Vec<(Arc<str>, Option<Vec<u8>>)>,
}

impl PathParams {
    /// No arguments.
    #[must_use]
    pub fn new() -> PathParams {
        PathParams::default()
    }

    /// Whether there are no arguments.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.args.is_empty() && self.kwargs.is_empty()
    }

    /// Adds a positional argument.
    #[must_use]
    pub fn with_arg(mut self, value: Option<Vec<u8>>) -> PathParams {
        self.args.push(value);
        self
    }

    /// Adds a named argument.
    #[must_use]
    pub fn with_kwarg(mut self, name: impl Into<Arc<str>>, value: Option<Vec<u8>>) -> PathParams {
        self.kwargs.push((name.into(), value));
        self
    }

    pub(crate) fn reserve(&mut self, args: usize, kwargs: usize) {
        self.args.reserve_exact(args);
        self.kwargs.reserve_exact(kwargs);
    }

    pub(crate) fn push_arg(&mut self, value: Option<Vec<u8>>) {
        self.args.push(value);
    }

    pub(crate) fn push_kwarg(&mut self, name: &Arc<str>, value: Option<Vec<u8>>) {
        self.kwargs.push((Arc::clone(name), value));
    }

    /// The positional arguments.
    #[must_use]
    pub fn args(&self) -> &[Option<Vec<u8>>] {
        &self.args
    }

    /// The named arguments, in the order of the groups.
    pub fn kwargs(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.kwargs
            .iter()
            .map(|(name, value)| (&**name, value.as_deref()))
    }

    /// Takes it apart: the positional arguments, and the named ones.
    #[must_use]
    #[expect(clippy::type_complexity, reason = "a name for it would say less")]
    pub fn into_parts(self) -> (Vec<Option<Vec<u8>>>, Vec<(Arc<str>, Option<Vec<u8>>)>) {
        (self.args, self.kwargs)
    }
}

/// Shows how many arguments there are, but no values: a path may contain a
/// token.
impl fmt::Debug for PathParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.kwargs().map(|(name, _)| name).collect();
        f.debug_struct("PathParams")
            .field("args", &self.args.len())
            .field("kwargs", &names)
            .finish()
    }
}
