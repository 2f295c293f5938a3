//! An application that reports what it has read from a request.

use std::cell::RefCell;

use bytes::Bytes;
use http::{Request, StatusCode};
use tornado_web::arguments::Arguments;
use tornado_web::{
    Application, Body, Context, Exchange, Files, Handler, RequestHandler, Result, Settings, url,
};
use tower::ServiceExt as _;

/// What a handler finds in the request.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) query: Arguments,
    pub(super) form: Arguments,
    pub(super) files: Files,
}

#[derive(Handler)]
struct Echo(Exchange);

impl RequestHandler for Echo {
    async fn post(&mut self) -> Result {
        let request = self.request();
        let seen = Seen {
            query: request.query_arguments().clone(),
            form: request.body_arguments().clone(),
            files: request.files().clone(),
        };
        SEEN.set(Some(seen));
        Ok(())
    }
}

thread_local! {
    // The application runs on the thread that has sent the request.
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
    static APPLICATION: Application = Application::new([url("/", Echo)], Settings::new().logging("none"))
        .expect("the pattern is one");
    static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime without threads can be built");
}

/// Sends a body to the application, and returns what was found in it; `None` if
/// it was refused, which must be with a 400.
pub(super) fn post(uri: &str, content_type: &str, body: &[u8]) -> Option<Seen> {
    let request = Request::post(uri)
        .header("Content-Type", content_type)
        .body(Body::from(Bytes::copy_from_slice(body)))
        .expect("the caller gives a valid head");
    let application = APPLICATION.with(Application::clone);
    let Ok(response) = RUNTIME.with(|runtime| runtime.block_on(application.oneshot(request)));
    let seen = SEEN.take();
    let expected = match seen {
        Some(_) => StatusCode::OK,
        None => StatusCode::BAD_REQUEST,
    };
    assert_eq!(response.status(), expected);
    seen
}
