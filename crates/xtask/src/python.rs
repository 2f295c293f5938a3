//! `cargo xtask python`: a Python with Tornado, for the tests that run Tornado
//! itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::workspace::Workspace;

/// The packages of the environment, with versions.
const REQUIREMENTS: &str = "tests/requirements.txt";
/// The oldest Python that the required versions run on.
const OLDEST: (u8, u8) = (3, 11);
/// The variable in which tests look for the interpreter.
pub(crate) const VARIABLE: &str = "TORNADO_WEB_PYTHON";

/// Make the Python environment of the tests, and print its interpreter
///
/// The environment is `target/python`. It contains what tests/requirements.txt names, and is
/// rebuilt only when that file or the Python changes. To run single tests yourself:
///
///     export TORNADO_WEB_PYTHON=$(cargo xtask python)
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// The Python to make it from, 3.11 or newer
    #[arg(long, default_value = "python3")]
    from: PathBuf,
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    println!("{}", environment(workspace, &arguments.from)?.display());
    Ok(())
}

/// The interpreter of the environment, which is created or updated as needed.
pub(crate) fn interpreter(workspace: &Workspace) -> Result<PathBuf> {
    environment(workspace, Path::new("python3"))
}

fn environment(workspace: &Workspace, from: &Path) -> Result<PathBuf> {
    let requirements = workspace.path(REQUIREMENTS);
    let wanted = fs::read_to_string(&requirements)
        .with_context(|| format!("{} can't be read", requirements.display()))?;
    let folder = workspace.target().join("python");
    let interpreter = folder.join("bin/python");
    let stamp = folder.join("stamp");

    let stamped = format!("{}{wanted}", describe(from)?);
    let current = fs::read_to_string(&stamp).is_ok_and(|found| found == stamped);
    if current && interpreter.exists() {
        return Ok(interpreter);
    }

    eprintln!("making {}", folder.display());
    command::run(
        Command::new(from)
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    // Standard output is reserved for the path, so pip's output goes to the
    // error output.
    let said = command::output(
        Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check", "--requirement"])
            .arg(&requirements),
    )?;
    eprint!("{said}");
    fs::write(&stamp, stamped).with_context(|| format!("{} can't be written", stamp.display()))?;
    Ok(interpreter)
}

/// Whether the tests can run with this Python.
pub(crate) fn suits(python: &Path) -> bool {
    describe(python).is_ok()
}

/// The version and path of a Python that can create an environment.
fn describe(python: &Path) -> Result<String> {
    const PROGRAM: &str = "\
import sys
print(sys.version_info[0], sys.version_info[1])
print(sys.version, sys.base_prefix)
try:
    import venv, ensurepip
except ImportError:
    print('no venv')
";
    let described = command::output(Command::new(python).args(["-c", PROGRAM])).context(
        "the tests need Python, which answers for Tornado. On Debian: \
         `apt-get install python3 python3-venv`",
    )?;
    let version: Vec<u8> = described
        .lines()
        .next()
        .unwrap_or_default()
        .split(' ')
        .filter_map(|number| number.parse().ok())
        .collect();
    if version < vec![OLDEST.0, OLDEST.1] {
        bail!(
            "{} is {}: the tests need {}.{} or newer; name it with \
             `cargo xtask python --from PYTHON`",
            python.display(),
            described.lines().nth(1).unwrap_or("no Python"),
            OLDEST.0,
            OLDEST.1
        );
    }
    if described.ends_with("no venv\n") {
        bail!(
            "{} has no venv. On Debian: `apt-get install python3-venv`",
            python.display()
        );
    }
    Ok(described)
}
