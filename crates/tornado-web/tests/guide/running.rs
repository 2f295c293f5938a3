//! `docs/guide/running.md`.

use std::future::IntoFuture as _;
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_support::free_port;
use tokio::sync::oneshot;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;
use tornado_web::{Server, SslOptions, StartError};

#[derive(Handler)]
struct SlowHandler(Exchange);

impl RequestHandler for SlowHandler {
    async fn get(&mut self) -> Result {
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.write("done");
        Ok(())
    }
}

/// Serves until something is sent to `stop`.
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

/// Serves both until it is dropped.
async fn both(app: Application, plain: u16, secure: u16, files: [PathBuf; 2]) -> StartError {
    let [cert, key] = files;
    let serve = async {
        // ANCHOR: both
        let options = SslOptions::new(cert, key);
        let secure = app.bind(secure).await?.ssl_options(&options)?;
        tokio::try_join!(app.listen(plain), secure.serve())?;
        // ANCHOR_END: both
        Ok(())
    };
    serve.await.expect_err("only an error ends it")
}

#[tokio::test]
async fn http_and_https_are_two_servers_of_one_application() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
    std::fs::write(&files[0], made.cert.pem()).unwrap();
    std::fs::write(&files[1], made.signing_key.serialize_pem()).unwrap();
    let app = Application::new([url(r"/", SlowHandler)], Settings::new()).unwrap();
    let [plain, secure] = [free_port(), free_port()];
    let serving = both(app, plain, secure, files);
    let asking = async {
        while TcpStream::connect(("127.0.0.1", plain)).is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let client = TestClient::connect(&format!("http://127.0.0.1:{plain}"));
        assert_eq!(client.get("/").await.text(), "done");
        TcpStream::connect(("127.0.0.1", secure)).unwrap();
    };
    tokio::select! {
        error = serving => panic!("{error}"),
        () = asking => {}
    }
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
