//! The program over a real socket.
use test_support::Program;
use tornado_testing::TestClient;

#[tokio::test]
async fn what_one_part_sets_the_others_see() {
    let program = Program::start(env!("CARGO_BIN_EXE_one-jar"));
    let kim = TestClient::connect(&program.url());
    assert_eq!(kim.get("/axum").await.text(), "Hello, Guest!\n");
    assert_eq!(kim.get_cookie("theme").as_deref(), Some("dark"));

    let login = kim.another().get("/login").await;
    assert_eq!(login.text(), "Welcome, in dark!\n");
    let cookie = login.set_cookie("user").expect("it was set");
    assert!(
        cookie.contains("|4:user|4:S2lt|"),
        "Tornado's bytes: {cookie}"
    );
    assert!(cookie.contains("; HttpOnly; Path=/; Expires="), "{cookie}");
    assert_eq!(login.set_cookie("theme"), Some("theme=dark"));

    kim.get("/login").await;
    assert_eq!(kim.get("/axum").await.text(), "Hello, Kim!\n");
}
