//! `tornado-template check DIRECTORY`: finds templates in a directory that will not run.

use std::process::ExitCode;

use tornado_template::{Known, Level, Loader};

const USAGE: &str = "\
Looks through templates for what will not run.

    tornado-template check DIRECTORY [--names A,B] [--modules A,B] [--methods A,B]
                                     [--functions A,B] [--imports A,B] [--all]

--names      what pages are given
--modules    the UI modules that there are
--methods    methods of objects
--functions  functions that the loader has
--imports    modules that are registered, of which any name may be imported
--all        tells what pages need as well";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<ExitCode, String> {
    if arguments.next().as_deref() != Some("check") {
        return Err("what is to be done?".to_owned());
    }
    let mut directory = None;
    let mut known = Known::new();
    let mut least = Level::Warning;
    let mut imports = Vec::new();
    while let Some(argument) = arguments.next() {
        if argument == "--all" {
            least = Level::Needs;
            continue;
        }
        if !argument.starts_with("--") {
            directory = Some(argument);
            continue;
        }
        let list = arguments.next().ok_or(format!("{argument} needs a list"))?;
        let list = list.split(',').map(str::to_owned);
        match argument.as_str() {
            "--names" | "--functions" => known = known.names(list),
            "--modules" => known = known.modules(list),
            "--methods" => known = known.methods(list),
            "--imports" => imports.extend(list),
            _ => return Err(format!("{argument} is not known")),
        }
    }
    let directory = directory.ok_or("which directory?")?;
    let found = Loader::new(&directory)
        .check(&known)
        .map_err(|error| error.to_string())?;
    let is_registered = |message: &str| {
        imports.iter().any(|path| {
            message.contains(&format!("module {path} "))
                || message.contains(&format!("module {path};"))
        })
    };
    let found: Vec<_> = found
        .into_iter()
        .filter(|finding| {
            finding.level() >= least
                && !(finding.code() == "import" && is_registered(finding.message()))
        })
        .collect();
    for finding in &found {
        eprintln!("{finding}");
    }
    let count = |level| found.iter().filter(|f| f.level() == level).count();
    let errors = count(Level::Error);
    eprintln!(
        "{errors} will not run, {} may not run",
        count(Level::Warning)
    );
    Ok(if errors > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
