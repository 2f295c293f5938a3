//! Logins with a provider that others have written.

use test_support::Program;
use tornado_testing::TestClient;
use tornado_web::auth::OAuth2Provider;

use crate::support::{begin, path_of, site, user_of};

fn provider() -> Program {
    Program::python("crates/tornado-auth/tests/it/provider.py")
}

/// Where the provider's page sends the user on, who has typed a name there.
async fn visit(provider: &Program, there: &str) -> String {
    let browser = TestClient::connect(&provider.url());
    let page = browser.get(&path_of(there)).await;
    assert_eq!(page.status(), 200, "{page:?}");
    let typed = browser.post(&path_of(there)).form([("sub", "kim")]);
    let sent = typed.await;
    assert_eq!(sent.status(), 302, "{sent:?}");
    sent.header("Location").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_provider_is_all_that_a_login_needs() {
    let program = provider();
    let browser = site([OAuth2Provider::discover(program.url()).client("my-id", "my-secret")]);
    let there = begin(&browser, "/login/0?next=/cart").await;
    let back = visit(&program, &there).await;
    let response = browser.get(&path_of(&back)).await;
    assert_eq!(response.header("Location"), Some("/cart"), "{response:?}");
    let user = format!("{}#kim", program.url());
    assert_eq!(user_of(&browser).await.as_deref(), Some(&*user));
}
