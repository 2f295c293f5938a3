//! `Context`: the request, the application, and the user.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use http::Method;
use tornado_routing::ReverseError;

use super::Output as _;
use super::late::{self, ask};
use crate::application::missing_state;
use crate::exchange::Ending;
use crate::request::HttpServerRequest;
use crate::url_split::is_protocol_relative;
use crate::{
    Application, Error, Finish, HttpError, RequestHandler, Result, Settings, StaticUrlOptions,
    UrlArgs, User,
};

/// A handler's request, application, settings and user: Tornado's
/// `self.request`, `self.application`, `self.settings`, `self.current_user`,
/// `self.reverse_url`.
///
/// ```
/// use tornado_web::{Application, Context, Exchange, Handler, Output, RequestHandler, Result, Settings, User, url};
/// use tornado_testing::TestClient;
/// # use tornado_web::Cookies;
///
/// #[derive(Handler)]
/// struct Profile(Exchange);
///
/// impl RequestHandler for Profile {
///     async fn get_current_user(&mut self) -> Result<Option<User>> {
///         Ok(self.get_cookie("user").map(User::from))
///     }
///
///     async fn get(&mut self) -> Result {
///         let user = self.authenticated().await?; // @tornado.web.authenticated
///         self.write(format!("Hello, {}", user.get::<String>().unwrap()));
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let settings = Settings::new().login_url("/login");
/// let client = TestClient::new(Application::new([url("/me", Profile)], settings).unwrap());
/// let response = client.get("/me?a=b").await;
/// assert_eq!(response.status(), 302);
/// assert_eq!(response.header("Location"), Some("/login?next=%2Fme%3Fa%3Db"));
///
/// client.set_cookie("user", "Kim");
/// assert_eq!(client.get("/me").await.text(), "Hello, Kim");
/// # });
/// ```
pub trait Context: RequestHandler {
    /// The request.
    fn request(&self) -> &HttpServerRequest {
        self.exchange().request()
    }

    /// A header of the request: `self.request.headers.get(name)`. Several lines
    /// with the name are joined by commas, and bytes outside ASCII are read as
    /// Latin-1, as in Tornado.
    ///
    /// The text is owned, so nothing of the handler stays borrowed.
    fn get_header(&self, name: &str) -> Option<String> {
        self.request().header(name)
    }

    /// The application.
    fn application(&self) -> &Application {
        self.exchange().application()
    }

    /// The settings of the application.
    fn settings(&self) -> &Settings {
        self.exchange().application().settings()
    }

    /// The [state](crate::Settings::state) of this type that the application
    /// was given. It is a clone, so nothing of the handler stays borrowed.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tornado_web::{Application, Context, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// struct Db(Vec<&'static str>);
    ///
    /// #[derive(Handler)]
    /// struct Stories(Exchange);
    ///
    /// impl RequestHandler for Stories {
    ///     async fn get(&mut self) -> Result {
    ///         let db: Arc<Db> = self.state()?;
    ///         self.write(db.0[0]);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let settings = Settings::new().state(Arc::new(Db(vec!["Once upon a time"])));
    /// let client = TestClient::new(Application::new([url("/", Stories)], settings).unwrap());
    /// assert_eq!(client.get("/").await.text(), "Once upon a time");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// When the application was given none.
    #[track_caller]
    fn state<T: Clone + Send + Sync + 'static>(&self) -> Result<T> {
        match self.application().state::<T>() {
            Some(state) => Ok(state.clone()),
            None => Err(Error::msg(missing_state::<T>())),
        }
    }

    /// The class attribute of this type, from the outermost class that sets
    /// one, whichever class asks. It is a clone; `None` if no class of the
    /// handler sets it.
    ///
    /// `#[class(..)]`, next to `#[derive(Handler)]`, sets them. To the code of
    /// a base, they are what `template = "page.html"` in the body of a class is
    /// in Python.
    ///
    /// ```
    /// use tornado_web::{Application, Context, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Clone, Copy)]
    /// struct Title(&'static str);
    ///
    /// #[derive(Handler)]
    /// #[class(Title("A page"))]
    /// struct BaseHandler(Exchange);
    ///
    /// impl RequestHandler for BaseHandler {
    ///     async fn prepare(&mut self) -> Result {
    ///         if let Some(Title(title)) = self.attribute() {
    ///             self.write(format!("<h1>{title}</h1>"));
    ///         }
    ///         Ok(())
    ///     }
    ///
    ///     async fn get(&mut self) -> Result {
    ///         Ok(())
    ///     }
    /// }
    ///
    /// #[derive(Handler)]
    /// #[class(Title("About us"))]
    /// struct About(BaseHandler);
    ///
    /// impl RequestHandler for About {}
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/about", About)], Settings::new()).unwrap());
    /// assert_eq!(client.get("/about").await.text(), "<h1>About us</h1>");
    /// # });
    /// ```
    fn attribute<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.exchange().route()?.attributes.get().cloned()
    }

    /// The URL of a named route. `args` fill the groups of its pattern: `()` if
    /// it has none, a text or a number, a tuple of these, or a list. See
    /// [`UrlArgs`].
    ///
    /// # Errors
    ///
    /// When no route has that name, or the route takes another number of
    /// arguments.
    #[track_caller]
    fn reverse_url(&self, name: &str, args: impl UrlArgs) -> Result<String> // args: (), a value, or a tuple of them
    {
        let args = args.into_texts();
        let args: Vec<&str> = args.iter().map(|text| &**text).collect();
        let exchange = self.exchange();
        let url = ask("do_reverse_url", || match exchange.outer_class::<Self>() {
            None => Self::do_reverse_url(exchange, name, &args),
            Some(class) => class.do_reverse_url(exchange, name, &args),
        });
        match url {
            Err(error) if error.is::<ReverseError>() => Err(error.by_caller()),
            url => url,
        }
    }

    /// The user, as found by
    /// [`get_current_user`](RequestHandler::get_current_user), which is called
    /// once.
    ///
    /// # Errors
    ///
    /// The errors of that hook.
    fn current_user(&mut self) -> impl Future<Output = Result<Option<User>>> + Send {
        async {
            if self.exchange().known_user().is_none() {
                let user = late::get_current_user(self).await?;
                // What the hook itself has set takes precedence.
                if self.exchange().known_user().is_none() {
                    self.exchange_mut().set_known_user(user);
                }
            }
            Ok(self.exchange().known_user().cloned().flatten())
        }
    }

    /// The user as a `T`, which is what
    /// [`get_current_user`](RequestHandler::get_current_user) has put into the
    /// [`User`].
    ///
    /// # Errors
    ///
    /// As [`current_user`](Self::current_user); also a 500, which names both
    /// types, when the user is of another type.
    #[track_caller]
    fn current_user_as<T: Send + Sync + 'static>(
        &mut self,
    ) -> impl Future<Output = Result<Option<Arc<T>>>> + Send {
        let place = Location::caller();
        async move {
            let user = self.current_user().await?;
            let user = user.as_ref().map(User::try_get).transpose();
            user.map_err(|error| error.at(place))
        }
    }

    /// Sets the user, for example in `prepare`: `self.current_user = user`.
    fn set_current_user(&mut self, user: Option<User>) {
        self.exchange_mut().set_known_user(user);
    }

    /// The user. If nobody is logged in, the handler goes no further
    /// (`@tornado.web.authenticated`).
    ///
    /// # Errors
    ///
    /// Without a user, `GET` and `HEAD` are redirected to the login URL, with
    /// the way back in its argument `next`; any other method gets a 403.
    fn authenticated(&mut self) -> impl Future<Output = Result<User>> + Send {
        async {
            if let Some(user) = self.current_user().await? {
                return Ok(user);
            }
            if !is_safe(self.request().method()) {
                return Err(HttpError::new(403).into());
            }
            self.exchange_mut().end(Ending::Login);
            Err(Finish::new().into())
        }
    }

    /// As [`authenticated`](Self::authenticated), and returns the user as a
    /// `T`.
    ///
    /// # Errors
    ///
    /// As [`authenticated`](Self::authenticated) and
    /// [`current_user_as`](Self::current_user_as).
    #[track_caller]
    fn authenticated_as<T: Send + Sync + 'static>(
        &mut self,
    ) -> impl Future<Output = Result<Arc<T>>> + Send {
        let place = Location::caller();
        async move {
            let user = self.authenticated().await?.try_get();
            user.map_err(|error| error.at(place))
        }
    }

    /// Redirects the client from `/foo` to `/foo/`: `@tornado.web.addslash`.
    /// The route's pattern must match both, as `/foo/?` does.
    ///
    /// ```
    /// use tornado_web::{Application, Context, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Folder(Exchange);
    ///
    /// impl RequestHandler for Folder {
    ///     async fn get(&mut self) -> Result {
    ///         self.addslash()?;
    ///         self.write("files");
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let app = Application::new([url("/foo/?", Folder)], Settings::new()).unwrap();
    /// let response = TestClient::new(app).get("/foo?a=b").await;
    /// assert_eq!(response.status(), 301);
    /// assert_eq!(response.header("Location"), Some("/foo/?a=b"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// If the slash is missing, `GET` and `HEAD` are redirected with a 301; any
    /// other method gets a 404.
    fn addslash(&mut self) -> Result {
        if self.request().path().ends_with('/') {
            return Ok(());
        }
        let path = format!("{}/", self.request().path());
        moved(self, path)
    }

    /// Redirects the client from `/foo/` to `/foo`: `@tornado.web.removeslash`.
    /// The route's pattern must match both, as `/foo/*` does. The path `/`
    /// stays as it is.
    ///
    /// # Errors
    ///
    /// If there is a trailing slash, `GET` and `HEAD` are redirected with a
    /// 301; any other method gets a 404.
    fn removeslash(&mut self) -> Result {
        let Some(path) = self.request().path().strip_suffix('/') else {
            return Ok(());
        };
        let path = path.trim_end_matches('/').to_owned();
        if path.is_empty() && is_safe(self.request().method()) {
            return Ok(());
        }
        moved(self, path)
    }

    /// The URL of a static file, with its version, so that clients can keep it
    /// until it changes: `/static/style.css?v=63a36e95...`.
    ///
    /// Use a path that the program knows, not one that a client has sent: the
    /// version is computed by reading the file, once per content.
    ///
    /// ```
    /// use tornado_web::{Context, Exchange, Handler, Output, RequestHandler, Result};
    /// # use tornado_web::{Application, Settings, url};
    /// # use tornado_testing::TestClient;
    /// # let directory = tempfile::tempdir().unwrap();
    /// # std::fs::write(directory.path().join("style.css"), "p {}").unwrap();
    /// # let directory = directory.path();
    ///
    /// #[derive(Handler)]
    /// struct Page(Exchange);
    ///
    /// impl RequestHandler for Page {
    ///     async fn get(&mut self) -> Result {
    ///         let style = self.static_url("style.css")?;
    ///         self.write(format!("<link rel=\"stylesheet\" href=\"{style}\">"));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let settings = Settings::new().static_path(directory);
    /// # tornado_testing::block_on(async {
    /// # let client = TestClient::new(Application::new([url("/", Page)], settings).unwrap());
    /// # let page = client.get("/").await;
    /// # assert!(page.text().starts_with("<link rel=\"stylesheet\" href=\"/static/style.css?v=6f98"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// When the setting `static_path` is missing, and a 403 for a path that
    /// leads out of it.
    #[track_caller]
    fn static_url(&self, path: &str) -> Result<String> // include_host: static_url_with
    {
        self.static_url_with(path, &StaticUrlOptions::new())
    }

    /// As [`static_url`](Self::static_url), with options:
    /// `static_url(path, include_host=True, include_version=False)`.
    ///
    /// # Errors
    ///
    /// As [`static_url`](Self::static_url).
    #[track_caller]
    fn static_url_with(&self, path: &str, options: &StaticUrlOptions) -> Result<String> {
        let exchange = self.exchange();
        let url = ask("do_static_url", || match exchange.outer_class::<Self>() {
            None => Self::do_static_url(exchange, path, options),
            Some(class) => class.do_static_url(exchange, path, options),
        });
        match url {
            Err(error) if error.is::<MissingSetting>() => Err(error.by_caller()),
            url => url,
        }
    }

    /// Requires a setting to be present:
    /// `require_setting("db_url", "storage")`.
    ///
    /// # Errors
    ///
    /// When it is missing, or is `false`, zero or empty.
    #[track_caller]
    fn require_setting(&self, name: &str, feature: &str) -> Result {
        if self.settings().is_truthy(name) {
            Ok(())
        } else {
            Err(missing_setting(name, feature))
        }
    }
}

impl<H: RequestHandler> Context for H {}

/// Whether a redirect can answer the method: with others, the body would be
/// lost.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Ends the request with a redirect to the same address with another path.
fn moved<H: RequestHandler>(handler: &mut H, mut path: String) -> Result {
    if !is_safe(handler.request().method()) {
        return Err(HttpError::new(404).into());
    }
    if is_protocol_relative(&path) {
        let error = HttpError::new(403);
        return Err(error
            .with_log_message("cannot redirect path with two initial slashes")
            .into());
    }
    let query = handler.request().query();
    if !query.is_empty() {
        path.push('?');
        path.push_str(query);
    }
    handler.redirect_permanent(&path);
    Err(Finish::new().into())
}

#[track_caller]
pub(crate) fn missing_setting(name: &str, feature: &str) -> Error {
    Error::from(MissingSetting(format!(
        "You must define the '{name}' setting in your application to use {feature}"
    )))
}

/// A required setting is missing.
#[derive(Debug)]
struct MissingSetting(String);

impl fmt::Display for MissingSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MissingSetting {}
