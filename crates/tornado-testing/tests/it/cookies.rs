//! The cookies of a browser.

use std::time::Duration;

use tornado_core::{
    Application, Context as _, Cookies as _, Exchange, Handler, Input as _, Output as _,
    RequestHandler, Result, Settings, url,
};
use tornado_testing::TestClient;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Sets the cookies in the body, one per line; answers with the `Cookie`
/// header.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Jar(Exchange);

impl RequestHandler for Jar {
    async fn get(&mut self) -> Result {
        let sent = self.request().headers().get("cookie");
        let sent = sent.map_or_else(Vec::new, |sent| sent.as_bytes().to_vec());
        self.write(sent);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let lines = String::from_utf8(self.request().body().to_vec())?;
        for line in lines.lines() {
            self.add_header("Set-Cookie", line);
        }
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Signed(Exchange);

impl RequestHandler for Signed {
    async fn get(&mut self) -> Result {
        let user = self.get_signed_cookie("user")?;
        self.write(user.unwrap_or_else(|| b"nobody".to_vec()));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let user = self.get_body_argument("user")?;
        self.set_signed_cookie("user", user);
        self.set_cookie("week", "a").expires_days(7.0);
        self.set_cookie("hour", "b").max_age(3600);
        self.set_cookie("always", "c");
        Ok(())
    }

    async fn delete(&mut self) -> Result {
        self.clear_cookie("user");
        Ok(())
    }
}

fn client() -> TestClient {
    let settings = Settings::new().cookie_secret("a secret of the tests");
    let rules = [url("/signed", Signed), url("/.*", Jar)];
    let app = Application::new(rules, settings);
    TestClient::new(app.expect("the patterns are good"))
}

#[tokio::test]
async fn cookies_are_sent_back_as_a_browser_does() {
    let client = client();
    let lines = "a=1\nb=\"x y\"; Path=/deep\na=2; Path=/deep/er\nc=3; Path=/other\ngone=; Max-Age=0\nd=4; HttpOnly";
    client.post("/").body(lines).await;
    assert_eq!(client.get("/").await.text(), "a=1; d=4");
    // Longer paths first.
    let deep = client.get("/deep/er/x").await.text().to_owned();
    assert!(deep.starts_with("a=2; b=\"x y\"; "), "{deep}");
    client.post("/").body("a=; Max-Age=0").await;
    assert_eq!(client.get("/").await.text(), "d=4");
    assert_eq!(client.another().get("/").await.text(), "");
    assert_eq!(client.clone().get("/").await.text(), "d=4");
    client.clear_cookies();
    assert_eq!(client.get("/").await.text(), "");
}

#[tokio::test]
async fn a_cookie_is_for_its_host_and_scheme() {
    let client = client().base_url("http://www.example.com");
    client
        .post("/")
        .body("all=1; Domain=example.com\nhost=2\nsafe=3; Secure\nother=4; Domain=other.com")
        .await;
    assert_eq!(client.get("/").await.text().len(), "all=1; host=2".len());
    assert_eq!(client.get("http://api.example.com/").await.text(), "all=1");
    let safe = "https://www.example.com/";
    client.post(safe).body("safe=3; Secure").await;
    let sent = client.get(safe).await.text().to_owned();
    assert!(sent.contains("safe=3"), "{sent}");
    assert!(!client.get("/").await.text().contains("safe=3"));
}

#[tokio::test]
async fn cookies_of_a_test_are_those_of_a_handler() {
    let client = client();
    client.set_cookie("name", "Kim Lee; x");
    assert_eq!(client.get_cookie("name").as_deref(), Some("Kim Lee; x"));
    assert_eq!(client.get("/").await.text(), r#"name="Kim Lee\073 x""#);
    client.set_signed_cookie("user", "kim");
    assert_eq!(client.get("/signed").await.text(), "kim");
    assert_eq!(
        client.get_signed_cookie("user").as_deref(),
        Some(&b"kim"[..])
    );
    client.set_cookie("user", "forged");
    assert_eq!(client.get_signed_cookie("user"), None);
    assert_eq!(client.get("/signed").await.text(), "nobody");
}

#[tokio::test]
async fn time_moves_for_cookies_and_signatures() {
    let client = client();
    let set = client.post("/signed").form([("user", "kim")]).await;
    assert!(
        set.set_cookie("week")
            .is_some_and(|line| line.contains("expires="))
    );
    client.advance(Duration::from_secs(3601));
    assert_eq!(client.get_cookie("hour"), None);
    assert_eq!(client.get_cookie("week").as_deref(), Some("a"));
    client.advance(7 * DAY);
    assert_eq!(client.get_cookie("week"), None);
    assert_eq!(client.get("/signed").await.text(), "kim");
    // The cookie lives 30 days; its signature, if it is still sent, 31.
    let kept = client.get_cookie("user").unwrap();
    client.advance(23 * DAY);
    assert_eq!(client.get("/signed").await.text(), "nobody");
    let header = format!("user=\"{kept}\"");
    assert_eq!(
        client.get("/signed").header("Cookie", &header).await.text(),
        "kim"
    );
    client.advance(DAY);
    assert_eq!(
        client.get("/signed").header("Cookie", &header).await.text(),
        "nobody"
    );
    // A cookie set now counts from now.
    client.post("/signed").form([("user", "lee")]).await;
    assert_eq!(client.get("/signed").await.text(), "lee");
    assert!(client.get_cookie("hour").is_some());
    client.delete("/signed").await;
    assert_eq!(client.get_cookie("user"), None);
}

#[tokio::test]
async fn a_name_with_a_promise_keeps_it() {
    let client = client().base_url("https://www.example.com");
    let broken = "__Host-a=1\n__Host-b=1; Secure; Path=/x\n__Secure-c=1\n\
                  __Host-d=1; Secure; Path=/; Domain=example.com";
    client.post("/").body(broken).await;
    assert_eq!(client.get("/").await.text(), "");
    let kept = "__Host-a=1; Secure; Path=/\n__Secure-c=2; Secure";
    client.post("/").body(kept).await;
    assert_eq!(
        client.get("/").await.text().len(),
        "__Host-a=1; __Secure-c=2".len()
    );
}

#[tokio::test]
async fn a_cookie_of_another_path_is_seen_and_one_of_the_test_is_sent() {
    let client = client();
    client.post("/").body("deep=1; Path=/deep\nhere=2").await;
    assert_eq!(client.get_cookie("deep").as_deref(), Some("1"));
    assert_eq!(client.get("/").await.text(), "here=2");
    let forged = client.get("/").header("Cookie", "here=forged").await;
    assert_eq!(forged.text(), "here=forged");
}
