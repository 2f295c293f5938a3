//! A pattern with the engine that runs it.

use regex_automata::{
    Anchored, Input, meta,
    util::{primitives::NonMaxUsize, syntax},
};

use crate::{
    emit,
    error::{MatchError, PatternError, PatternErrorKind},
    program::{MAX_GROUPS, Program, Spans},
    syntax::parse,
};

/// How many steps a search on the backtracking engine may take, which amounts to some tens of
/// milliseconds.
const MAX_STEPS: usize = 1_000_000;

/// A compiled Python regular expression, always anchored at the start.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// As in Tornado, with the `$` that it adds.
    source: String,
    groups: Vec<Option<String>>,
    engine: Engine,
}

#[derive(Debug)]
enum Engine {
    /// The pattern is plain text.
    Literal(Vec<u8>),
    /// There is only one way to match.
    Program(Program),
    /// In linear time.
    Linear(Box<meta::Regex>),
    /// With look-around and back-references, and a limit on the steps.
    Backtracking(Box<fancy_regex::Regex>),
}

/// Which groups a pattern may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Groups {
    Any,
    /// All named, or all unnamed.
    Uniform,
}

/// The engines work on bytes: Tornado matches the path as Latin-1 text, one character for each byte.
pub(crate) fn syntax_config() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

impl Pattern {
    /// Compiles a pattern, adding `$` if it does not end with one.
    pub(crate) fn new(pattern: &str, groups: Groups) -> Result<Pattern, PatternError> {
        let error = |kind, reason| PatternError::new(kind, pattern, reason);
        let mut source = pattern.to_owned();
        if !source.ends_with('$') {
            source.push('$');
        }
        let parsed = parse(&source).map_err(|e| error(PatternErrorKind::Syntax, e))?;
        let named = parsed.groups.iter().flatten().count();
        if groups == Groups::Uniform && named != 0 && named != parsed.groups.len() {
            return Err(error(PatternErrorKind::MixedGroups, String::new()));
        }
        let engine = match Program::new(&parsed) {
            Some(program) => match program.literal() {
                Some(text) => Engine::Literal(text.to_vec()),
                None => Engine::Program(program),
            },
            None if emit::needs_backtracking(&parsed.node) => {
                let regex = fancy_regex::RegexBuilder::new(&emit::emit(&parsed.node, true))
                    .bytes_mode(fancy_regex::BytesMode::Ascii)
                    .backtrack_limit(MAX_STEPS)
                    .build()
                    .map_err(|e| error(PatternErrorKind::Unsupported, e.to_string()))?;
                Engine::Backtracking(Box::new(regex))
            }
            None => {
                let regex = meta::Builder::new()
                    .syntax(syntax_config())
                    .configure(meta::Config::new().utf8_empty(false))
                    .build(&emit::emit(&parsed.node, false))
                    .map_err(|e| error(PatternErrorKind::Unsupported, e.to_string()))?;
                Engine::Linear(Box::new(regex))
            }
        };
        Ok(Pattern {
            source,
            groups: parsed.groups,
            engine,
        })
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The name of each group.
    pub(crate) fn groups(&self) -> &[Option<String>] {
        &self.groups
    }

    /// The one path that matches, if the pattern is plain text.
    pub(crate) fn literal(&self) -> Option<&[u8]> {
        match &self.engine {
            Engine::Literal(text) => Some(text),
            _ => None,
        }
    }

    /// The regex for a search over many patterns, if a linear engine can run it.
    pub(crate) fn linear_regex(&self) -> Option<String> {
        match &self.engine {
            Engine::Literal(_) | Engine::Program(_) | Engine::Linear(_) => {
                let parsed = parse(&self.source).expect("it was parsed when it was made");
                Some(emit::emit(&parsed.node, false))
            }
            Engine::Backtracking(_) => None,
        }
    }

    /// Only the backtracking engine can fail.
    #[inline]
    pub(crate) fn is_match(&self, text: &[u8]) -> Result<bool, MatchError> {
        Ok(match &self.engine {
            Engine::Literal(literal) => literal == text,
            Engine::Program(program) => program.run(text, &mut Spans::default()),
            Engine::Linear(regex) => regex.is_match(anchored(text)),
            Engine::Backtracking(regex) => {
                regex.is_match(text).map_err(|error| self.gave_up(&error))?
            }
        })
    }

    /// Matches, and returns the start and end of each group in order.
    #[inline]
    pub(crate) fn captures(
        &self,
        text: &[u8],
        mut group: impl FnMut(Option<(usize, usize)>),
    ) -> Result<bool, MatchError> {
        Ok(match &self.engine {
            Engine::Literal(literal) => literal == text,
            Engine::Program(program) => {
                let mut spans = Spans::default();
                let matched = program.run(text, &mut spans);
                if matched {
                    spans[..self.groups.len()]
                        .iter()
                        .for_each(|&span| group(Some(span)));
                }
                matched
            }
            Engine::Linear(regex) => {
                // Slots 0 and 1 are the whole match.
                let mut few = [None; 2 * (MAX_GROUPS + 1)];
                let mut many = Vec::new();
                let slots: &mut [Option<NonMaxUsize>] = if self.groups.len() <= MAX_GROUPS {
                    &mut few[..2 * (self.groups.len() + 1)]
                } else {
                    many.resize(2 * (self.groups.len() + 1), None);
                    &mut many
                };
                let matched = regex.search_slots(&anchored(text), slots).is_some();
                if matched {
                    for slot in slots[2..].chunks_exact(2) {
                        group(
                            slot[0]
                                .zip(slot[1])
                                .map(|(start, end)| (start.get(), end.get())),
                        );
                    }
                }
                matched
            }
            Engine::Backtracking(regex) => {
                let captures = regex.captures(text).map_err(|error| self.gave_up(&error))?;
                if let Some(captures) = &captures {
                    for index in 1..=self.groups.len() {
                        group(
                            captures
                                .get(index)
                                .map(|found| (found.start(), found.end())),
                        );
                    }
                }
                captures.is_some()
            }
        })
    }

    /// A search that reached its limit, where Python would have continued for ages. That is
    /// different from no match: the rule may be the one that guards those after it.
    #[cold]
    fn gave_up(&self, error: &fancy_regex::Error) -> MatchError {
        MatchError::gave_up(&self.source, error)
    }
}

fn anchored(text: &[u8]) -> Input<'_> {
    Input::new(text).anchored(Anchored::Yes)
}
