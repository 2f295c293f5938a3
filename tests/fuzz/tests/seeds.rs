//! Each target holds for its seeds, and for variations of them.
//!
//! The variations are the same in every run, so that a failure here can be
//! repeated. To search for more, use `cargo xtask fuzz`.

use std::fs;
use std::path::Path;

use fuzz::{TARGETS, Target};

/// Variations of each seed.
const CHANGES: usize = 200;

#[test]
fn each_target_holds_for_its_seeds_and_their_changes() {
    for target in TARGETS {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "{} has no seed", target.name);
        (target.check)(b"");
        let mut random = Random(1);
        for (name, seed) in &seeds {
            eprintln!("{} {name}", target.name);
            (target.check)(seed);
            let mut input = seed.clone();
            for change in 0..CHANGES {
                if change % 8 == 0 {
                    input.clone_from(seed);
                }
                let (_, other) = &seeds[random.below(seeds.len())];
                random.change(&mut input, other);
                let _shown = Shown(&input);
                (target.check)(&input);
            }
        }
    }
}

#[test]
fn each_folder_of_seeds_has_a_target() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(Target::named(&name).is_some(), "{name}");
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/seeds"))
}

fn seeds(target: &Target) -> Vec<(String, Vec<u8>)> {
    let mut seeds: Vec<_> = fs::read_dir(folder().join(target.name))
        .unwrap_or_else(|error| panic!("seeds/{}: {error}", target.name))
        .map(|entry| {
            let entry = entry.expect("the folder can be read");
            let name = entry.file_name().into_string().expect("names are ASCII");
            (name, fs::read(entry.path()).expect("a seed can be read"))
        })
        .collect();
    seeds.sort();
    seeds
}

/// Shows an input for which a target has panicked.
struct Shown<'a>(&'a [u8]);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the input was \"{}\"", self.0.escape_ascii());
        }
    }
}

/// Small variations, by xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn change(&mut self, input: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(input.len() + 1);
        let end = (at + self.below(8)).min(input.len());
        match self.below(5) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 => drop(input.drain(at..end)),
            2 => input.insert(at, self.below(256) as u8),
            3 => {
                let piece = input[at..end].to_vec();
                input.splice(at..at, piece);
            }
            _ => {
                let from = self.below(other.len() + 1);
                let to = (from + self.below(16)).min(other.len());
                input.splice(at..end, other[from..to].iter().copied());
            }
        }
    }
}
