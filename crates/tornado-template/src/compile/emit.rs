//! The output of all parts of the compiler.

use std::collections::HashMap;
use std::sync::Arc;

use super::blocks::{Block, Files};
use super::op::{Op, Program, Spot, SpotKind};
use super::scope::Scopes;
use crate::error::{Error, Place};
use crate::source::{Node, Source};
use crate::value::Value;

/// The most instructions that a page may have.
const MOST: usize = 4_000_000;

/// What must be left when a loop is left from within.
#[derive(Debug)]
pub(crate) enum Context {
    Loop {
        is_for: bool,
        start: u32,
        breaks: Vec<usize>,
    },
    /// Within `try`, with a handler to be removed.
    Try,
    /// Within `except`, with the name of the exception, which ends with it.
    Except(Option<Arc<str>>),
    /// Within `try` with a `finally` that must run; where its calls are.
    Finally(Vec<usize>),
    /// Within `finally`.
    FinallyBody,
}

pub(crate) struct Compiler<'f> {
    pub(crate) files: &'f dyn Files,
    pub(crate) program: Program,
    pub(crate) scopes: Scopes,
    /// Instructions with names whose places are not known yet, and their
    /// scopes.
    pub(crate) unresolved: Vec<(usize, usize)>,
    pub(crate) blocks: HashMap<String, Block>,
    pub(crate) file: Arc<Source>,
    pub(crate) via: Vec<(Arc<str>, u32)>,
    /// The blocks and files being compiled.
    pub(crate) path: Vec<(bool, Arc<str>)>,
    pub(crate) contexts: Vec<Context>,
    /// How far the code of the page is indented in Python, in steps.
    pub(crate) indent: usize,
    /// The bodies of `apply` tags whose calls are being compiled.
    pub(crate) applied: Vec<Arc<Vec<Node>>>,
    /// Whether escaping functions are called by name, even though they are
    /// ours.
    pub(crate) general_escape: bool,
    name_index: HashMap<Arc<str>, u32>,
    /// The target of a jump: code after it is not merged with code before it.
    label: usize,
}

impl<'f> Compiler<'f> {
    pub(crate) fn new(files: &'f dyn Files, file: Arc<Source>) -> Compiler<'f> {
        Compiler {
            files,
            program: Program::default(),
            scopes: Scopes::default(),
            unresolved: Vec::new(),
            blocks: HashMap::new(),
            file,
            via: Vec::new(),
            path: Vec::new(),
            contexts: Vec::new(),
            indent: 1,
            applied: Vec::new(),
            general_escape: false,
            name_index: HashMap::new(),
            label: 0,
        }
    }

    pub(crate) fn emit(&mut self, op: Op) -> usize {
        self.program.ops.push(op);
        self.program.ops.len() - 1
    }

    pub(crate) fn check_size(&self) -> Result<(), Error> {
        if self.program.ops.len() > MOST {
            return Err(Error::syntax("the page has too many instructions"));
        }
        Ok(())
    }

    /// The position of the next instruction, as a possible target of a jump.
    pub(crate) fn here(&mut self) -> u32 {
        self.label = self.program.ops.len();
        self.program.ops.len() as u32
    }

    /// Makes the jump at `at` lead to the next instruction.
    pub(crate) fn land(&mut self, at: usize) {
        let here = self.here();
        match &mut self.program.ops[at] {
            Op::Jump(to)
            | Op::JumpIfFalse(to)
            | Op::JumpIfFalseOrPop(to)
            | Op::JumpIfTrueOrPop(to)
            | Op::Next(to)
            | Op::Try(to)
            | Op::CallFinally(to) => *to = here,
            _ => {}
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        let joins = self.label < self.program.ops.len();
        if let (true, Some(Op::Text(last))) = (joins, self.program.ops.last()) {
            let last = &mut self.program.texts[*last as usize];
            *last = [&**last, text].concat().into();
            return;
        }
        self.program.texts.push(text.into());
        self.emit(Op::Text(self.program.texts.len() as u32 - 1));
    }

    pub(crate) fn constant(&mut self, value: Value) {
        self.program.constants.push(value);
        self.emit(Op::Const(self.program.constants.len() as u32 - 1));
    }

    pub(crate) fn name(&mut self, name: &Arc<str>) -> u32 {
        if let Some(index) = self.name_index.get(name) {
            return *index;
        }
        let index = self.program.names.len() as u32;
        self.program.names.push(Arc::clone(name));
        self.name_index.insert(Arc::clone(name), index);
        index
    }

    /// The place of a name, which `link` fills in when everything has been
    /// compiled.
    pub(crate) fn spot(&mut self, name: &Arc<str>) -> Spot {
        let index = self.name(name);
        self.unresolved
            .push((self.program.ops.len(), self.scopes.current));
        Spot::new(SpotKind::Name, index)
    }

    pub(crate) fn load(&mut self, name: &Arc<str>) {
        let spot = self.spot(name);
        self.emit(Op::Load(spot));
    }

    pub(crate) fn store(&mut self, name: &Arc<str>) {
        let index = self.name(name);
        self.scopes.assign(index);
        let spot = self.spot(name);
        self.emit(Op::Store(spot));
    }

    /// Records that the code that follows belongs to this line of the current
    /// file.
    pub(crate) fn mark(&mut self, line: u32) {
        let place = Place {
            filename: Arc::clone(&self.file.name),
            lineno: line,
            via: self.via.iter().rev().cloned().collect(),
        };
        if self.program.places.last() != Some(&place) {
            self.program.places.push(place);
        }
        let start = self.program.ops.len() as u32;
        let place = self.program.places.len() as u32 - 1;
        self.program.lines.push((start, place));
    }
}
