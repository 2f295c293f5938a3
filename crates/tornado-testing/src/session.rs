//! Looking into sessions from a test.

use std::fmt::Display;

use tornado_core::Protocol;
use tornado_session::{Session, SessionError, Sessions};
use url::Url;

use crate::{TestClient, target};

/// Sessions (feature `session`).
impl TestClient {
    /// Logs a user in, as [`login`](tornado_session::SessionMixin::login) does
    /// in a handler after the password: from now on the session of this browser
    /// belongs to that user.
    ///
    /// ```
    /// use tornado_web::{Application, Context, Exchange, Handler, Output, RequestHandler, Result, Settings, User, url};
    /// use tornado_session::SessionMixin;
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Account(Exchange);
    ///
    /// impl RequestHandler for Account {
    ///     async fn get_current_user(&mut self) -> Result<Option<User>> {
    ///         Ok(self.get_session().await?.owner().map(User::from))
    ///     }
    ///
    ///     async fn get(&mut self) -> Result {
    ///         let user = self.authenticated().await?;
    ///         self.write(format!("Hello, {}", user.get::<String>().unwrap()));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let settings = Settings::new().cookie_secret("a secret").login_url("/login");
    /// let client = TestClient::new(Application::new([url("/", Account)], settings).unwrap());
    /// assert_eq!(client.get("/").await.header("Location"), Some("/login?next=%2F"));
    /// client.login("kim").await;
    /// assert_eq!(client.get("/").await.text(), "Hello, kim");
    /// # });
    /// ```
    pub async fn login(&self, user: impl Display) {
        self.edit_session(|session| session.login(user)).await;
    }

    /// The session of this browser, as the store has it now; an empty one if
    /// there is none. Changes to it are not saved; use
    /// [`edit_session`](Self::edit_session) for that.
    ///
    /// ```
    /// # use tornado_web::{Application, Settings};
    /// # use tornado_testing::TestClient;
    /// # tornado_testing::block_on(async {
    /// # let client = TestClient::new(Application::new([], Settings::new().cookie_secret("a secret")).unwrap());
    /// client.edit_session(|session| session.set("cart", ["tea", "rice"])).await;
    /// let cart: Option<Vec<String>> = client.session().await.get("cart").unwrap();
    /// assert_eq!(cart.unwrap(), ["tea", "rice"]);
    /// # });
    /// ```
    pub async fn session(&self) -> Session {
        let browser = self.browser();
        let cookies = browser.jar().header(&self.session_url(), browser.now());
        let headers = cookies.iter().map(|cookies| cookies.as_bytes());
        let found = self.sessions().find(headers).await;
        found.unwrap_or_else(|error| panic!("the session can't be loaded: {error}"))
    }

    /// Changes the session of this browser, and saves it, for example to begin
    /// a test with a full cart.
    pub async fn edit_session(&self, edit: impl FnOnce(&Session) -> Result<(), SessionError>) {
        let session = self.session().await;
        let saved = match edit(&session) {
            Ok(()) => session.save().await,
            Err(error) => Err(error),
        };
        saved.unwrap_or_else(|error| panic!("the session can't be changed: {error}"));
        let browser = self.browser();
        let protocol = match browser.base.scheme() {
            "https" => Protocol::Https,
            _ => Protocol::Http,
        };
        if let Some(cookie) = self.sessions().set_cookie(&session, protocol) {
            let (url, now) = (self.session_url(), browser.now());
            browser.jar().set(&cookie, &url, now);
        }
    }

    fn sessions(&self) -> Sessions {
        let sessions = Sessions::of(self.application());
        sessions.unwrap_or_else(|error| panic!("there are no sessions: {error}"))
    }

    /// The URL to which the session cookie is sent.
    fn session_url(&self) -> Url {
        let path = self.application().settings().get("session_cookie_path");
        let path: Option<String> = path.expect("it was read as a text before");
        target::url(&self.browser().base, path.as_deref().unwrap_or("/"))
    }
}
