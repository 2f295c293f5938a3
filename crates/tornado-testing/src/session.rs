//! Sessions, as a test looks into them.
