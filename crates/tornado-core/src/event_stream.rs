//! `EventStream`: server-sent events, as browsers read them with `EventSource`.

use std::fmt::Write as _;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use http::header;
use serde_json::Value;
use tornado_escape::json_encode;

use crate::{Context as _, Error, Output as _, RequestHandler, Result};

/// One event of an [`EventStream`] (HTML, "Server-sent events").
///
/// It is made from its data, which is text of one or more lines, or a JSON
/// value:
///
/// ```
/// use tornado_web::ServerSentEvent;
///
/// let event = ServerSentEvent::new("two\nlines").event("note").id("7");
/// assert_eq!(event.to_string(), "event: note\nid: 7\ndata: two\ndata: lines\n\n");
/// let event = ServerSentEvent::from(serde_json::json!({"a": 1}));
/// assert_eq!(event.to_string(), "data: {\"a\": 1}\n\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSentEvent {
    data: String,
    event: Option<String>,
    id: Option<String>,
    retry: Option<Duration>,
}

impl ServerSentEvent {
    /// An event with this data. A carriage return in it also ends a line.
    #[must_use]
    pub fn new(data: impl Into<String>) -> ServerSentEvent {
        ServerSentEvent {
            data: data.into(),
            event: None,
            id: None,
            retry: None,
        }
    }

    /// The name of the event, for which a page listens with `addEventListener`; without one, it is
    /// `message`.
    #[must_use]
    pub fn event(mut self, name: impl Into<String>) -> ServerSentEvent {
        self.event = Some(name.into());
        self
    }

    /// The position of the stream at this event. A browser that reconnects sends it back, as
    /// [`last_event_id`](EventStream::last_event_id).
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> ServerSentEvent {
        self.id = Some(id.into());
        self
    }

    /// How long a browser waits, from now on, before it reconnects; the default is about three
    /// seconds.
    #[must_use]
    pub fn retry(mut self, retry: Duration) -> ServerSentEvent {
        self.retry = Some(retry);
        self
    }

    fn check(&self) -> Result {
        let breaks = |text: &Option<String>, others: &[char]| {
            text.as_deref().is_some_and(|text| text.contains(others))
        };
        if breaks(&self.event, &['\r', '\n']) || breaks(&self.id, &['\r', '\n', '\0']) {
            return Err(Error::msg(
                "the name and the id of an event are one line, and an id has no NUL",
            ));
        }
        Ok(())
    }
}

impl From<&str> for ServerSentEvent {
    fn from(data: &str) -> ServerSentEvent {
        ServerSentEvent::new(data)
    }
}

impl From<String> for ServerSentEvent {
    fn from(data: String) -> ServerSentEvent {
        ServerSentEvent::new(data)
    }
}

/// The value as JSON, on one line.
impl From<Value> for ServerSentEvent {
    fn from(value: Value) -> ServerSentEvent {
        let json = json_encode(&value);
        ServerSentEvent::new(json.expect("the keys of a JSON value are texts"))
    }
}

/// The event as it is sent over the wire.
impl std::fmt::Display for ServerSentEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(event) = &self.event {
            writeln!(f, "event: {event}")?;
        }
        if let Some(id) = &self.id {
            writeln!(f, "id: {id}")?;
        }
        if let Some(retry) = self.retry {
            writeln!(f, "retry: {}", retry.as_millis())?;
        }
        let mut rest = &*self.data;
        loop {
            let (line, others) = match rest.find(['\r', '\n']) {
                None => (rest, None),
                Some(end) => {
                    let others = &rest[end..];
                    let others = others.strip_prefix("\r\n").unwrap_or(&others[1..]);
                    (&rest[..end], Some(others))
                }
            };
            writeln!(f, "data: {line}")?;
            match others {
                Some(others) => rest = others,
                None => return f.write_char('\n'),
            }
        }
    }
}

/// Sends events to a page for as long as it is open: for traffic in one direction, to browsers that
/// reconnect automatically (`EventSource`). Tornado has no counterpart; its handlers write the
/// lines themselves.
///
/// ```
/// use std::time::Duration;
/// use tornado_web::{Application, EventStream, Exchange, Handler, RequestHandler, Result, Settings, route};
/// use tornado_testing::TestClient;
/// use tokio::sync::broadcast;
///
/// #[derive(Handler)]
/// struct News {
///     base: Exchange,
///     #[state]
///     news: broadcast::Sender<String>,
/// }
///
/// impl RequestHandler for News {
///     async fn get(&mut self) -> Result {
///         let mut news = self.news.subscribe();
///         let interval = Duration::from_secs(15);
///         while let Ok(text) = self.keep_alive(interval, news.recv()).await? {
///             self.send_event(text).await?;
///         }
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let (news, _) = broadcast::channel(16);
/// let settings = Settings::new().state(news.clone());
/// let app = Application::new([route::<News>("/news")], settings).unwrap();
/// let mut stream = TestClient::new(app).get("/news").stream().await;
/// assert_eq!(stream.header("Content-Type"), Some("text/event-stream"));
/// news.send("hello".to_owned()).unwrap();
/// assert_eq!(stream.chunk().await.as_deref(), Some(&b"data: hello\n\n"[..]));
/// # });
/// ```
///
/// When the page is closed, the handler is dropped at the point where it waits,
/// and [`on_connection_close`](RequestHandler::on_connection_close) runs.
pub trait EventStream: RequestHandler {
    /// Sends an event: a text, a JSON value, or a [`ServerSentEvent`]. It waits while the client
    /// has not taken what was sent before.
    ///
    /// The first one sends the headers: `Content-Type: text/event-stream`, and those that prevent
    /// caches and proxies from holding events back.
    ///
    /// # Errors
    ///
    /// For a name or an id with several lines, and as [`flush`](crate::Output::flush).
    fn send_event(
        &mut self,
        event: impl Into<ServerSentEvent> + Send,
    ) -> impl Future<Output = Result> + Send {
        let event = event.into();
        async move {
            event.check()?;
            begin(self);
            self.write(event.to_string());
            self.flush().await
        }
    }

    /// Waits for a future, such as the next news, and sends a comment whenever it takes longer than
    /// `interval`. Proxies, which cut silent connections, then see that the stream is in use, and
    /// this side notices when the client has left. 15 seconds is a good interval. The headers are
    /// sent first, if they have not been.
    ///
    /// # Errors
    ///
    /// As [`flush`](crate::Output::flush).
    fn keep_alive<F>(
        &mut self,
        interval: Duration,
        future: F,
    ) -> impl Future<Output = Result<F::Output>> + Send
    where
        F: Future + Send,
        F::Output: Send,
    {
        async move {
            let mut future = pin!(future);
            if !self.exchange().headers_sent() {
                begin(self);
                self.flush().await?;
            }
            loop {
                let waited = tokio::time::timeout(interval, future.as_mut()).await;
                if let Ok(output) = waited {
                    return Ok(output);
                }
                self.write(":\n\n");
                self.flush().await?;
            }
        }
    }

    /// The id of the last event seen by a browser that reconnects (the header `Last-Event-ID`);
    /// `None` for a new one.
    fn last_event_id(&self) -> Option<String> {
        self.get_header("Last-Event-ID").filter(|id| !id.is_empty())
    }
}

impl<H: RequestHandler> EventStream for H {}

fn begin<H: RequestHandler>(handler: &mut H) {
    if handler.exchange().headers_sent() {
        return;
    }
    handler.set_header(header::CONTENT_TYPE, "text/event-stream");
    handler.set_header(header::CACHE_CONTROL, "no-cache");
    // Otherwise nginx would buffer.
    handler.set_header("X-Accel-Buffering", "no");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a browser makes of a stream: HTML, "Parsing an event stream".
    fn read(stream: &str) -> Vec<(String, String, String)> {
        let stream = stream.replace("\r\n", "\n").replace('\r', "\n");
        let (mut data, mut event, mut id) = (String::new(), String::new(), String::new());
        let mut events = Vec::new();
        for line in stream.split('\n') {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "" if line.is_empty() => {
                    if let Some(data) = std::mem::take(&mut data).strip_suffix('\n') {
                        events.push((std::mem::take(&mut event), id.clone(), data.to_owned()));
                    }
                }
                "data" => data += &format!("{value}\n"),
                "event" => event = value.to_owned(),
                "id" => id = value.to_owned(),
                _ => {}
            }
        }
        events
    }

    proptest! {
        #[test]
        fn a_browser_reads_what_was_sent(
            data in "(?s)[a: \r\n\u{e9}]{0,12}",
            name in "[a-z: ]{0,5}",
            id in "[a-z: ]{0,5}",
        ) {
            let event = ServerSentEvent::new(&*data).event(&*name).id(&*id);
            event.check().unwrap();
            let lines = data.replace("\r\n", "\n").replace('\r', "\n");
            let text = format!("{event}:\n\n{}", ServerSentEvent::new("next"));
            let expected = vec![(name, id.clone(), lines), (String::new(), id, "next".to_owned())];
            prop_assert_eq!(read(&text), expected);
        }
    }

    #[test]
    fn names_and_ids_are_one_line() {
        let event = ServerSentEvent::new("");
        for bad in ["a\nb", "a\r"] {
            assert!(event.clone().event(bad).check().is_err());
            assert!(event.clone().id(bad).check().is_err());
        }
        assert!(event.clone().id("\0").check().is_err());
        assert!(event.clone().retry(Duration::from_secs(2)).check().is_ok());
        let text = event.retry(Duration::from_millis(1500)).to_string();
        assert_eq!(text, "retry: 1500\ndata: \n\n");
    }
}
