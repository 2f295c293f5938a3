//! The program over a real socket.
use test_support::Program;

#[test]
fn a_login_is_remembered_and_forgotten() {
    let program = Program::start(env!("CARGO_BIN_EXE_axum-cookies"));
    let mut kim = program.client();
    assert_eq!(kim.get("/").text(), "Hello, Guest!\n");
    let response = kim.post_form("/login", "name=Kim");
    assert_eq!(
        (response.status(), response.header("Location")),
        (303, Some("/"))
    );
    assert!(kim.cookies["user"].contains("|4:user|4:S2lt|"));
    assert_eq!(kim.get("/").text(), "Hello, Kim!\n");

    let mut forged = kim.clone();
    let value = kim.cookies["user"].replace("|4:S2lt|", "|4:TGVl|");
    forged.cookies.insert("user".to_owned(), value);
    assert_eq!(forged.get("/").text(), "Hello, Guest!\n");

    kim.post_form("/logout", "");
    assert_eq!(kim.get("/").text(), "Hello, Guest!\n");
}
