//! The first pattern in a list that matches a path, found without walking the
//! list.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use regex_automata::{Anchored, Input, meta};

use crate::{engine::syntax_config, error::MatchError, path::PathMatches};

/// Up to this many patterns, trying each one costs less than one search over
/// all.
const FEW: usize = 8;

/// The memory limit of the lazy DFA for the search over all patterns, per searching thread.
const CACHE: usize = 32 << 20;

/// The patterns of a table, by how they are found. All numbers are rule numbers.
pub(crate) struct Index {
    /// For each path that is the entire pattern of a rule: the first rule of any kind that matches
    /// it, so one look-up settles the path. A path on which an earlier pattern gives up is not
    /// included, since every search for it ends there.
    literals: HashMap<Box<[u8]>, usize, BuildHasherDefault<Fnv>>,
    /// The patterns that are not plain text and run in linear time, in order.
    linear: Vec<usize>,
    /// One search over all of `linear`, if there are many.
    combined: Option<Box<meta::Regex>>,
    /// The patterns that run on the backtracking engine, in order.
    backtracking: Vec<usize>,
}

/// A pattern gave up, and no earlier one matches.
pub(crate) struct Undecided {
    pub(crate) index: usize,
    pub(crate) error: MatchError,
}

impl Index {
    pub(crate) fn new(rules: &[Option<&PathMatches>]) -> Index {
        let mut linear = Vec::new();
        let mut regexes = Vec::new();
        let mut backtracking = Vec::new();
        for (index, path) in rules.iter().enumerate() {
            let Some(pattern) = path.map(PathMatches::compiled) else {
                continue;
            };
            if pattern.literal().is_some() {
                continue;
            }
            match pattern.linear_regex() {
                Some(regex) => {
                    linear.push(index);
                    regexes.push(regex);
                }
                None => backtracking.push(index),
            }
        }
        let mut this = Index {
            literals: HashMap::default(),
            combined: (linear.len() > FEW)
                .then(|| combine(&regexes))
                .flatten()
                .map(Box::new),
            linear,
            backtracking,
        };
        let mut literals = HashMap::default();
        for (index, path) in rules.iter().enumerate() {
            let Some(text) = path.and_then(|path| path.compiled().literal()) else {
                continue;
            };
            if literals.contains_key(text) {
                continue;
            }
            // The map is still empty, so this finds the patterns that are not plain text.
            let first = match this.find(text, |i| rules[i]) {
                Ok(other) => other.map_or(index, |other| other.min(index)),
                Err(undecided) if index < undecided.index => index,
                Err(undecided) => {
                    tracing::warn!(
                        target: "tornado.application",
                        "The route {} can't be answered: {}",
                        text.escape_ascii(),
                        undecided.error
                    );
                    continue;
                }
            };
            literals.insert(Box::from(text), first);
        }
        this.literals = literals;
        this
    }

    /// Finds the first rule by path that matches; `rule` returns a rule by its number.
    #[inline]
    pub(crate) fn find<'a>(
        &self,
        path: &[u8],
        rule: impl Fn(usize) -> Option<&'a PathMatches>,
    ) -> Result<Option<usize>, Undecided> {
        if !self.literals.is_empty()
            && let Some(&index) = self.literals.get(path)
        {
            return Ok(Some(index));
        }
        let first = |indexes: &[usize], end: Option<usize>| {
            for &index in indexes {
                if end.is_some_and(|end| end < index) {
                    break;
                }
                let Some(pattern) = rule(index) else { continue };
                match pattern.is_match(path) {
                    Ok(true) => return Ok(Some(index)),
                    Ok(false) => {}
                    Err(error) => return Err(Undecided { index, error }),
                }
            }
            Ok(end)
        };
        let linear = match &self.combined {
            Some(regex) => {
                let input = Input::new(path).anchored(Anchored::Yes);
                regex
                    .search_half(&input)
                    .map(|found| self.linear[found.pattern().as_usize()])
            }
            None => first(&self.linear, None)?,
        };
        first(&self.backtracking, linear)
    }
}

/// `None` if the patterns are too many for the engine, which then runs them one by one.
fn combine(regexes: &[String]) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .utf8_empty(false)
        .nfa_size_limit(None)
        .hybrid_cache_capacity(CACHE)
        .which_captures(regex_automata::nfa::thompson::WhichCaptures::Implicit);
    meta::Builder::new()
        .syntax(syntax_config())
        .configure(config)
        .build_many(regexes)
        .ok()
}

/// FNV-1a. The keys are the application's own patterns, so nobody can force collisions.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
