//! `Xsrf`: the token that forms need if `xsrf_cookies` is on.

use std::future::Future;

use tornado_escape::xhtml_escape;

use crate::service::{Context as _, ask};
use crate::{RequestHandler, Result};

/// The token that distinguishes a form of this site from one of another:
/// Tornado's `self.xsrf_token` and `self.xsrf_form_html()`.
///
/// If the setting [`xsrf_cookies`](crate::Settings::xsrf_cookies) is on, every
/// request except `GET`, `HEAD` and `OPTIONS` must repeat the token of its
/// cookie: as the argument `_xsrf`, which the line of
/// [`xsrf_form_html`](Self::xsrf_form_html) puts into a form, or in the header
/// `X-Xsrftoken` or `X-Csrftoken`, which scripts use. Without it the response
/// is a 403, before `prepare`. A request with a bearer token (RFC 6750) and no
/// cookie needs none.
///
/// The bytes are Tornado's: a Python process accepts the tokens of this one,
/// and the other way round.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, Xsrf, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Entry(Exchange);
///
/// impl RequestHandler for Entry {
///     async fn get(&mut self) -> Result {
///         let xsrf = self.xsrf_form_html().await?;
///         self.write(format!("<form method=post>{xsrf}<input name=text></form>"));
///         Ok(())
///     }
///
///     async fn post(&mut self) -> Result {
///         self.write("saved");
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let settings = Settings::new().xsrf_cookies(true);
/// let client = TestClient::new(Application::new([url("/", Entry)], settings).unwrap());
/// client.get("/").await;
/// let token = client.get_cookie("_xsrf").unwrap();
///
/// let post = || client.post("/").without_xsrf();
/// assert_eq!(post().await.status(), 403);
/// assert_eq!(post().header("X-Xsrftoken", &token).await.text(), "saved");
/// assert_eq!(post().form([("_xsrf", &token)]).await.text(), "saved");
/// # });
/// ```
pub trait Xsrf: RequestHandler {
    /// The token of this response; also sets its cookie, if the client has
    /// none. Its text changes with every request, but every text stands for the
    /// same token.
    ///
    /// It is async because the cookie lasts for 30 days if there is a
    /// [`current_user`](crate::Context::current_user), and otherwise until the
    /// browser is closed.
    ///
    /// # Errors
    ///
    /// The errors of [`get_current_user`](RequestHandler::get_current_user),
    /// and when the system has no random numbers.
    fn xsrf_token(&mut self) -> impl Future<Output = Result<String>> + Send {
        async {
            if super::needs_cookie(self.exchange_mut())? {
                self.current_user().await?;
            }
            let exchange = self.exchange_mut();
            ask("do_xsrf_token", || match exchange.outer_class::<Self>() {
                None => Self::do_xsrf_token(exchange),
                Some(class) => class.do_xsrf_token(exchange),
            })
        }
    }

    /// Gives the client a new token and its cookie, as after a login: anyone
    /// who has planted or read the old one can't use it any more. Forms that
    /// are open in other windows must be reloaded. Tornado keeps the token for
    /// as long as the cookie.
    ///
    /// ```
    /// use tornado_web::{Application, Exchange, Handler, RequestHandler, Result, Settings, Xsrf, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Login(Exchange);
    ///
    /// impl RequestHandler for Login {
    ///     async fn post(&mut self) -> Result {
    ///         // .. the password was right
    ///         self.reset_xsrf_token().await?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let settings = Settings::new().xsrf_cookies(true);
    /// let client = TestClient::new(Application::new([url("/login", Login)], settings).unwrap());
    /// client.post("/login").await;
    /// let before = client.get_cookie("_xsrf");
    /// client.post("/login").await;
    /// assert_ne!(client.get_cookie("_xsrf"), before);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`xsrf_token`](Self::xsrf_token).
    fn reset_xsrf_token(&mut self) -> impl Future<Output = Result<String>> + Send {
        async {
            super::reset(self.exchange_mut())?;
            self.xsrf_token().await
        }
    }

    /// The line for a form:
    /// `<input type="hidden" name="_xsrf" value="..."/>`.
    ///
    /// # Errors
    ///
    /// As [`xsrf_token`](Self::xsrf_token).
    fn xsrf_form_html(&mut self) -> impl Future<Output = Result<String>> + Send {
        async {
            let token = self.xsrf_token().await?;
            Ok(format!(
                "<input type=\"hidden\" name=\"_xsrf\" value=\"{}\"/>",
                xhtml_escape(&token)
            ))
        }
    }
}

impl<H: RequestHandler> Xsrf for H {}
