//! The command line.

use clap::{Parser, ValueEnum};
use session_hammer::{Hammer, Plan};

use crate::stores::ALL;

/// The arguments of `cargo xtask bench hammer`, whose `--help` describes them.
#[derive(Debug, Parser)]
#[command(about = "cargo xtask bench hammer")]
pub(crate) struct Arguments {
    #[arg(long = "store", value_delimiter = ',', default_value = "all")]
    stores: Vec<String>,
    #[arg(
        long = "hammer",
        value_delimiter = ',',
        default_values = ["one-session", "large-session", "many-sessions", "logouts"]
    )]
    hammers: Vec<Name>,
    #[arg(long, default_value_t = 100_000)]
    writes: usize,
    #[arg(long, default_value_t = 1000)]
    keys: usize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// Different keys of one session.
    OneSession,
    /// Different keys of one session, which holds them all in the end: 50 in
    /// each write.
    LargeSession,
    /// Different keys of many sessions.
    ManySessions,
    /// Different keys of many sessions, each of which is logged out in the
    /// meantime.
    Logouts,
    /// The same key of each of 50 sessions, and reads of it.
    OneKey,
    /// Different keys of 50 sessions whose ids change in the meantime.
    NewIds,
    /// 50 users on 20 devices each, who are logged out everywhere in the
    /// meantime.
    Revocations,
}

impl Arguments {
    pub(crate) fn stores(&self) -> Vec<String> {
        let all = |name: &String| match name.as_str() {
            "all" => ALL.map(str::to_owned).to_vec(),
            _ => vec![name.clone()],
        };
        self.stores.iter().flat_map(all).collect()
    }

    /// The hammers, each with the requested number of writes.
    pub(crate) fn plans(&self) -> Vec<(Hammer, Plan)> {
        let thousands = self.writes.div_ceil(1000).max(1);
        let few = Plan::new(50, 20, thousands);
        let many = Plan::new(5 * thousands, 20, 10).at_once(50);
        let plan = |name: &Name| match name {
            Name::OneSession => {
                let plan = Plan::new(1, 50, 20 * thousands).keys(self.keys);
                (Hammer::DifferentKeys, plan)
            }
            Name::LargeSession => {
                let plan = Plan::new(1, 50, (20 * thousands).div_ceil(50)).together(50);
                (Hammer::DifferentKeys, plan)
            }
            Name::ManySessions => (Hammer::DifferentKeys, many),
            Name::Logouts => (Hammer::Logouts, many),
            Name::OneKey => (Hammer::OneKey, few),
            Name::NewIds => (Hammer::NewIds, few),
            Name::Revocations => (Hammer::Revocations, few),
        };
        self.hammers.iter().map(plan).collect()
    }
}
