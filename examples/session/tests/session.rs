//! The program over a real socket.
use test_support::{Client, Program};

fn greeting(client: &mut Client) -> String {
    client.get("/").text().to_owned()
}

/// What the program does, in either language.
fn a_name_is_remembered(program: &Program) {
    let (mut kim, mut other) = (program.client(), program.client());
    assert_eq!(greeting(&mut kim), "Hello, Guest!");
    assert_eq!(
        kim.post_form("/", "username=Kim").text(),
        "Username has been set!"
    );
    assert_eq!(greeting(&mut kim), "Hello, Kim!");
    assert_eq!(greeting(&mut other), "Hello, Guest!");
    assert_eq!(kim.post_form("/", "").status(), 400);
}

#[test]
fn a_name_is_remembered_by_its_cookie() {
    let program = Program::start(env!("CARGO_BIN_EXE_session"));
    a_name_is_remembered(&program);
    let mut reader = program.client();
    reader.get("/");
    assert!(reader.cookies.is_empty(), "reading makes no session");
    let _ = program.stop(&["Missing argument username", "400 POST /"]);
}

#[test]
fn the_python_program_does_the_same() {
    a_name_is_remembered(&Program::python("docs/python/session.py"));
}

#[test]
fn a_cookie_that_is_forged_or_renamed_is_a_guests() {
    let program = Program::start(env!("CARGO_BIN_EXE_session"));
    let mut kim = program.client();
    kim.post_form("/", "username=Kim");
    let value = kim.cookies["my_session"].clone();

    let mut forged = kim.clone();
    let last = if value.ends_with("0\"") { "1\"" } else { "0\"" };
    let changed = if value.ends_with('"') {
        format!("{}{last}", &value[..value.len() - 2])
    } else {
        format!("{}{}", &value[..value.len() - 1], &last[..1])
    };
    forged.cookies.insert("my_session".to_owned(), changed);
    assert_eq!(greeting(&mut forged), "Hello, Guest!");

    let mut renamed = program.client();
    renamed.cookies.insert("other_session".to_owned(), value);
    assert_eq!(greeting(&mut renamed), "Hello, Guest!");
    assert_eq!(greeting(&mut kim), "Hello, Kim!");
    let _ = program.stop(&[]);
}

#[test]
fn the_page_shows_and_takes_a_name() {
    let program = Program::start(env!("CARGO_BIN_EXE_session"));
    let mut client = program.client();
    assert!(
        client
            .get("/form")
            .text()
            .contains("<h1>Hello, Guest!</h1>")
    );
    let response = client.post_form("/form", "username=%3CKim%3E");
    assert_eq!(
        (response.status(), response.header("Location")),
        (303, Some("/form"))
    );
    let page = client.get("/form");
    assert!(
        page.text().contains("<h1>Hello, &lt;Kim&gt;!</h1>"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("page view 2 "), "{}", page.text());
    client.post_form("/form", "forget=1");
    assert!(
        client
            .get("/form")
            .text()
            .contains("<h1>Hello, Guest!</h1>")
    );
    let _ = program.stop(&[]);
}
