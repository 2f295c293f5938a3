//! The program over a real socket.
use test_support::Program;
use tornado_testing::TestClient;

#[tokio::test]
async fn a_login_is_remembered_and_forgotten() {
    let program = Program::start(env!("CARGO_BIN_EXE_axum-cookies"));
    let kim = TestClient::connect(&program.url());
    assert_eq!(kim.get("/").await.text(), "Hello, Guest!\n");
    let response = kim.post("/login").form([("name", "Kim")]).await;
    assert_eq!(
        (response.status().as_u16(), response.header("Location")),
        (303, Some("/"))
    );
    let cookie = kim.get_cookie("user").expect("it was set");
    assert!(cookie.contains("|4:user|4:S2lt|"), "{cookie}");
    assert_eq!(kim.get("/").await.text(), "Hello, Kim!\n");

    let forged = kim.another();
    forged.set_cookie("user", &cookie.replace("|4:S2lt|", "|4:TGVl|"));
    assert_eq!(forged.get("/").await.text(), "Hello, Guest!\n");

    kim.post("/logout").await;
    assert_eq!(kim.get("/").await.text(), "Hello, Guest!\n");
}
