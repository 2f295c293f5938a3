//! Texts of a width.

use crate::error::Error;
use crate::value::{Value, budget};

/// As `ljust`, `rjust` or `center` does.
pub(super) fn pad(text: &str, width: i64, fill: &str, how: &str) -> Result<Value, Error> {
    let length = text.chars().count();
    let missing = usize::try_from(width).unwrap_or(0).saturating_sub(length);
    budget::room(
        missing
            .saturating_mul(fill.len())
            .saturating_add(text.len()),
    )?;
    let left = match how {
        "ljust" => 0,
        "rjust" => missing,
        // As Python has it: where it can't be even, by which of the two is odd.
        _ => missing / 2 + (missing & usize::try_from(width).unwrap_or(0) & 1),
    };
    Ok(Value::from(format!(
        "{}{text}{}",
        fill.repeat(left),
        fill.repeat(missing - left)
    )))
}
