//! What a wrong handler is told: the compiler's words, frozen.

#[test]
fn a_wrong_handler_explains_itself() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
