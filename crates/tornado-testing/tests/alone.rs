//! What is seen when no other test runs at the same time: lines from any
//! thread.

use tornado_core::{Application, Error, Exchange, Handler, RequestHandler, Result, Settings, url};
use tornado_testing::{TestClient, block_on};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Threads(Exchange);

impl RequestHandler for Threads {
    async fn get(&mut self) -> Result {
        let thread = std::thread::spawn(|| tracing::error!("lost in a thread"));
        thread.join().map_err(|_| Error::msg("it has panicked"))
    }
}

#[test]
#[should_panic(expected = "lost in a thread")]
fn a_line_of_any_thread_fails_the_only_test() {
    block_on(async {
        let app = Application::new([url("/", Threads)], Settings::new());
        let client = TestClient::new(app.unwrap());
        assert_eq!(client.get("/").await.status(), 200);
    });
}
