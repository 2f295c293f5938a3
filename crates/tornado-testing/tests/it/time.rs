//! The application's clock, apart from cookies.

use std::time::{Duration, SystemTime};

use tornado_core::{
    Application, Context as _, Exchange, Handler, Output as _, RequestHandler, Result, Settings,
    url,
};
use tornado_testing::TestClient;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Age(Exchange);

impl RequestHandler for Age {
    async fn get(&mut self) -> Result {
        let now = self.application().clock().now();
        let days = now.duration_since(SystemTime::now())?.as_secs() / DAY.as_secs();
        self.write(format!("{days}"));
        Ok(())
    }
}

#[tokio::test]
async fn a_rule_of_ones_own_follows() {
    let app = Application::new([url("/", Age)], Settings::new()).expect("the pattern is good");
    let client = TestClient::new(app);
    client.advance(3 * DAY + DAY / 2);
    assert_eq!(client.get("/").await.text(), "3");
    assert_eq!(client.clone().serve().await.get("/").await.text(), "3");
}

#[tokio::test]
async fn static_files_are_kept_from_now_on() {
    let settings = Settings::new().static_path(env!("CARGO_MANIFEST_DIR"));
    let client = TestClient::new(Application::new([], settings).expect("the folder is there"));
    let expires = async || {
        let response = client.get("/static/Cargo.toml?v=1").await.rethrow();
        let expires = response.header("Expires").expect("there is a version");
        let format = time::format_description::well_known::Rfc2822;
        let expires = expires.replace("GMT", "+0000");
        time::OffsetDateTime::parse(&expires, &format).expect("it is a date")
    };
    let before = expires().await;
    client.advance(DAY);
    assert!((expires().await - before).whole_hours() == 24);
}
