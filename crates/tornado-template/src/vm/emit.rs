//! Values into the page.

use std::sync::Arc;

use super::calls::{Flow, attribute_of};
use super::machine::{Machine, Resume, Step};
use crate::compile::{Spot, SpotKind};
use crate::error::Error;
use crate::value::{Args, Caller as _, Printer, V, Value, no_utf8, push_escaped};

impl Machine {
    pub(super) fn check_output(&self) -> Result<(), Error> {
        if self.out.len() > self.environment.limits.output {
            return Err(Error::limit("the page gets too large"));
        }
        Ok(())
    }

    /// A value into the page.
    pub(super) fn emit_value(&mut self, value: &Value, escape: bool) -> Result<(), Error> {
        if escape && self.escape.is_some() {
            return self.emit_otherwise_escaped(value);
        }
        emit_plain(&mut self.out, value, escape)?;
        self.check_output()
    }

    /// With an `xhtml_escape` that is not ours.
    fn emit_otherwise_escaped(&mut self, value: &Value) -> Result<(), Error> {
        let Some(function) = self.escape.clone() else {
            return Ok(());
        };
        let text = match value.0 {
            V::Str(_) | V::Bytes(_) => value.clone(),
            _ => Value::from(value.try_text()?),
        };
        let escaped = self.call(&function, Args::new().arg(text))?;
        self.emit_applied(&escaped)
    }

    pub(super) fn emit_applied(&mut self, value: &Value) -> Result<(), Error> {
        match value.0 {
            V::Str(_) | V::Bytes(_) => {
                emit_plain(&mut self.out, value, false)?;
                self.check_output()
            }
            V::None => Err(Error::type_error("the function has given None to the page")),
            _ => Err(Error::type_error(format!(
                "Expected bytes, unicode, or None; got <class '{}'>",
                value.type_name()
            ))),
        }
    }

    pub(super) fn emit_name(&mut self, spot: Spot, escape: bool) -> Result<Option<Step>, Error> {
        let index = spot.index();
        if spot.kind() == SpotKind::Global {
            if let Some(step) = self.global(index)? {
                return Ok(Some(step));
            }
            if self.escape.is_none() {
                emit_plain(&mut self.out, &self.globals[index], escape)?;
                self.check_output()?;
                return Ok(None);
            }
        } else if spot.kind() == SpotKind::Local && self.escape.is_none() {
            let value = &self.slots[self.base + index];
            if matches!(value.0, V::Undefined) {
                return Err(self.unbound(spot));
            }
            emit_plain(&mut self.out, value, escape)?;
            self.check_output()?;
            return Ok(None);
        }
        match self.load(spot)? {
            Ok(value) => self.emit_value(&value, escape).map(|()| None),
            Err(step) => Ok(Some(step)),
        }
    }

    /// The place of a name that is only looked into, without a clone of its value.
    fn place(&self, spot: Spot) -> Option<&Value> {
        let value = match spot.kind() {
            SpotKind::Local => &self.slots[self.base + spot.index()],
            SpotKind::Global => &self.globals[spot.index()],
            _ => return None,
        };
        (!matches!(value.0, V::Undefined)).then_some(value)
    }

    pub(super) fn emit_attr(
        &mut self,
        spot: Spot,
        name: &Arc<str>,
        escape: bool,
    ) -> Result<Option<Step>, Error> {
        if spot.kind() == SpotKind::Global
            && let Some(step) = self.global(spot.index())?
        {
            return Ok(Some(step));
        }
        if self.escape.is_none() {
            // Field by field, so that the page and the value are borrowed at once.
            let value = match spot.kind() {
                SpotKind::Local => Some(&self.slots[self.base + spot.index()].0),
                SpotKind::Global => Some(&self.globals[spot.index()].0),
                _ => None,
            };
            if let Some(V::Object(object)) = value {
                let mut printer = Printer {
                    out: &mut self.out,
                    escape,
                };
                if object.write_attr(name, &mut printer) {
                    self.check_output()?;
                    return Ok(None);
                }
            }
        }
        let flow = match self.place(spot) {
            Some(value) if !matches!(value.0, V::Remote(_)) => {
                Flow::Value(attribute_of(value, name)?)
            }
            _ => match self.load(spot)? {
                Ok(value) => self.attribute(&value, name)?,
                Err(step) => return Ok(Some(step)),
            },
        };
        match flow {
            Flow::Value(value) => {
                self.emit_value(&value, escape)?;
                Ok(None)
            }
            Flow::Stop(step) => {
                self.resume = Resume::Emit(escape);
                Ok(Some(step))
            }
            Flow::Entered => Ok(None),
        }
    }

    pub(super) fn attr_of(&mut self, spot: Spot, name: &Arc<str>) -> Result<Option<Step>, Error> {
        if spot.kind() == SpotKind::Global
            && let Some(step) = self.global(spot.index())?
        {
            return Ok(Some(step));
        }
        let flow = match self.place(spot) {
            Some(value) if !matches!(value.0, V::Remote(_)) => {
                Flow::Value(attribute_of(value, name)?)
            }
            _ => match self.load(spot)? {
                Ok(value) => self.attribute(&value, name)?,
                Err(step) => return Ok(Some(step)),
            },
        };
        Ok(self.flow(flow))
    }
}

fn emit_plain(out: &mut String, value: &Value, escape: bool) -> Result<(), Error> {
    match &value.0 {
        V::Str(text) if escape => push_escaped(out, text),
        V::Str(text) => out.push_str(text),
        V::Int(number) => out.push_str(itoa::Buffer::new().format(*number)),
        V::Bytes(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|error| no_utf8(bytes, error))?;
            if escape {
                push_escaped(out, text)
            } else {
                out.push_str(text)
            }
        }
        // None of these has anything to escape.
        V::None => out.push_str("None"),
        V::Bool(_) | V::Float(_) => value.write_str(out)?,
        _ if escape => push_escaped(out, &value.try_text()?),
        _ => value.write_str(out)?,
    }
    Ok(())
}
