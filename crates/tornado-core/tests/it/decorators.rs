//! Tornado's decorators: `addslash`, `removeslash`, `authenticated`.

use tornado_core::{
    Context as _, Exchange, Handler, Input as _, Output as _, RequestHandler, Result, Settings,
    User, url,
};

use tornado_testing::TestResponse;

use crate::support::{client, client_with, failure, with};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Slashes(Exchange);

impl RequestHandler for Slashes {
    async fn get(&mut self) -> Result {
        if self.request().path().contains("add") {
            self.addslash()?;
        } else {
            self.removeslash()?;
        }
        self.write("here");
        Ok(())
    }

    async fn head(&mut self) -> Result {
        self.get().await
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

fn location(response: &TestResponse) -> &str {
    response.header("Location").unwrap_or_default()
}

#[tokio::test]
async fn slashes_are_added_and_removed() {
    let client = client([url(".*", Slashes)]);
    for (method, uri, status, to) in [
        ("GET", "/add/", 200, ""),
        ("GET", "/add", 301, "/add/"),
        ("GET", "/add?a=b&c=%20", 301, "/add/?a=b&c=%20"),
        ("HEAD", "/add", 301, "/add/"),
        ("POST", "/add/", 200, ""),
        ("POST", "/add", 404, ""),
        ("GET", "//add", 403, ""),
        ("GET", "/%5Cadd", 301, "/%5Cadd/"),
        ("GET", "/remove", 200, ""),
        ("GET", "/remove/", 301, "/remove"),
        ("GET", "/remove///?a=b", 301, "/remove?a=b"),
        ("HEAD", "/remove/", 301, "/remove"),
        ("POST", "/remove", 200, ""),
        ("POST", "/remove/", 404, ""),
        ("GET", "/", 200, ""),
        ("GET", "//", 200, ""),
        ("POST", "/", 404, ""),
        ("GET", "//example.com//", 403, ""),
    ] {
        let response = client.request(method, uri).await;
        assert_eq!(response.status(), status, "{method} {uri}");
        assert_eq!(location(&response), to, "{method} {uri}");
        if status == 301 {
            assert_eq!(response.text(), "", "{method} {uri}");
        }
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Members(Exchange);

impl RequestHandler for Members {
    fn get_login_url(&self) -> Result<String> {
        self.get_argument("login")
    }

    async fn get(&mut self) -> Result {
        self.authenticated().await?;
        Ok(())
    }

    async fn head(&mut self) -> Result {
        self.get().await
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

#[tokio::test]
async fn those_who_have_not_logged_in_are_sent_to_the_login_url() {
    let client = client_with([url("/auth", Members)], Settings::new());
    for (login, to) in [
        ("/login", "/login?next=%2Fauth%3Flogin%3D%2Flogin"),
        ("/login?a=1", "/login?a=1"),
        (
            "http://example.com/login",
            "http://example.com/login?next=http%3A%2F%2Fhere%2Fauth%3Flogin%3Dhttp%3A%2F%2Fexample.com%2Flogin",
        ),
        (
            "//example.com/login",
            "//example.com/login?next=%2Fauth%3Flogin%3D%2F%2Fexample.com%2Flogin",
        ),
        ("/a://b", "/a://b?next=%2Fauth%3Flogin%3D%2Fa%3A%2F%2Fb"),
    ] {
        let uri = format!("/auth?login={login}");
        let headers = [("Host", "here")];
        for method in ["GET", "HEAD"] {
            let response = with(client.request(method, &uri), &headers).await;
            assert_eq!((response.status().as_u16(), location(&response)), (302, to));
        }
        let response = with(client.post(&uri), &headers).await;
        assert_eq!(response.status(), 403);
    }
}

struct Account {
    name: String,
}

/// Its users are accounts.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Accounts(Exchange);

impl RequestHandler for Accounts {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let name = self.get_header("X-User");
        Ok(name.map(|name| User::new(Account { name })))
    }

    async fn get(&mut self) -> Result {
        let account = self.current_user_as::<Account>().await?;
        self.write(account.map_or("nobody".to_owned(), |account| account.name.clone()));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let account = self.authenticated_as::<Account>().await?;
        self.write(&account.name);
        Ok(())
    }

    async fn put(&mut self) -> Result {
        self.current_user_as::<String>().await?;
        Ok(())
    }
}

#[tokio::test]
async fn a_user_is_of_the_type_that_is_asked_for() {
    let client = client([url("/", Accounts)]);
    assert_eq!(client.get("/").await.text(), "nobody");
    assert_eq!(client.post("/").await.status(), 403);
    let user = [("X-User", "Kim")];
    assert_eq!(with(client.get("/"), &user).await.text(), "Kim");
    assert_eq!(with(client.post("/"), &user).await.text(), "Kim");
    let _log = failure(
        r"(?s).*the user is a `it::decorators::Account`, as `get_current_user` has made it, and no `alloc::string::String`",
    );
    assert_eq!(with(client.put("/"), &user).await.status(), 500);
}
