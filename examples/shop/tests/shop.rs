//! The shop in the process of the test, and the program over a socket.

use std::process::Command;

use serde_json::json;
use shop::{application, open};
use test_support::Program;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;

/// A shop with its own database, which is removed with the folder.
// ANCHOR: client
async fn client() -> (TestClient, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let url = format!(
        "sqlite:{}?mode=rwc",
        folder.path().join("shop.db").display()
    );
    let db = open(&url).await.expect("SQLite can make a file");
    let settings = Settings::new().cookie_secret("a secret of the tests");
    let app = application(db, settings).expect("its settings are good");
    (TestClient::new(app), folder)
}

async fn register(client: &TestClient, name: &str) {
    let form = [("name", name), ("password", "correct horse")];
    let response = client.post("/register").form(form).follow_redirects().await;
    assert!(response.text().contains("Welcome!"), "{response:?}");
}
// ANCHOR_END: client

/// A page without the token of its forms, which changes each time.
fn without_tokens(page: &str) -> String {
    let mut parts = page.split("name=\"_xsrf\" value=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    text
}

/// A visitor's actions, and every response.
async fn visit(program: &Program) -> Vec<String> {
    let admin = TestClient::connect(&program.url());
    let guest = admin.another();
    let lee = admin.another();
    let account = |name, password| [("name", name), ("password", password)];
    let good = account("Kim <3", "correct horse");
    let article = |id| [("article", id)];
    let changed = |id, cents, stock| [("article", id), ("cents", cents), ("stock", stock)];
    let patch = |client: &TestClient, body| client.patch("/api/articles/2").json(body);
    let requests = [
        guest.get("/"),
        guest.get("/orders"),
        guest.get("/admin"),
        guest.get("/nothing"),
        guest.get("/login?next=/cart"),
        admin.get("/register"),
        admin.post("/register").form(account("", "correct horse")),
        admin.post("/register").form(account("Kim", "short")),
        admin.post("/register").form(account("Kim", " seven ")),
        admin.post("/register").form([("name", "Kim")]),
        admin.post("/register").form(good),
        admin.get("/"),
        admin.get("/"),
        lee.post("/register").form(good),
        lee.post("/register").form(account("Lee", "battery staple")),
        lee.get("/admin"),
        lee.post("/admin").form(changed("1", "500", "7")),
        admin.get("/admin"),
        admin.post("/admin").form(changed("1", "500", "7")),
        admin.post("/admin").form(changed("99", "500", "7")),
        admin.post("/admin").form(changed("1", "-5", "7")),
        admin.post("/admin").form(article("1")),
        admin.get("/admin"),
        guest.get("/cart"),
        guest.post("/cart").form(article("2")).without_xsrf(),
        guest.post("/cart").form(article("2")),
        guest.post("/cart").form(article("2")),
        guest.post("/cart").form(article("99")),
        guest.post("/cart").form(article("tea")),
        guest.get("/cart"),
        guest.post("/orders"),
        guest.post("/login").form(account("Lee", "wrong")),
        guest
            .post("/login")
            .form(account("nobody", "battery staple")),
        guest.post("/login").form(account("Lee", "battery staple")),
        guest.get("/cart"),
        guest.post("/orders"),
        guest.get("/orders"),
        guest.get("/cart"),
        lee.post("/cart").form(article("2")),
        lee.post("/cart").form(article("3")),
        lee.post("/cart").form(article("3")),
        lee.post("/orders"),
        lee.get("/cart"),
        guest.post("/logout"),
        guest.get("/"),
        guest.get("/api/articles"),
        guest.get("/api/articles/2"),
        guest.get("/api/articles/99"),
        patch(&lee, json!({ "stock": 0 })),
        patch(&admin, json!({ "cents": 400 })),
        patch(&admin, json!({ "cents": 400, "stock": null })),
        patch(&admin, json!({ "cents": -1 })),
        patch(&admin, json!({ "name": "Chai" })),
        patch(&admin, json!([1])),
        admin.patch("/api/articles/2").body("no JSON"),
        admin.patch("/api/articles/99").json(json!({ "stock": 1 })),
        admin.put("/"),
    ];
    let mut answers = Vec::new();
    for (number, request) in requests.into_iter().enumerate() {
        let response = request.await;
        let page = without_tokens(response.text());
        let (status, reason) = (response.status().as_u16(), response.reason());
        let (location, kind) = (response.header("Location"), response.header("Content-Type"));
        answers.push(format!(
            "{number}: {status} {reason} {location:?} {kind:?}\n{page}"
        ));
    }
    answers
}

#[tokio::test]
async fn the_shop_in_python_answers_alike() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = |name| folder.path().join(name).display().to_string();
    let python = file("python.db");
    let python = [("DATABASE", &*python)];
    let python = Program::python_with("docs/python/shop/main.py", &python);
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    command.env(
        "DATABASE_URL",
        format!("sqlite:{}?mode=rwc", file("rust.db")),
    );
    let rust = Program::start_with(command);
    let (python, rust) = (visit(&python).await, visit(&rust).await);
    for (python, rust) in python.iter().zip(&rust) {
        assert_eq!(python, rust);
    }
}

/// The remaining stock of an article.
async fn stock(client: &TestClient, id: u32) -> i64 {
    let response = client.get(&format!("/api/articles/{id}")).await;
    response.json::<serde_json::Value>()["stock"]
        .as_i64()
        .expect("a number")
}

async fn put_into_cart(client: &TestClient, id: u32) {
    let response = client
        .post("/cart")
        .form([("article", id.to_string())])
        .await;
    assert_eq!(response.status(), 303);
}

#[tokio::test]
async fn an_account_is_made_left_and_entered() {
    let (kim, _folder) = client().await;
    register(&kim, "Kim <3").await;
    assert!(
        kim.get("/")
            .await
            .text()
            .contains("Kim &lt;3 <button>Log out")
    );
    kim.post("/logout").await;
    assert!(kim.get("/").await.text().contains("Log in"));

    let login = |password| {
        kim.post("/login")
            .form([("name", "Kim <3"), ("password", password)])
    };
    let wrong = login("wrong").await;
    assert!(wrong.text().contains("Name or password is wrong."));
    assert!(wrong.text().contains("value=\"Kim &lt;3\""));
    let form = [("name", "nobody"), ("password", "correct horse")];
    let unknown = kim.post("/login").form(form).await;
    assert!(unknown.text().contains("Name or password is wrong."));
    assert_eq!(login("correct horse").await.header("Location"), Some("/"));
    assert!(kim.get("/").await.text().contains("Welcome back!"));
    assert!(!kim.get("/").await.text().contains("Welcome back!"));
}

#[tokio::test]
async fn a_bad_account_is_not_made() {
    let (kim, _folder) = client().await;
    register(&kim, "Kim").await;
    let lee = kim.another();
    for (name, password, error) in [
        ("Kim", "correct horse", "The name is taken."),
        ("Lee", "short", "A password has 8 characters at least."),
        ("", "correct horse", "A name has 1 to 60 characters."),
    ] {
        let form = [("name", name), ("password", password)];
        let response = lee.post("/register").form(form).await;
        assert!(response.text().contains(error), "{response:?}");
    }
}

#[tokio::test]
async fn the_way_back_stays_in_the_shop() {
    let (kim, _folder) = client().await;
    register(&kim, "Kim").await;
    let to_login = kim.another().get("/orders").await;
    assert_eq!(to_login.header("Location"), Some("/login?next=%2Forders"));
    for (next, expected) in [
        ("/orders", "/orders"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
    ] {
        let form = [
            ("name", "Kim"),
            ("password", "correct horse"),
            ("next", next),
        ];
        let response = kim.another().post("/login").form(form).await;
        assert_eq!(response.header("Location"), Some(expected));
    }
}

// ANCHOR: rollback
#[tokio::test]
async fn an_order_is_all_of_the_cart_or_nothing() {
    let (kim, _folder) = client().await;
    register(&kim, "Kim").await;
    put_into_cart(&kim, 1).await;
    put_into_cart(&kim, 3).await;
    put_into_cart(&kim, 3).await; // there is one

    let response = kim.post("/orders").await;
    assert_eq!(
        (response.status().as_u16(), response.reason()),
        (409, "Sold Out")
    );
    assert_eq!((stock(&kim, 1).await, stock(&kim, 3).await), (20, 1));
    assert!(kim.get("/cart").await.text().contains("2 × Teapot"));
}
// ANCHOR_END: rollback

#[tokio::test]
async fn a_cart_is_ordered() {
    let (kim, _folder) = client().await;
    put_into_cart(&kim, 2).await;
    put_into_cart(&kim, 2).await;
    let cart = kim.get("/cart").await;
    assert!(
        cart.text().contains("2 × Black tea</span> 7.80 €"),
        "{cart:?}"
    );
    assert!(cart.text().contains("/login?next=/cart"), "{cart:?}");
    assert_eq!(kim.post("/orders").await.status(), 403);

    register(&kim, "Kim").await;
    let response = kim.post("/orders").follow_redirects().await;
    assert!(response.text().contains("Thank you!"), "{response:?}");
    assert!(response.text().contains("2 × Black tea"), "{response:?}");
    assert_eq!(stock(&kim, 2).await, 1);
    assert!(kim.get("/cart").await.text().contains("It is empty."));
    assert_eq!(
        kim.post("/cart").form([("article", "99")]).await.status(),
        404
    );
}

#[tokio::test]
async fn what_is_sold_out_is_not_for_sale() {
    let (kim, _folder) = client().await;
    register(&kim, "Kim").await;
    put_into_cart(&kim, 3).await;
    kim.post("/orders").await;
    assert!(kim.get("/").await.text().contains("sold out"));
}

#[tokio::test]
async fn the_admin_alone_sees_the_admins_page() {
    let (admin, _folder) = client().await;
    register(&admin, "Kim").await;
    let lee = admin.another();
    assert_eq!(
        lee.get("/admin").await.header("Location"),
        Some("/login?next=%2Fadmin")
    );
    register(&lee, "Lee").await;
    assert_eq!(lee.get("/admin").await.status(), 403);
    let form = [("article", "1"), ("cents", "500"), ("stock", "7")];
    assert_eq!(lee.post("/admin").form(form).await.status(), 403);

    let response = admin.post("/admin").form(form).follow_redirects().await;
    assert!(response.text().contains("Saved."), "{response:?}");
    assert!(
        response.text().contains("name=\"stock\" value=\"7\""),
        "{response:?}"
    );
    assert_eq!(
        admin.post("/admin").form([("article", "1")]).await.status(),
        400
    );
    let form = [("article", "99"), ("cents", "1"), ("stock", "1")];
    assert_eq!(admin.post("/admin").form(form).await.status(), 404);
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let (kim, _folder) = client().await;
    let response = kim
        .post("/cart")
        .form([("article", "1")])
        .without_xsrf()
        .await;
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn the_api_speaks_json() {
    let (admin, _folder) = client().await;
    register(&admin, "Kim").await;
    let list = admin.get("/api/articles").await;
    let first =
        "{\"articles\": [{\"id\": 2, \"name\": \"Black tea\", \"cents\": 390, \"stock\": 3},";
    assert!(list.text().starts_with(first), "{list:?}");

    let change = |body| admin.patch("/api/articles/2").json(body);
    let changed = change(json!({"cents": 400})).await;
    let expected = r#"{"id": 2, "name": "Black tea", "cents": 400, "stock": 3}"#;
    assert_eq!(changed.text(), expected);
    assert_eq!(admin.get("/api/articles/2").await.text(), expected);

    assert_eq!(change(json!({"cents": -1})).await.status(), 400);
    assert_eq!(change(json!({"name": "Chai"})).await.status(), 400);
    let missing = admin.get("/api/articles/99").await;
    assert_eq!(missing.text(), r#"{"status": 404, "error": "Not Found"}"#);
    let guest = admin
        .another()
        .patch("/api/articles/2")
        .json(json!({"stock": 0}));
    assert_eq!(guest.await.status(), 403);
    assert_eq!(stock(&admin, 2).await, 3);
}

#[tokio::test]
async fn the_program_runs() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let url = format!(
        "sqlite:{}?mode=rwc",
        folder.path().join("shop.db").display()
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    command.env("DATABASE_URL", &url);
    let program = Program::start_with(command);
    let client = TestClient::connect(&program.url());
    let page = client.get("/").await;
    assert!(page.text().contains("Green tea"), "{page:?}");
    assert_eq!(page.header("X-Request-Id").map(str::len), Some(36));
    let _ = program.stop(&[]);
}
