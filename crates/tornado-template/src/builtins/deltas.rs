//! `datetime.timedelta` and `datetime.timezone`.

use std::cmp::Ordering;

use super::calendar::{DAY, hash, out_of_range, zone_name};
use crate::error::Error;
use crate::value::{Args, Object, V, Value};

/// A `datetime.timedelta`, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeltaObject(pub(super) i64);

/// A `datetime.timezone`, in seconds from UTC.
#[derive(Clone, Copy, Debug)]
pub(super) struct ZoneObject(pub(super) i32);

impl DeltaObject {
    fn days(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    fn rest(self) -> i64 {
        self.0.rem_euclid(DAY)
    }
}

impl Object for DeltaObject {
    fn type_name(&self) -> &str {
        "datetime.timedelta"
    }

    fn get_attr(&self, name: &str) -> Option<Value> {
        Some(Value::from(match name {
            "days" => self.days(),
            "seconds" => self.rest() / 1_000_000,
            "microseconds" => self.rest() % 1_000_000,
            _ => return None,
        }))
    }

    fn call_method(&self, name: &str, _: Args) -> Option<Result<Value, Error>> {
        (name == "total_seconds").then(|| Ok(Value::from(self.0 as f64 / 1e6)))
    }

    fn is_true(&self) -> bool {
        self.0 != 0
    }

    fn display(&self) -> Option<String> {
        let rest = self.rest();
        let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
        let mut text = match self.days() {
            0 => String::new(),
            days @ (1 | -1) => format!("{days} day, "),
            days => format!("{days} days, "),
        };
        text.push_str(&format!(
            "{}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        ));
        if micros != 0 {
            text.push_str(&format!(".{micros:06}"));
        }
        Some(text)
    }

    fn repr(&self) -> Option<String> {
        let rest = self.rest();
        let parts = [
            ("days", self.days()),
            ("seconds", rest / 1_000_000),
            ("microseconds", rest % 1_000_000),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(_, n)| *n != 0)
            .map(|(name, n)| format!("{name}={n}"))
            .collect();
        let inner = if parts.is_empty() {
            "0".to_owned()
        } else {
            parts.join(", ")
        };
        Some(format!("datetime.timedelta({inner})"))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        Some(self.0.cmp(&other.downcast_ref::<DeltaObject>()?.0))
    }

    fn hash_code(&self) -> Option<u64> {
        hash(&self.0)
    }

    fn operate(
        &self,
        operator: &str,
        other: &Value,
        reflected: bool,
    ) -> Option<Result<Value, Error>> {
        let new = |micros: Option<i64>| {
            Some(
                micros
                    .map(|micros| Value::from_object(DeltaObject(micros)))
                    .ok_or_else(out_of_range),
            )
        };
        match operator {
            "unary -" => return new(self.0.checked_neg()),
            "unary +" => return new(Some(self.0)),
            "abs" => return new(self.0.checked_abs()),
            _ => {}
        }
        if let Some(other) = other.downcast_ref::<DeltaObject>() {
            let (a, b) = if reflected {
                (other.0, self.0)
            } else {
                (self.0, other.0)
            };
            let zero = || Some(Err(Error::of("ZeroDivisionError", "division by zero")));
            return match operator {
                "+" => new(a.checked_add(b)),
                "-" => new(a.checked_sub(b)),
                "/" | "//" | "%" if b == 0 => zero(),
                "/" => Some(Ok(Value::from(a as f64 / b as f64))),
                "//" => Some(Ok(Value::from((a as f64 / b as f64).floor() as i64))),
                "%" => new(Some(a - (a as f64 / b as f64).floor() as i64 * b)),
                _ => None,
            };
        }
        let rounded = |micros: f64| (micros.abs() < 9e18).then(|| micros.round_ties_even() as i64);
        match (operator, &other.0, other.as_f64()) {
            ("*", V::Int(times), _) => new(self.0.checked_mul(*times)),
            ("*", _, Some(times)) => new(rounded(self.0 as f64 * times)),
            ("/" | "//", _, Some(0.0)) if !reflected => {
                Some(Err(Error::of("ZeroDivisionError", "division by zero")))
            }
            ("/", _, Some(by)) if !reflected => new(rounded(self.0 as f64 / by)),
            ("//", V::Int(by), _) if !reflected => new(Some(self.0.div_euclid(*by))),
            _ => None,
        }
    }
}

impl Object for ZoneObject {
    fn type_name(&self) -> &str {
        "datetime.timezone"
    }

    fn display(&self) -> Option<String> {
        Some(zone_name(self.0))
    }

    fn repr(&self) -> Option<String> {
        Some(match self.0 {
            0 => "datetime.timezone.utc".to_owned(),
            offset => {
                let delta = DeltaObject(i64::from(offset) * 1_000_000)
                    .repr()
                    .unwrap_or_default();
                format!("datetime.timezone({delta})")
            }
        })
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        Some(self.0.cmp(&other.downcast_ref::<ZoneObject>()?.0))
    }
}
