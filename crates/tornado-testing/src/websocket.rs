//! `TestClient::websocket`: the application's WebSockets.

use tornado_websocket::{WebSocketConnect, websocket_connect};

use crate::TestClient;

impl TestClient {
    /// Connects to a WebSocket of the application by its path, with the cookies and headers of this
    /// browser, so that a logged-in user is logged in there, too. It needs a socket, and so a
    /// client that [serves](Self::serve). A cookie that the handshake sets is in
    /// [`headers`](tornado_websocket::WebSocketClientConnection::headers), but is not kept.
    ///
    /// ```
    /// use tornado_web::prelude::*;
    /// use tornado_web::websocket::Message;
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// #[handler(websocket)]
    /// struct Echo(WebSocketHandler);
    ///
    /// impl RequestHandler for Echo {}
    ///
    /// impl WebSocket for Echo {
    ///     async fn on_message(&mut self, message: Message) -> Result {
    ///         Ok(self.write_message(message).await?)
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let app = Application::new([url("/echo", Echo)], Settings::new()).unwrap();
    /// let client = TestClient::new(app).serve().await;
    /// let mut socket = client.websocket("/echo").await.unwrap();
    /// socket.write_message("hello").await.unwrap();
    /// assert_eq!(socket.read_message().await, Some(Message::from("hello")));
    /// # });
    /// ```
    pub fn websocket(&self, path: &str) -> WebSocketConnect {
        // Without a socket, this panics with the place in the test.
        let _ = self.port();
        let browser = self.browser();
        let url = crate::target::asked(&browser.base, path);
        let mut connect = websocket_connect(url.as_str()).connect_timeout(browser.timeout);
        for (name, value) in &browser.headers {
            let value = value.to_str().expect("a header of a WebSocket is ASCII");
            connect = connect.header(name.as_str(), value);
        }
        if let Some(cookies) = browser.jar().header(&url, browser.now()) {
            let cookies = cookies.to_str().expect("a cookie of a WebSocket is ASCII");
            connect = connect.header("Cookie", cookies);
        }
        #[cfg(feature = "tls")]
        if let Some(certificate) = self.certificate_if_any() {
            connect = connect.tls(certificate.client());
        }
        connect
    }
}
