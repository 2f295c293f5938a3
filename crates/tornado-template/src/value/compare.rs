//! What is true, equal, less, and a key of a dict.

use std::cmp::Ordering;
use std::sync::Arc;

use super::budget;
use super::kinds::{Key, Part, Range, StrKey, V, Value};
use crate::error::Error;

impl Value {
    /// Whether `{% if value %}` takes it for true.
    #[must_use]
    pub fn is_true(&self) -> bool {
        match &self.0 {
            V::Undefined | V::None => false,
            V::Bool(b) => *b,
            V::Int(i) => *i != 0,
            V::Float(f) => *f != 0.0,
            V::Str(text) => !text.is_empty(),
            V::Bytes(bytes) => !bytes.is_empty(),
            V::Tuple(items) => !items.is_empty(),
            V::List(list) => !list.lock().is_empty(),
            V::Dict(dict) => !dict.lock().is_empty(),
            V::Set(set) => !set.lock().is_empty(),
            V::Range(range) => range.len() != 0,
            V::View(view) => !view.dict.lock().is_empty(),
            V::Object(object) => object.is_true(),
            _ => true,
        }
    }

    /// Whether it is `None`.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self.0, V::None)
    }

    /// Python's `is`.
    pub(crate) fn is_same(&self, other: &Value) -> bool {
        match (&self.0, &other.0) {
            (V::None, V::None) => true,
            (V::Bool(a), V::Bool(b)) => a == b,
            (V::Int(a), V::Int(b)) => a == b,
            (V::Float(a), V::Float(b)) => a.to_bits() == b.to_bits(),
            // Python shares equal texts where it likes, so that is as good an answer.
            (V::Str(a), V::Str(b)) => a == b,
            (V::Bytes(a), V::Bytes(b)) => a == b,
            (V::Tuple(a), V::Tuple(b)) => Arc::ptr_eq(a, b) || (a.is_empty() && b.is_empty()),
            (V::List(a), V::List(b)) => Arc::ptr_eq(a, b),
            (V::Dict(a), V::Dict(b)) => Arc::ptr_eq(a, b),
            (V::Set(a), V::Set(b)) => Arc::ptr_eq(a, b),
            (V::Range(a), V::Range(b)) => Arc::ptr_eq(a, b),
            (V::Iterator(a), V::Iterator(b)) => Arc::ptr_eq(a, b),
            (V::Function(a), V::Function(b)) => Arc::ptr_eq(a, b),
            (V::Method(a), V::Method(b)) => {
                Arc::ptr_eq(a, b) || (a.name == b.name && a.of.is_same(&b.of))
            }
            (V::View(a), V::View(b)) => Arc::ptr_eq(a, b),
            (V::Lambda(a), V::Lambda(b)) => Arc::ptr_eq(a, b),
            (V::Class(a), V::Class(b)) => a == b,
            (V::Exception(a), V::Exception(b)) => Arc::ptr_eq(a, b),
            (V::Module(a), V::Module(b)) => Arc::ptr_eq(a, b),
            (V::Object(a), V::Object(b)) => std::ptr::addr_eq(Arc::as_ptr(a), Arc::as_ptr(b)),
            (V::Remote(a), V::Remote(b)) => a == b,
            _ => false,
        }
    }

    /// Python's `==`. Values that are nested more than 100 deep equal no others.
    #[must_use]
    pub fn equals(&self, other: &Value) -> bool {
        equal(self, other).unwrap_or_else(|_| {
            budget::give_up();
            false
        })
    }

    /// Whether it is an item of a list that is equal: the same, or `==`.
    pub(crate) fn is_or_equals(&self, other: &Value) -> Result<bool, Error> {
        budget::work(1)?;
        Ok(self.is_same(other) || equal(self, other)?)
    }

    pub(crate) fn check_hashable(&self) -> Result<(), Error> {
        match &self.0 {
            V::List(_) | V::Dict(_) | V::Slice(_) => {}
            V::View(view) if view.part != Part::Values => {}
            V::Set(set) if !set.frozen => {}
            // It will be gone through for its hash, so it is no deeper than that can go.
            V::Tuple(items) => {
                let _deeper = budget::deeper("")?;
                budget::work(items.len())?;
                return items.iter().try_for_each(Value::check_hashable);
            }
            V::Set(set) => {
                let _deeper = budget::deeper("")?;
                let items: Vec<Value> = set.lock().iter().map(|key| key.0.clone()).collect();
                budget::work(items.len())?;
                return items.iter().try_for_each(Value::check_hashable);
            }
            V::Str(text) => return budget::read(text.len()),
            V::Bytes(bytes) => return budget::read(bytes.len()),
            _ => return Ok(()),
        }
        let name = self.type_name();
        Err(Error::type_error(format!("unhashable type: '{name}'")))
    }

    /// Python's `<` and its like, for sorting: `None` where there is no order.
    pub(crate) fn order(&self, other: &Value) -> Result<Option<Ordering>, Error> {
        budget::work(1)?;
        order(self, other, "<")
    }

    /// `self operator other`, for `==` and `!=`, `<` and its like, `in` and `is`.
    pub(crate) fn compare(&self, operator: Compare, other: &Value) -> Result<bool, Error> {
        Ok(match operator {
            Compare::Equal => equal(self, other)?,
            Compare::NotEqual => !equal(self, other)?,
            Compare::Is => self.is_same(other),
            Compare::IsNot => !self.is_same(other),
            Compare::In => other.contains(self)?,
            Compare::NotIn => !other.contains(self)?,
            Compare::Less | Compare::LessEqual | Compare::Greater | Compare::GreaterEqual => {
                if let (V::Int(a), V::Int(b)) = (&self.0, &other.0) {
                    return Ok(operator.holds(a.cmp(b)));
                }
                if let (V::Set(_), V::Set(_)) = (&self.0, &other.0) {
                    return self.compare_sets(operator, other);
                }
                order(self, other, operator.text())?.is_some_and(|o| operator.holds(o))
            }
        })
    }

    fn compare_sets(&self, operator: Compare, other: &Value) -> Result<bool, Error> {
        let (small, large) = match operator {
            Compare::Less | Compare::LessEqual => (self, other),
            _ => (other, self),
        };
        let (small, large) = (small.to_vec()?, large.clone());
        let strict = matches!(operator, Compare::Less | Compare::Greater);
        if strict && Some(small.len()) == large.len() {
            return Ok(false);
        }
        for item in &small {
            if !large.contains(item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether `item in self`.
    pub(crate) fn contains(&self, item: &Value) -> Result<bool, Error> {
        match (&self.0, &item.0) {
            (V::Str(text), V::Str(part)) => {
                budget::read(text.len())?;
                return Ok(text.contains(&**part));
            }
            (V::Str(_), _) => {
                return Err(Error::type_error(format!(
                    "'in <string>' requires string as left operand, not {}",
                    item.type_name()
                )));
            }
            (V::Bytes(bytes), V::Bytes(part)) => {
                // As often as one of the bytes is the first of the part.
                budget::read(bytes.len().saturating_mul(part.len()))?;
                let found = part.is_empty() || bytes.windows(part.len()).any(|w| w == &part[..]);
                return Ok(found);
            }
            (V::Bytes(bytes), V::Int(byte)) => {
                budget::read(bytes.len())?;
                return Ok(bytes.iter().any(|b| i64::from(*b) == *byte));
            }
            (V::Dict(dict), V::Str(text)) => {
                budget::read(text.len())?;
                return Ok(dict.lock().contains_key(&StrKey(text)));
            }
            (V::Dict(dict), _) => {
                let key = Key::new(item.clone())?;
                return Ok(dict.lock().contains_key(&key));
            }
            (V::View(view), _) if view.part == Part::Keys => {
                let key = Key::new(item.clone())?;
                return Ok(view.dict.lock().contains_key(&key));
            }
            (V::Set(set), _) => {
                let key = Key::new(item.clone())?;
                return Ok(set.lock().contains(&key));
            }
            (V::Range(range), V::Int(i)) => {
                let (i, start) = (i128::from(*i), i128::from(range.start));
                let stop = i128::from(range.stop);
                let step = i128::from(range.step);
                let inside = if step > 0 {
                    start <= i && i < stop
                } else {
                    stop < i && i <= start
                };
                return Ok(inside && (i - start) % step == 0);
            }
            (V::Object(object), _) => {
                if let Some(found) = object.contains(item) {
                    return Ok(found);
                }
            }
            _ => {}
        }
        let name = self.type_name();
        let items = self.try_to_vec()?.ok_or_else(|| {
            Error::type_error(format!("argument of type '{name}' is not iterable"))
        })?;
        any_equals(&items, item)
    }
}

/// An operator that compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
    Is,
    IsNot,
}

impl Compare {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Compare::Less => order.is_lt(),
            Compare::LessEqual => order.is_le(),
            Compare::Greater => order.is_gt(),
            _ => order.is_ge(),
        }
    }

    fn text(self) -> &'static str {
        match self {
            Compare::Less => "<",
            Compare::LessEqual => "<=",
            Compare::Greater => ">",
            _ => ">=",
        }
    }
}

const COMPARING: &str = " in comparison";

fn equal(a: &Value, b: &Value) -> Result<bool, Error> {
    Ok(match (&a.0, &b.0) {
        (V::Str(a), V::Str(b)) => {
            budget::read(a.len().min(b.len()))?;
            a == b
        }
        (V::Bool(_) | V::Int(_) | V::Float(_), V::Bool(_) | V::Int(_) | V::Float(_)) => {
            numbers(a, b).is_some_and(Ordering::is_eq)
        }
        (V::Bytes(a), V::Bytes(b)) => {
            budget::read(a.len().min(b.len()))?;
            a == b
        }
        (V::Tuple(a), V::Tuple(b)) => all_equal(a, b)?,
        (V::List(x), V::List(y)) => {
            Arc::ptr_eq(x, y) || {
                // Copies, since an object in them may compare itself by whatever it likes.
                let (x, y) = (x.lock().clone(), y.lock().clone());
                all_equal(&x, &y)?
            }
        }
        (V::Dict(x), V::Dict(y)) => {
            Arc::ptr_eq(x, y) || {
                let (x, y) = (x.lock().clone(), y.lock().clone());
                if x.len() != y.len() {
                    return Ok(false);
                }
                let _deeper = budget::deeper(COMPARING)?;
                for (key, value) in &x {
                    match y.get(key) {
                        Some(other) if value.is_or_equals(other)? => {}
                        _ => return Ok(false),
                    }
                }
                true
            }
        }
        (V::Set(x), V::Set(y)) => {
            Arc::ptr_eq(x, y) || {
                let (x, y) = (x.lock().clone(), y.lock().clone());
                let _deeper = budget::deeper(COMPARING)?;
                budget::work(x.len())?;
                x.len() == y.len() && x.iter().all(|item| y.contains(item))
            }
        }
        (V::Range(x), V::Range(y)) => {
            let same = |a: &Range, b: &Range| {
                let n = a.len();
                n == b.len() && (n == 0 || (a.start == b.start && (n == 1 || a.step == b.step)))
            };
            same(x, y)
        }
        (V::View(x), V::View(y)) if x.part == y.part && x.part != Part::Values => {
            let (x, y) = (x.items(), y.items());
            if x.len() != y.len() {
                return Ok(false);
            }
            let _deeper = budget::deeper(COMPARING)?;
            for a in &x {
                if !any_equals(&y, a)? {
                    return Ok(false);
                }
            }
            true
        }
        (V::Object(object), _) => a.is_same(b) || object.compare(b) == Some(Ordering::Equal),
        (_, V::Object(object)) => object.compare(a) == Some(Ordering::Equal),
        _ => a.is_same(b),
    })
}

fn all_equal(a: &[Value], b: &[Value]) -> Result<bool, Error> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let _deeper = budget::deeper(COMPARING)?;
    for (a, b) in a.iter().zip(b) {
        if !a.is_or_equals(b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether an item is among these.
fn any_equals(items: &[Value], item: &Value) -> Result<bool, Error> {
    for one in items {
        if one.is_or_equals(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How numbers compare. A float that is no number has no order.
fn numbers(a: &Value, b: &Value) -> Option<Ordering> {
    match (a.as_number()?, b.as_number()?) {
        (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
        (Number::Int(a), Number::Float(b)) => int_and_float(a, b),
        (Number::Float(a), Number::Int(b)) => int_and_float(b, a).map(Ordering::reverse),
    }
}

/// Exact, where `a as f64` would round.
fn int_and_float(a: i64, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    if b >= 9_223_372_036_854_775_808.0 {
        return Some(Ordering::Less);
    }
    if b < -9_223_372_036_854_775_808.0 {
        return Some(Ordering::Greater);
    }
    let whole = b.trunc() as i64;
    Some(
        a.cmp(&whole)
            .then_with(|| 0.0f64.total_cmp(&(b.fract() + 0.0))),
    )
}

/// A whole number or a float; True is 1.
#[derive(Clone, Copy)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
}

impl Value {
    pub(crate) fn as_number(&self) -> Option<Number> {
        match self.0 {
            V::Bool(b) => Some(Number::Int(i64::from(b))),
            V::Int(i) => Some(Number::Int(i)),
            V::Float(f) => Some(Number::Float(f)),
            _ => None,
        }
    }
}

fn order(a: &Value, b: &Value, operator: &str) -> Result<Option<Ordering>, Error> {
    let all = |x: &[Value], y: &[Value]| {
        let _deeper = budget::deeper(COMPARING)?;
        for (x, y) in x.iter().zip(y) {
            if !x.is_or_equals(y)? {
                return order(x, y, operator);
            }
        }
        Ok(Some(x.len().cmp(&y.len())))
    };
    match (&a.0, &b.0) {
        (V::Str(a), V::Str(b)) => {
            budget::read(a.len().min(b.len()))?;
            return Ok(Some(a.cmp(b)));
        }
        (V::Bool(_) | V::Int(_) | V::Float(_), V::Bool(_) | V::Int(_) | V::Float(_)) => {
            return Ok(numbers(a, b));
        }
        (V::Bytes(a), V::Bytes(b)) => {
            budget::read(a.len().min(b.len()))?;
            return Ok(Some(a.cmp(b)));
        }
        (V::Tuple(a), V::Tuple(b)) => return all(a, b),
        (V::List(x), V::List(y)) => {
            let (x, y) = (x.lock().clone(), y.lock().clone());
            return all(&x, &y);
        }
        (V::Object(object), _) => {
            if let Some(order) = object.compare(b) {
                return Ok(Some(order));
            }
        }
        (_, V::Object(object)) => {
            if let Some(order) = object.compare(a) {
                return Ok(Some(order.reverse()));
            }
        }
        _ => {}
    }
    Err(Error::type_error(format!(
        "'{operator}' not supported between instances of '{}' and '{}'",
        a.type_name(),
        b.type_name()
    )))
}
