//! The program over a real socket.
use test_support::Program;
use tornado_web::testing::TestClient;

fn start() -> (Program, TestClient) {
    let program = Program::start(env!("CARGO_BIN_EXE_session"));
    let client = TestClient::connect(&program.url());
    (program, client)
}

async fn greeting(client: &TestClient) -> String {
    client.get("/").await.text().to_owned()
}

/// What the program does, in either language.
async fn a_name_is_remembered(kim: &TestClient) {
    let other = kim.another();
    assert_eq!(greeting(kim).await, "Hello, Guest!");
    let answer = kim.post("/").form([("username", "Kim")]).await;
    assert_eq!(answer.text(), "Username has been set!");
    assert_eq!(greeting(kim).await, "Hello, Kim!");
    assert_eq!(greeting(&other).await, "Hello, Guest!");
    assert_eq!(kim.post("/").await.status(), 400);
}

#[tokio::test]
async fn a_name_is_remembered_by_its_cookie() {
    let (program, client) = start();
    a_name_is_remembered(&client).await;
    let page = client.another().get("/").await;
    assert_eq!(page.header("Set-Cookie"), None, "reading makes no session");
    let _ = program.stop(&["Missing argument username", "400 POST /"]);
}

#[tokio::test]
async fn the_python_program_does_the_same() {
    let program = Program::python("docs/python/session.py");
    a_name_is_remembered(&TestClient::connect(&program.url())).await;
}

#[tokio::test]
async fn a_cookie_that_is_forged_or_renamed_is_a_guests() {
    let (program, kim) = start();
    kim.post("/").form([("username", "Kim")]).await;
    let mut value = kim.get_cookie("my_session").expect("it was set");

    let renamed = kim.another();
    renamed.set_cookie("other_session", &value);
    assert_eq!(greeting(&renamed).await, "Hello, Guest!");

    let forged = kim.another();
    let last = value.pop();
    value.push(if last == Some('0') { '1' } else { '0' });
    forged.set_cookie("my_session", &value);
    assert_eq!(greeting(&forged).await, "Hello, Guest!");

    assert_eq!(greeting(&kim).await, "Hello, Kim!");
    let _ = program.stop(&[]);
}

#[tokio::test]
async fn the_page_shows_and_takes_a_name() {
    let (program, client) = start();
    let has = async |text: &str| {
        let page = client.get("/form").await;
        assert!(page.text().contains(text), "{page:?}");
        page
    };
    has("<h1>Hello, Guest!</h1>").await;
    let response = client.post("/form").form([("username", "<Kim>")]).await;
    assert_eq!(
        (response.status().as_u16(), response.header("Location")),
        (303, Some("/form"))
    );
    let page = has("<h1>Hello, &lt;Kim&gt;!</h1>").await;
    assert!(page.text().contains("page view 2 "), "{page:?}");
    client.post("/form").form([("forget", "1")]).await;
    has("<h1>Hello, Guest!</h1>").await;
    let _ = program.stop(&[]);
}
