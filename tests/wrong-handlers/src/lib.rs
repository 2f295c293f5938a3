//! Handlers with a mistake, in `ui`, each with the compiler's message.
//!
//! They are a separate package because their dependencies are built again for
//! them, and those of `tornado-core`'s own tests are many.
