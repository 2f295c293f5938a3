//! Benches of the parts that a request calls most, with a clock in place of valgrind:
//! `cargo bench` in the folder `bench`.
