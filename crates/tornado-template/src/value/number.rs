//! Python's operators.

use std::sync::Arc;

use super::budget;
use super::compare::Number;
use super::kinds::{Dict, Key, List, Part, Set, V, Value};
use crate::error::Error;

/// What an item of a set or a dict takes beside its value.
pub(crate) const BESIDE: usize = 2 * size_of::<Value>();

/// An operator with two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
}

impl Binary {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Binary::Add => "+",
            Binary::Sub => "-",
            Binary::Mul => "*",
            Binary::Div => "/",
            Binary::FloorDiv => "//",
            Binary::Mod => "%",
            Binary::Pow => "**",
            Binary::And => "&",
            Binary::Or => "|",
            Binary::Xor => "^",
            Binary::ShiftLeft => "<<",
            Binary::ShiftRight => ">>",
        }
    }
}

/// An operator with one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Minus,
    Plus,
    Invert,
    Not,
}

impl Value {
    /// `self operator other`. What `%` does with a text is not for here.
    pub(crate) fn binary(&self, operator: Binary, other: &Value) -> Result<Value, Error> {
        if let (Some(a), Some(b)) = (self.as_number(), other.as_number()) {
            let bits = matches!(operator, Binary::And | Binary::Or | Binary::Xor);
            if let (true, V::Bool(a), V::Bool(b)) = (bits, &self.0, &other.0) {
                return Ok(Value(V::Bool(match operator {
                    Binary::And => a & b,
                    Binary::Or => a | b,
                    _ => a ^ b,
                })));
            }
            return match (a, b) {
                (Number::Int(a), Number::Int(b)) => ints(operator, a, b),
                (Number::Int(a), Number::Float(b)) => floats(operator, a as f64, b),
                (Number::Float(a), Number::Int(b)) => floats(operator, a, b as f64),
                (Number::Float(a), Number::Float(b)) => floats(operator, a, b),
            }
            .unwrap_or_else(|| Err(self.unsupported(operator, other)));
        }
        match (operator, &self.0, &other.0) {
            (Binary::Add, V::Str(a), V::Str(b)) => {
                budget::room(a.len() + b.len())?;
                return Ok(Value(V::Str([&**a, &**b].concat().into())));
            }
            (Binary::Add, V::Bytes(a), V::Bytes(b)) => {
                budget::room(a.len() + b.len())?;
                return Ok(Value(V::Bytes([&**a, &**b].concat().into())));
            }
            (Binary::Add, V::List(_), V::List(_)) => {
                let (mut items, more) = (self.to_vec()?, other.to_vec()?);
                items.extend(more);
                return Ok(Value(V::List(Arc::new(List::new(items)))));
            }
            (Binary::Add, V::Tuple(a), V::Tuple(b)) => {
                budget::room_for(a.len() + b.len(), 0)?;
                return Ok(Value::tuple(a.iter().chain(b.iter())));
            }
            (Binary::Mul, _, V::Int(_) | V::Bool(_)) => {
                if let Some(value) = self.repeat(other)? {
                    return Ok(value);
                }
            }
            (Binary::Mul, V::Int(_) | V::Bool(_), _) => {
                if let Some(value) = other.repeat(self)? {
                    return Ok(value);
                }
            }
            (Binary::Or, V::Dict(a), V::Dict(b)) => {
                budget::room_for(a.lock().len() + b.lock().len(), BESIDE)?;
                let mut map = a.lock().clone();
                map.extend(b.lock().clone());
                return Ok(Value(V::Dict(Arc::new(Dict::new(map, a.attributes)))));
            }
            (Binary::Sub | Binary::And | Binary::Or | Binary::Xor, _, _) => {
                if let (Some(a), Some(b)) = (self.as_set()?, other.as_set()?) {
                    let frozen = matches!(&self.0, V::Set(set) if set.frozen);
                    let items = match operator {
                        Binary::Sub => a.difference(&b).cloned().collect(),
                        Binary::And => a.intersection(&b).cloned().collect(),
                        Binary::Or => a.union(&b).cloned().collect(),
                        _ => a.symmetric_difference(&b).cloned().collect(),
                    };
                    return Ok(Value(V::Set(Arc::new(Set::new(items, frozen)))));
                }
            }
            _ => {}
        }
        if let V::Object(object) = &self.0
            && let Some(result) = object.operate(operator.text(), other, false)
        {
            return result;
        }
        if let V::Object(object) = &other.0
            && let Some(result) = object.operate(operator.text(), self, true)
        {
            return result;
        }
        Err(self.unsupported(operator, other))
    }

    /// `self operator= other`: a list, a set or a dict changes in its place.
    pub(crate) fn augment(&self, operator: Binary, other: &Value) -> Result<Value, Error> {
        match (operator, &self.0) {
            (Binary::Add, V::List(list)) => {
                let items = other.to_vec()?;
                list.lock().extend(items);
                Ok(self.clone())
            }
            (Binary::Mul, V::List(list)) => {
                let whole = self.binary(operator, other)?.to_vec()?;
                *list.lock() = whole;
                Ok(self.clone())
            }
            (Binary::Or, V::Dict(dict)) if matches!(&other.0, V::Dict(_)) => {
                let more = other.dict_items()?;
                let mut map = dict.lock();
                for (key, value) in more {
                    map.insert(Key(key), value);
                }
                drop(map);
                Ok(self.clone())
            }
            (Binary::Or | Binary::And | Binary::Sub | Binary::Xor, V::Set(set)) if !set.frozen => {
                let V::Set(changed) = self.binary(operator, other)?.0 else {
                    return Err(self.unsupported(operator, other));
                };
                std::mem::swap(&mut *set.lock(), &mut *changed.lock());
                Ok(self.clone())
            }
            _ => self.binary(operator, other),
        }
    }

    fn as_set(&self) -> Result<Option<indexmap::IndexSet<Key>>, Error> {
        Ok(match &self.0 {
            V::Set(set) => {
                budget::room_for(set.lock().len(), BESIDE)?;
                Some(set.lock().clone())
            }
            V::View(view) if view.part != Part::Values => self
                .to_vec()?
                .into_iter()
                .map(|item| Key::new(item).ok())
                .collect(),
            _ => None,
        })
    }

    fn repeat(&self, times: &Value) -> Result<Option<Value>, Error> {
        let Some(Number::Int(times)) = times.as_number() else {
            return Ok(None);
        };
        let times = usize::try_from(times).unwrap_or(0);
        Ok(Some(match &self.0 {
            V::Str(text) => {
                budget::room(text.len().saturating_mul(times))?;
                Value(V::Str(text.repeat(times).into()))
            }
            V::Bytes(bytes) => {
                budget::room(bytes.len().saturating_mul(times))?;
                Value(V::Bytes(bytes.repeat(times).into()))
            }
            V::List(list) => {
                let items = list.lock().clone();
                budget::room_for(items.len().saturating_mul(times), 0)?;
                Value(V::List(Arc::new(List::new(repeat(&items, times)))))
            }
            V::Tuple(items) => {
                budget::room_for(items.len().saturating_mul(times), 0)?;
                Value::tuple(repeat(items, times))
            }
            _ => return Ok(None),
        }))
    }

    fn unsupported(&self, operator: Binary, other: &Value) -> Error {
        let (a, b) = (self.type_name(), other.type_name());
        Error::type_error(match (operator, &self.0) {
            (Binary::Add, V::Str(_) | V::List(_) | V::Tuple(_)) => {
                format!("can only concatenate {a} (not \"{b}\") to {a}")
            }
            (Binary::Add, V::Bytes(_)) => format!("can't concat {b} to bytes"),
            (Binary::Mul, V::Str(_) | V::Bytes(_) | V::List(_) | V::Tuple(_)) => {
                format!("can't multiply sequence by non-int of type '{b}'")
            }
            (Binary::Pow, _) => {
                format!("unsupported operand type(s) for ** or pow(): '{a}' and '{b}'")
            }
            _ => format!(
                "unsupported operand type(s) for {}: '{a}' and '{b}'",
                operator.text()
            ),
        })
    }

    pub(crate) fn unary(&self, operator: Unary) -> Result<Value, Error> {
        let text = match (operator, self.as_number()) {
            (Unary::Not, _) => return Ok(Value(V::Bool(!self.is_true()))),
            (Unary::Minus, Some(Number::Int(i))) => {
                return i
                    .checked_neg()
                    .map(|i| Value(V::Int(i)))
                    .ok_or_else(Error::overflow);
            }
            (Unary::Minus, Some(Number::Float(f))) => return Ok(Value(V::Float(-f))),
            (Unary::Plus, Some(Number::Int(i))) => return Ok(Value(V::Int(i))),
            (Unary::Plus, Some(Number::Float(f))) => return Ok(Value(V::Float(f))),
            (Unary::Invert, Some(Number::Int(i))) => return Ok(Value(V::Int(!i))),
            (Unary::Minus, _) => "unary -",
            (Unary::Plus, _) => "unary +",
            (Unary::Invert, _) => "unary ~",
        };
        if let V::Object(object) = &self.0
            && let Some(result) = object.operate(text, &Value(V::None), false)
        {
            return result;
        }
        let name = self.type_name();
        Err(Error::type_error(format!(
            "bad operand type for {text}: '{name}'"
        )))
    }
}

fn repeat(items: &[Value], times: usize) -> Vec<Value> {
    std::iter::repeat_n(items, times)
        .flatten()
        .cloned()
        .collect()
}

fn ints(operator: Binary, a: i64, b: i64) -> Option<Result<Value, Error>> {
    let zero = || Error::of("ZeroDivisionError", "integer division or modulo by zero");
    let result = match operator {
        Binary::Add => a.checked_add(b),
        Binary::Sub => a.checked_sub(b),
        Binary::Mul => a.checked_mul(b),
        Binary::Div if b == 0 => {
            return Some(Err(Error::of("ZeroDivisionError", "division by zero")));
        }
        Binary::Div => return Some(Ok(Value(V::Float(divide(a, b))))),
        Binary::FloorDiv | Binary::Mod if b == 0 => {
            return Some(Err(match operator {
                Binary::Mod => Error::of("ZeroDivisionError", "integer modulo by zero"),
                _ => zero(),
            }));
        }
        Binary::FloorDiv => a.checked_div_euclid(b).map(|q| {
            // Euclid's rest is never negative, Python's has the sign of the divisor.
            if b < 0 && a.rem_euclid(b) != 0 {
                q - 1
            } else {
                q
            }
        }),
        Binary::Mod => {
            let rest = a.wrapping_rem(b);
            Some(if rest != 0 && (rest < 0) != (b < 0) {
                rest + b
            } else {
                rest
            })
        }
        Binary::Pow if b < 0 => {
            if a == 0 {
                let message = "0.0 cannot be raised to a negative power";
                return Some(Err(Error::of("ZeroDivisionError", message)));
            }
            return Some(Ok(Value(V::Float((a as f64).powf(b as f64)))));
        }
        Binary::Pow => match (a, u32::try_from(b)) {
            (0 | 1, _) if b > 0 => Some(a),
            (-1, _) => Some(if b % 2 == 0 { 1 } else { -1 }),
            (_, Ok(b)) => a.checked_pow(b),
            _ => None,
        },
        Binary::And => Some(a & b),
        Binary::Or => Some(a | b),
        Binary::Xor => Some(a ^ b),
        Binary::ShiftLeft | Binary::ShiftRight if b < 0 => {
            return Some(Err(Error::value_error("negative shift count")));
        }
        Binary::ShiftLeft if a == 0 => Some(0),
        Binary::ShiftLeft => match u32::try_from(b) {
            Ok(b) if b < 63 => a.checked_mul(1 << b),
            _ => None,
        },
        Binary::ShiftRight => Some(a >> b.min(63)),
    };
    Some(result.map(|i| Value(V::Int(i))).ok_or_else(Error::overflow))
}

/// `a / b`, rounded once. Beyond 53 bits the quotient of the floats may be off by the
/// last bit, which Python's is not.
fn divide(a: i64, b: i64) -> f64 {
    const EXACT: u64 = 1 << 53;
    if a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT {
        return a as f64 / b as f64;
    }
    let negative = (a < 0) != (b < 0);
    let (a, b) = (u128::from(a.unsigned_abs()), u128::from(b.unsigned_abs()));
    // 64 bits of the quotient, and whether there is a rest: enough to round once.
    let shift = (64 + b.ilog2())
        .saturating_sub(a.checked_ilog2().unwrap_or(0))
        .min(a.leading_zeros());
    let quotient = ((a << shift) / b) | u128::from((a << shift) % b != 0);
    let result = quotient as f64 / 2f64.powi(i32::try_from(shift).unwrap_or(0));
    if negative { -result } else { result }
}

fn floats(operator: Binary, a: f64, b: f64) -> Option<Result<Value, Error>> {
    let zero = |message: &str| Some(Err(Error::of("ZeroDivisionError", message)));
    let result = match operator {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div if b == 0.0 => return zero("float division by zero"),
        Binary::Div => a / b,
        Binary::FloorDiv if b == 0.0 => return zero("float floor division by zero"),
        Binary::FloorDiv => floor_mod(a, b).0,
        Binary::Mod if b == 0.0 => return zero("float modulo"),
        Binary::Mod => floor_mod(a, b).1,
        Binary::Pow if a == 0.0 && b < 0.0 => {
            return zero("0.0 cannot be raised to a negative power");
        }
        Binary::Pow if a < 0.0 && b.fract() != 0.0 && a.is_finite() && b.is_finite() => {
            return Some(Err(Error::value_error("complex numbers are not supported")));
        }
        Binary::Pow => {
            let power = a.powf(b);
            if power.is_infinite() && a.is_finite() && b.is_finite() {
                let message = "(34, 'Numerical result out of range')";
                return Some(Err(Error::of("OverflowError", message)));
            }
            power
        }
        _ => return None,
    };
    Some(Ok(Value(V::Float(result))))
}

/// Python's `divmod` of floats.
fn floor_mod(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    let floored = if quotient == 0.0 {
        0.0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    };
    (floored, rest)
}
