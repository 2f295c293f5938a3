//! The program over a real socket, as far as it goes without Facebook.

use std::process::Command;

use test_support::Program;
use tornado_web::testing::TestClient;

#[tokio::test]
async fn users_are_sent_to_facebook() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_facebook"));
    command.envs([
        ("FACEBOOK_API_KEY", "the key"),
        ("FACEBOOK_SECRET", "the secret"),
    ]);
    let program = Program::start_with(command);
    let browser = TestClient::connect(&program.url());
    let response = browser.get("/").await;
    assert_eq!(response.header("Location"), Some("/auth/login?next=%2F"));
    let response = browser.get("/auth/login?next=%2F").await;
    let location = response.header("Location").unwrap();
    assert!(location.starts_with("https://www.facebook.com/dialog/oauth?response_type=code&"));
    assert!(location.contains("&client_id=the+key&"), "{location}");
    assert!(
        location.contains("&scope=public_profile+user_posts"),
        "{location}"
    );
    assert!(!location.contains("secret"), "{location}");
    // What did not begin here is not taken.
    let response = browser.get("/auth/login?code=a&state=b").await;
    assert_eq!(response.status(), 400);
    let _ = program.stop(&["400 GET /auth/login?code=a&state=b"]);
}
