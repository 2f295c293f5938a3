//! The compiler's messages for wrong handlers, frozen.

#[test]
fn a_wrong_handler_explains_itself() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
