//! Under `cargo xtask fuzz` this is the fuzzer of the target that `FUZZ_TARGET`
//! names; otherwise it checks the files given as arguments:
//!
//! ```sh
//! FUZZ_TARGET=routes cargo run -p fuzz -- target/fuzz/routes/crash-4a3f
//! ```

#![cfg_attr(fuzzing, no_main)]

use fuzz::{TARGETS, Target};

fn target() -> Target {
    let names = TARGETS.iter().map(|target| target.name);
    std::env::var("FUZZ_TARGET")
        .ok()
        .and_then(|name| Target::named(&name))
        .unwrap_or_else(|| panic!("FUZZ_TARGET must be one of {:?}", names.collect::<Vec<_>>()))
}

#[cfg(fuzzing)]
mod fuzzer {
    use std::sync::LazyLock;

    static TARGET: LazyLock<fuzz::Target> = LazyLock::new(super::target);

    libfuzzer_sys::fuzz_target!(|input: &[u8]| (TARGET.check)(input));
}

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    let target = target();
    for path in std::env::args_os().skip(1) {
        eprintln!("{}", path.display());
        (target.check)(&std::fs::read(path)?);
    }
    Ok(())
}
