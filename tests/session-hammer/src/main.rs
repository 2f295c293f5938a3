//! `session-hammer`: the hammers at full size, store after store.
//!
//! `cargo xtask bench hammer` builds and runs it.

mod arguments;
mod stores;

use std::io::Write as _;

use anyhow::{Result, bail};
use clap::Parser as _;
use session_hammer::{Hammer, Plan};

use self::arguments::Arguments;
use self::stores::Running;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let plans = arguments.plans();
    let mut broken = Vec::new();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{:14} {:52} {:>8} {:>8} {:>9} {:>8} {:>9} {:>8}",
        "store", "", "writes", "refused", "lost keys", "logouts", "came back", "seconds"
    )?;
    for name in &arguments.stores() {
        let running = Running::start(name).await?;
        for (hammer, plan) in &plans {
            if running.is_peer() && !matches!(hammer, Hammer::DifferentKeys | Hammer::Logouts) {
                continue;
            }
            let report = hammer.run(running.site(), *plan).await;
            writeln!(
                out,
                "{name:14} {:52} {:8} {:8} {:9} {:8} {:9} {:8.1}",
                describe(*hammer, *plan),
                report.acknowledged,
                report.refused,
                report.lost,
                report.ended,
                report.revived,
                report.elapsed.as_secs_f64(),
            )?;
            if !running.is_peer() && !hammer.is_kept(&report) {
                broken.push(format!("{name}, {hammer}"));
            }
        }
    }
    if !broken.is_empty() {
        bail!("a promise was broken: {}", broken.join("; "));
    }
    Ok(())
}

/// The hammer, how many sessions it uses, and with how many clients.
fn describe(hammer: Hammer, plan: Plan) -> String {
    let sessions = match plan.sessions {
        1 => "1 session".to_owned(),
        n => format!("{n} sessions"),
    };
    let each = match plan.together {
        1 => String::new(),
        n => format!(", {n} at once"),
    };
    format!("{hammer}{each}, {sessions}, {} clients", plan.clients)
}
