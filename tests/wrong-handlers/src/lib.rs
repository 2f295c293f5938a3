//! Handlers with a mistake, in `ui`, each with what the compiler says of it.
//!
//! They are a package by themselves because their dependencies are built again
//! for them, and those of `tornado-core`'s own tests are many.
