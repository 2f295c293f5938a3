//! `docs/guide/running.md`.

use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::oneshot;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;
use tornado_web::{Server, StartError};

#[derive(Handler)]
struct SlowHandler(Exchange);

impl RequestHandler for SlowHandler {
    async fn get(&mut self) -> Result {
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.write("done");
        Ok(())
    }
}

/// Serves until `stop` is sent to.
async fn serve(server: Server, stop: oneshot::Receiver<()>) -> Result<(), StartError> {
    // ANCHOR: serve_until
    server
        .serve_until(async {
            stop.await.ok(); // whatever completes this future stops the server
        })
        .await
    // ANCHOR_END: serve_until
}

#[tokio::test]
async fn what_is_in_flight_is_finished() {
    // ANCHOR: bind
    let settings = Settings::new().shutdown_timeout(Duration::from_secs(10));
    let app = Application::new([url(r"/", SlowHandler)], settings).unwrap();
    let server = app.bind(("127.0.0.1", 0)).await.unwrap();
    let address = server.local_addr();
    // ANCHOR_END: bind
    let (stop, stopped) = oneshot::channel();
    let serving = tokio::spawn(serve(server, stopped));
    let client = TestClient::connect(&format!("http://{address}"));
    let request = tokio::spawn(client.get("/").into_future());
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    assert_eq!(request.await.unwrap().text(), "done");
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_log_function_takes_the_place_of_the_access_log() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    // ANCHOR: log_function
    let app = Application::builder(Settings::new())
        .handlers([url(r"/", SlowHandler)])
        .log_function(move |exchange| {
            let (status, path) = (exchange.get_status(), exchange.request().path());
            log.lock().unwrap().push(format!("{status} {path}"));
        })
        .build()
        .unwrap();
    // ANCHOR_END: log_function
    TestClient::new(app).get("/").await.rethrow();
    assert_eq!(*lines.lock().unwrap(), ["200 /"]);
}
