//! Hammers a store: `session-hammer URL [SESSIONS CLIENTS REQUESTS]`.
//!
//! Without numbers, each hammer makes 100,000 requests.

use std::io::Write as _;

use session_hammer::{Plan, Site, run};
use tornado_session::{AnyStore, StoreOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "memory:".to_owned());
    let numbers: Vec<usize> = arguments.map(|n| n.parse()).collect::<Result<_, _>>()?;
    let plan = match numbers[..] {
        [] => Plan::new(50, 20, 100),
        [sessions, clients, requests] => Plan::new(sessions, clients, requests),
        _ => return Err("usage: session-hammer URL [SESSIONS CLIENTS REQUESTS]".into()),
    };
    let store = AnyStore::open(&url, StoreOptions::new()).await?;
    let site = Site::start([store]).await;
    let mut out = std::io::stdout();
    writeln!(out, "{plan:?}: {} requests each", plan.total())?;
    for (name, report) in run(&site, plan).await {
        let rate = plan.total() as f64 / report.elapsed.as_secs_f64();
        writeln!(
            out,
            "{name}: {} acknowledged, {} refused, {:.1} s, {rate:.0} requests/s",
            report.acknowledged,
            report.refused,
            report.elapsed.as_secs_f64()
        )?;
    }
    Ok(())
}
