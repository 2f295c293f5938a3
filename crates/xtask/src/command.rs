//! Running other programs, with errors that say which one failed and how.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a program with its output on the terminal. It must succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("`{}` can't be started", line(command)))?;
    if !status.success() {
        bail!("`{}` failed: {status}", line(command));
    }
    Ok(())
}

/// Runs a program and returns its standard output. It must succeed; otherwise
/// its error output is part of the error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{}` can't be started", line(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed: {}\n{}",
            line(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("the output of `{}` is not UTF-8", line(command)))
}

/// A program behind the words that run it, such as `taskset -c 0`, in a folder.
pub(crate) fn behind(before: &[&str], program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut words = before
        .iter()
        .map(OsStr::new)
        .chain(std::iter::once(program.as_ref()));
    let first = words.next().unwrap_or_default();
    let mut command = Command::new(first);
    command.args(words).current_dir(folder);
    command
}

/// The command as it would be typed.
fn line(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.is_empty() || word.contains([' ', '\n', '"', '\'']) {
                format!("{word:?}")
            } else {
                word.into_owned()
            }
        })
        .collect();
    words.join(" ")
}
