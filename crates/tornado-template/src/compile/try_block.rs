//! `try`, with its parts.

use std::sync::Arc;

use super::emit::{Compiler, Context};
use super::op::Op;
use crate::error::Error;
use crate::expr::parse_except;
use crate::source::Node;

impl Compiler<'_> {
    pub(super) fn try_block(&mut self, line: u32, body: &[Node]) -> Result<(), Error> {
        let parts = self.at(line, try_parts(body))?;
        let Some((_, finally)) = &parts.finally else {
            return self.try_except(&parts);
        };
        let handler = self.emit(Op::Try(0));
        self.contexts.push(Context::Finally(Vec::new()));
        if parts.excepts.is_empty() {
            self.nodes(parts.body)?;
        } else {
            self.try_except(&parts)?;
        }
        let context = self.contexts.pop();
        self.emit(Op::PopTry);
        let call = self.emit(Op::CallFinally(0));
        let over = self.emit(Op::Jump(0));
        self.land(handler);
        self.emit(Op::EnterFinally);
        self.land(call);
        if let Some(Context::Finally(calls)) = context {
            for call in calls {
                self.land(call);
            }
        }
        self.contexts.push(Context::FinallyBody);
        self.nodes(finally)?;
        self.contexts.pop();
        self.emit(Op::EndFinally);
        self.land(over);
        Ok(())
    }

    pub(super) fn unset(&mut self, name: &Arc<str>) {
        let spot = self.spot(name);
        self.emit(Op::Unset(spot));
    }

    fn try_except(&mut self, parts: &TryParts<'_>) -> Result<(), Error> {
        let handler = self.emit(Op::Try(0));
        self.contexts.push(Context::Try);
        self.nodes(parts.body)?;
        self.contexts.pop();
        self.emit(Op::PopTry);
        if let Some(otherwise) = parts.otherwise {
            self.nodes(otherwise)?;
        }
        let mut ends = vec![self.emit(Op::Jump(0))];
        self.land(handler);
        for (line, text, body) in &parts.excepts {
            self.mark(*line);
            let except = self.at(*line, parse_except(text))?;
            let mut onward = None;
            if let Some(class) = &except.class {
                let result = self.expression(class);
                self.at(*line, result)?;
                self.emit(Op::MatchException);
                onward = Some(self.emit(Op::JumpIfFalse(0)));
            }
            if let Some(name) = &except.name {
                let index = self.name(name);
                self.scopes.assign(index);
                let spot = self.spot(name);
                self.emit(Op::StoreException(spot));
            }
            self.contexts.push(Context::Except(except.name.clone()));
            let Some(name) = &except.name else {
                self.nodes(body)?;
                self.contexts.pop();
                self.emit(Op::PopException);
                ends.push(self.emit(Op::Jump(0)));
                if let Some(onward) = onward {
                    self.land(onward);
                }
                continue;
            };
            // However the block ends, the name ends with it.
            let cleanup = self.emit(Op::Try(0));
            self.contexts.push(Context::Try);
            self.nodes(body)?;
            self.contexts.pop();
            self.contexts.pop();
            self.emit(Op::PopTry);
            self.emit(Op::PopException);
            self.unset(name);
            let over = self.emit(Op::Jump(0));
            self.land(cleanup);
            self.unset(name);
            self.emit(Op::Reraise);
            self.land(over);
            ends.push(self.emit(Op::Jump(0)));
            if let Some(onward) = onward {
                self.land(onward);
            }
        }
        self.emit(Op::Reraise);
        for end in ends {
            self.land(end);
        }
        Ok(())
    }
}

/// The parts of a `try` block.
struct TryParts<'n> {
    body: &'n [Node],
    excepts: Vec<(u32, &'n str, &'n [Node])>,
    otherwise: Option<&'n [Node]>,
    finally: Option<(u32, &'n [Node])>,
}

fn try_parts(nodes: &[Node]) -> Result<TryParts<'_>, Error> {
    let is_mark = |node: &Node| matches!(node, Node::Intermediate { .. });
    let length = nodes.iter().position(is_mark).unwrap_or(nodes.len());
    let (body, mut rest) = nodes.split_at(length);
    let mut parts = TryParts {
        body,
        excepts: Vec::new(),
        otherwise: None,
        finally: None,
    };
    while let [Node::Intermediate { text, line }, after @ ..] = rest {
        let length = after.iter().position(is_mark).unwrap_or(after.len());
        let (part, next) = after.split_at(length);
        rest = next;
        let open = parts.otherwise.is_none() && parts.finally.is_none();
        let bare = |(_, text, _): &(u32, &str, &[Node])| *text == "except";
        match text.as_str() {
            "else" if open && !parts.excepts.is_empty() => parts.otherwise = Some(part),
            "finally" if parts.finally.is_none() => parts.finally = Some((*line, part)),
            text if text.starts_with("except") && open => {
                if parts.excepts.last().is_some_and(bare) {
                    return Err(Error::syntax("default 'except:' must be last"));
                }
                parts.excepts.push((*line, text, part));
            }
            text => return Err(Error::syntax(format!("'{text}' can't stand here"))),
        }
    }
    if parts.excepts.is_empty() && parts.finally.is_none() {
        return Err(Error::syntax("expected 'except' or 'finally' block"));
    }
    Ok(parts)
}
