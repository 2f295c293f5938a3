//! A whole page: tags, in the order in which they run.

use std::sync::Arc;

use super::blocks::{DEEPEST, Files, family};
use super::emit::{Compiler, Context};
use super::expression::APPLIED;
use super::op::{Function, Op, Program};
use crate::error::Error;
use crate::expr::{Expr, parse_condition, parse_for, parse_output, parse_statements};
use crate::source::{Control, Node, Source};

/// The name of the value passed to a function of `autoescape`.
const SHOWN: &str = "_tt_tmp";

/// Compiles a page from a file and those that it names.
///
/// # Errors
///
/// When one of them is missing, or has an expression that can't be read.
pub(crate) fn compile(file: &Arc<Source>, files: &dyn Files) -> Result<Program, Error> {
    let family = family(file, files)?;
    let mut general = false;
    loop {
        let mut compiler = Compiler::new(files, Arc::clone(&family.root));
        compiler.blocks = family.blocks.clone();
        compiler.general_escape = general;
        compiler.program.name = Arc::clone(&file.name);
        compiler.program.functions.push(Function::default());
        compiler.scopes.enter(0, false);
        compiler.mark(0);
        compiler.nodes(&family.root.nodes)?;
        compiler.emit(Op::End);
        // A page that redefines an escaping function calls it by name.
        if !general && (compiler.assigns("xhtml_escape") || compiler.assigns("escape")) {
            general = true;
            continue;
        }
        return Ok(compiler.link());
    }
}

impl Compiler<'_> {
    fn assigns(&mut self, name: &str) -> bool {
        let index = self.name(&name.into());
        self.scopes
            .all
            .iter()
            .any(|scope| scope.assigned.contains_key(&index))
    }

    /// Errors in reading are at a line of the current file.
    pub(super) fn at<T>(&self, line: u32, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|error| error.at(&self.file.name, line))
    }

    pub(crate) fn nodes(&mut self, nodes: &[Node]) -> Result<(), Error> {
        nodes.iter().try_for_each(|node| self.node(node))
    }

    fn node(&mut self, node: &Node) -> Result<(), Error> {
        self.check_size()?;
        match node {
            Node::Text(text) => self.text(text),
            Node::Expression { text, line, raw } => {
                self.mark(*line);
                let result = self.output(text, *raw);
                self.at(*line, result)?;
            }
            Node::Module { text, line } => {
                self.mark(*line);
                let result = self.output(&format!("_tt_modules.{text}"), true);
                self.at(*line, result)?;
            }
            Node::Statement { text, line } => {
                self.mark(*line);
                let statements = self.at(*line, parse_statements(text, Some(4 * self.indent)))?;
                for statement in &statements {
                    let result = self.statement(statement);
                    self.at(*line, result)?;
                }
            }
            Node::Break(line) => {
                self.mark(*line);
                self.leave_loop(true);
            }
            Node::Continue(line) => {
                self.mark(*line);
                self.leave_loop(false);
            }
            Node::Extends { line, .. } => {
                let error = Error::syntax(
                    "{% extends %} must be outside of other blocks, in a file that is not included",
                );
                return self.at(*line, Err(error));
            }
            Node::Include { name, line } => {
                let file = Arc::clone(&self.file);
                let included = self.at(*line, self.files.source(name, &file))?;
                let key = (true, Arc::clone(&included.name));
                self.within(included.clone(), key, *line, &included.nodes)?;
            }
            Node::Block { name, line, .. } => {
                // All blocks of the page have been found before.
                let Some(block) = self.blocks.get(name).cloned() else {
                    return self.at(
                        *line,
                        Err(Error::syntax(format!("block {name} is not known"))),
                    );
                };
                let key = (false, name.as_str().into());
                self.within(block.file, key, *line, &block.body)?;
            }
            Node::Apply { method, line, body } => {
                self.mark(*line);
                let result = self.apply_call(method, body);
                self.at(*line, result)?;
            }
            Node::Control {
                kind,
                text,
                line,
                body,
            } => {
                self.mark(*line);
                self.indent += 1;
                match kind {
                    Control::If => self.if_block(text, *line, body)?,
                    Control::For | Control::While => self.loop_block(*kind, text, *line, body)?,
                    Control::Try => self.try_block(*line, body)?,
                }
                self.indent -= 1;
            }
            Node::Intermediate { text, line } => {
                return self.at(
                    *line,
                    Err(Error::syntax(format!("'{text}' can't stand here"))),
                );
            }
        }
        Ok(())
    }

    /// Compiles nodes of another file, or of a block.
    fn within(
        &mut self,
        file: Arc<Source>,
        key: (bool, Arc<str>),
        line: u32,
        nodes: &[Node],
    ) -> Result<(), Error> {
        if self.path.contains(&key) {
            let what = if key.0 { "file" } else { "block" };
            let message = format!("the {what} {} has itself in it", key.1);
            return self.at(line, Err(Error::syntax(message)));
        }
        if self.path.len() > 2 * DEEPEST {
            return self.at(
                line,
                Err(Error::syntax("files and blocks are nested too deeply")),
            );
        }
        self.path.push(key);
        self.via.push((Arc::clone(&self.file.name), line));
        let outer = std::mem::replace(&mut self.file, file);
        self.nodes(nodes)?;
        self.file = outer;
        self.via.pop();
        self.path.pop();
        Ok(())
    }

    fn output(&mut self, text: &str, raw: bool) -> Result<(), Error> {
        let (targets, value) = parse_output(text)?;
        let autoescape = self.file.autoescape.clone().filter(|_| !raw);
        let known = matches!(
            autoescape.as_deref(),
            None | Some("xhtml_escape" | "escape")
        );
        let escape = autoescape.is_some();
        if let Some(function) = autoescape.filter(|_| !known || self.general_escape) {
            self.expression(&value)?;
            if !targets.is_empty() {
                self.emit(Op::Dup);
                self.assign_all(&targets)?;
            }
            self.emit(Op::Stringify);
            self.store(&SHOWN.into());
            let (_, call) = parse_output(&format!("{function}({SHOWN})"))?;
            self.expression(&call)?;
            self.emit(Op::EmitApplied);
            return Ok(());
        }
        match &value {
            Expr::Name(name) if targets.is_empty() => {
                let spot = self.spot(name);
                self.emit(Op::EmitName { escape, spot });
            }
            Expr::Attribute(of, name) if targets.is_empty() => {
                let index = self.name(name);
                if let (Expr::Name(of), Ok(name)) = (&**of, u16::try_from(index)) {
                    let spot = self.spot(of);
                    self.emit(Op::EmitAttr { escape, name, spot });
                } else {
                    self.expression(&value)?;
                    self.emit(Op::Emit { escape });
                }
            }
            _ => {
                self.expression(&value)?;
                if !targets.is_empty() {
                    self.emit(Op::Dup);
                    self.assign_all(&targets)?;
                }
                self.emit(Op::Emit { escape });
            }
        }
        Ok(())
    }

    fn apply_call(&mut self, method: &str, body: &Arc<Vec<Node>>) -> Result<(), Error> {
        let (_, call) = parse_output(&format!("{method}({APPLIED})"))?;
        self.applied.push(Arc::clone(body));
        let depth = self.applied.len();
        self.expression(&call)?;
        if self.applied.len() >= depth {
            return Err(Error::syntax("apply needs a function"));
        }
        self.emit(Op::EmitApplied);
        Ok(())
    }

    /// Puts the body of an `apply` on the stack as a text. It is a separate
    /// function.
    pub(crate) fn apply(&mut self, body: &Arc<Vec<Node>>) -> Result<(), Error> {
        self.emit(Op::BeginCapture);
        let scope = self.scopes.enter(self.scopes.function(), false);
        self.emit(Op::EnterScope(scope as u32));
        let contexts = std::mem::take(&mut self.contexts);
        self.indent += 1;
        self.nodes(body)?;
        self.indent -= 1;
        self.contexts = contexts;
        self.scopes.leave();
        self.emit(Op::EndCapture);
        Ok(())
    }

    fn if_block(&mut self, text: &str, line: u32, body: &[Node]) -> Result<(), Error> {
        let condition = self.at(line, parse_condition(text, "if"))?;
        let result = self.expression(&condition);
        self.at(line, result)?;
        let mut onward = Some(self.emit(Op::JumpIfFalse(0)));
        let mut ends = Vec::new();
        for node in body {
            let Node::Intermediate { text, line } = node else {
                self.node(node)?;
                continue;
            };
            ends.push(self.emit(Op::Jump(0)));
            let Some(jump) = onward.take() else {
                return self.at(
                    *line,
                    Err(Error::syntax(format!("'{text}' can't follow else"))),
                );
            };
            self.land(jump);
            self.mark(*line);
            if text.starts_with("elif") {
                let condition = self.at(*line, parse_condition(text, "elif"))?;
                let result = self.expression(&condition);
                self.at(*line, result)?;
                onward = Some(self.emit(Op::JumpIfFalse(0)));
            } else if text != "else" {
                return self.at(
                    *line,
                    Err(Error::syntax(format!("'{text}' can't stand here"))),
                );
            }
        }
        if let Some(jump) = onward {
            self.land(jump);
        }
        for end in ends {
            self.land(end);
        }
        Ok(())
    }

    fn loop_block(
        &mut self,
        kind: Control,
        text: &str,
        line: u32,
        body: &[Node],
    ) -> Result<(), Error> {
        let is_for = kind == Control::For;
        let (start, leave) = if is_for {
            let (target, iterable) = self.at(line, parse_for(text))?;
            let result = self.expression(&iterable);
            self.at(line, result)?;
            self.emit(Op::Iterate);
            let start = self.here();
            let next = self.emit(Op::Next(0));
            let result = self.assign(&target);
            self.at(line, result)?;
            (start, next)
        } else {
            let condition = self.at(line, parse_condition(text, "while"))?;
            let start = self.here();
            let result = self.expression(&condition);
            self.at(line, result)?;
            (start, self.emit(Op::JumpIfFalse(0)))
        };
        let otherwise = body
            .iter()
            .position(|node| matches!(node, Node::Intermediate { .. }));
        let (body, otherwise) = body.split_at(otherwise.unwrap_or(body.len()));
        self.contexts.push(Context::Loop {
            is_for,
            start,
            breaks: Vec::new(),
        });
        self.nodes(body)?;
        let context = self.contexts.pop();
        self.emit(Op::Jump(start));
        self.land(leave);
        if let [Node::Intermediate { text, line }, rest @ ..] = otherwise {
            if text != "else" {
                return self.at(
                    *line,
                    Err(Error::syntax(format!("'{text}' can't stand here"))),
                );
            }
            self.nodes(rest)?;
        }
        if let Some(Context::Loop { breaks, .. }) = context {
            for jump in breaks {
                self.land(jump);
            }
        }
        Ok(())
    }

    /// `break`, or `continue`: everything between here and the loop is ended.
    pub(super) fn leave_loop(&mut self, is_break: bool) {
        for i in (0..self.contexts.len()).rev() {
            match &self.contexts[i] {
                Context::Loop { is_for, start, .. } => {
                    if !is_break {
                        let start = *start;
                        self.emit(Op::Jump(start));
                        return;
                    }
                    if *is_for {
                        self.emit(Op::PopIterator);
                    }
                    let jump = self.emit(Op::Jump(0));
                    if let Context::Loop { breaks, .. } = &mut self.contexts[i] {
                        breaks.push(jump);
                    }
                    return;
                }
                Context::Try => {
                    self.emit(Op::PopTry);
                }
                Context::Except(name) => {
                    let name = name.clone();
                    self.emit(Op::PopException);
                    if let Some(name) = name {
                        self.unset(&name);
                    }
                }
                Context::Finally(_) => {
                    self.emit(Op::PopTry);
                    let call = self.emit(Op::CallFinally(0));
                    if let Context::Finally(calls) = &mut self.contexts[i] {
                        calls.push(call);
                    }
                }
                Context::FinallyBody => {
                    self.emit(Op::PopFinally);
                }
            }
        }
    }
}
