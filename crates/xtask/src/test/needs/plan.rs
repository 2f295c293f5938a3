//! How what is missing is installed.

use std::process::Command;

use super::system::System;
use super::table::{Need, Source};

/// Commands that install what is missing, and what they can't install.
#[derive(Debug)]
pub(super) struct Plan {
    missing: Vec<&'static str>,
    lines: Vec<Line>,
    rest: Vec<&'static str>,
}

#[derive(Debug)]
struct Line {
    text: String,
    as_root: bool,
}

impl Plan {
    /// The plan for a system, if it is a known one, and for a Rust with or
    /// without `rustup`.
    pub(super) fn new(missing: &[Need], system: Option<System>, rustup: bool) -> Plan {
        let mut plan = Plan {
            missing: missing.iter().map(|need| need.what).collect(),
            lines: Vec::new(),
            rest: Vec::new(),
        };
        let mut all_packages = Vec::new();
        let mut components = Vec::new();
        for need in missing {
            let packages = match need.source {
                Source::Component(component) if rustup => {
                    components.push(component);
                    continue;
                }
                Source::Component(_) => &[],
                Source::Packages(packages) => system.map_or(&[][..], |system| packages.of(system)),
            };
            if packages.is_empty() {
                plan.rest.push(need.what);
            }
            all_packages.extend(packages);
        }
        if let (Some(system), false) = (system, all_packages.is_empty()) {
            for text in system.install(&all_packages) {
                let as_root = system.asks_for_root();
                plan.lines.push(Line { text, as_root });
            }
        }
        if !components.is_empty() {
            plan.lines.push(Line {
                text: format!("rustup component add {}", components.join(" ")),
                as_root: false,
            });
        }
        plan
    }

    /// Whether it installs everything that is missing.
    pub(super) fn is_complete(&self) -> bool {
        self.rest.is_empty()
    }

    /// All commands, as root or another user types them.
    pub(super) fn line(&self, root: bool) -> String {
        let lines: Vec<_> = self
            .lines
            .iter()
            .map(|line| {
                let sudo = if line.as_root && !root { "sudo " } else { "" };
                format!("{sudo}{}", line.text)
            })
            .collect();
        lines.join(" && ")
    }

    /// The commands to run. If nobody `asked` for them, nobody is there to give
    /// `sudo` a password.
    pub(super) fn commands(&self, root: bool, asked: bool) -> impl Iterator<Item = Command> {
        self.lines.iter().map(move |line| {
            let mut words = Vec::new();
            if line.as_root && !root {
                words.push("sudo");
                if !asked {
                    words.push("--non-interactive");
                }
            }
            // For Debian, whose packages may ask questions. With `env`, since `sudo` does
            // not pass variables on.
            words.extend(["env", "DEBIAN_FRONTEND=noninteractive"]);
            words.extend(line.text.split(' '));
            let mut command = Command::new(words[0]);
            command.args(&words[1..]);
            command
        })
    }

    /// The message if it is not run.
    pub(super) fn advice(&self, root: bool) -> String {
        let mut said = format!("missing here: {}", self.missing.join(", "));
        if !self.lines.is_empty() {
            said += if self.is_complete() {
                "\n\nThis line installs it, and the option `--install` runs that line:"
            } else {
                "\n\nThis line installs a part of it:"
            };
            said += &format!("\n\n    {}", self.line(root));
        }
        if !self.is_complete() {
            said += &format!(
                "\n\nTo be installed by hand, since it is not known how this system does it: {}",
                self.rest.join(", ")
            );
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CHROMIUM, CLIPPY, KILL, POSTGRESQL, PYTHON, REDIS, RUSTFMT};
    use super::*;

    const ALL: [Need; 7] = [RUSTFMT, CLIPPY, KILL, PYTHON, REDIS, POSTGRESQL, CHROMIUM];

    fn line(missing: &[Need], system: System, root: bool) -> String {
        let plan = Plan::new(missing, Some(system), true);
        assert!(plan.is_complete(), "{plan:?}");
        plan.line(root)
    }

    #[test]
    fn the_line_of_each_system() {
        assert_eq!(
            line(&ALL, System::Debian, false),
            "sudo apt-get update && sudo apt-get install --yes --no-install-recommends \
             procps python3 python3-venv redis-server postgresql chromium chromium-driver \
             && rustup component add rustfmt clippy"
        );
        assert_eq!(
            line(&ALL, System::Debian, true),
            "apt-get update && apt-get install --yes --no-install-recommends \
             procps python3 python3-venv redis-server postgresql chromium chromium-driver \
             && rustup component add rustfmt clippy"
        );
        assert_eq!(
            line(&[PYTHON, REDIS, POSTGRESQL], System::Fedora, false),
            "sudo dnf install --assumeyes python3 redis postgresql-server"
        );
        assert_eq!(
            line(&[PYTHON, REDIS, POSTGRESQL], System::Arch, false),
            "sudo pacman -Syu --needed --noconfirm python valkey postgresql"
        );
        assert_eq!(
            line(&[PYTHON, REDIS, POSTGRESQL], System::Alpine, true),
            "apk add --update-cache python3 redis postgresql postgresql-client"
        );
        assert_eq!(
            line(&[PYTHON, REDIS, POSTGRESQL], System::MacOs, false),
            "brew install python redis postgresql@18 && brew link --force postgresql@18"
        );
    }

    #[test]
    fn only_what_is_missing() {
        assert_eq!(
            line(&[CLIPPY], System::Debian, false),
            "rustup component add clippy"
        );
        assert_eq!(
            line(&[REDIS], System::Alpine, false),
            "sudo apk add --update-cache redis"
        );
    }

    #[test]
    fn the_advice_has_the_line() {
        let plan = Plan::new(&[REDIS, POSTGRESQL], Some(System::Fedora), true);
        assert_eq!(
            plan.advice(false),
            "missing here: Redis, PostgreSQL

This line installs it, and the option `--install` runs that line:

    sudo dnf install --assumeyes redis postgresql-server"
        );
    }

    #[test]
    fn a_system_that_is_not_known_gets_a_list() {
        let plan = Plan::new(&[CLIPPY, REDIS, POSTGRESQL], None, true);
        assert!(!plan.is_complete());
        assert_eq!(
            plan.advice(false),
            "missing here: clippy, Redis, PostgreSQL

This line installs a part of it:

    rustup component add clippy

To be installed by hand, since it is not known how this system does it: Redis, PostgreSQL"
        );
    }

    #[test]
    fn a_rust_without_rustup_has_its_own_clippy() {
        let plan = Plan::new(&[CLIPPY], Some(System::Debian), false);
        assert!(!plan.is_complete());
        assert_eq!(
            plan.advice(true),
            "missing here: clippy

To be installed by hand, since it is not known how this system does it: clippy"
        );
    }

    fn words(plan: &Plan, root: bool, asked: bool) -> Vec<String> {
        plan.commands(root, asked)
            .map(|command| {
                let words: Vec<_> = std::iter::once(command.get_program())
                    .chain(command.get_args())
                    .map(|word| word.to_string_lossy())
                    .collect();
                words.join(" ")
            })
            .collect()
    }

    #[test]
    fn what_is_run() {
        let plan = Plan::new(&[CLIPPY, REDIS], Some(System::Fedora), true);
        let install = "env DEBIAN_FRONTEND=noninteractive dnf install --assumeyes redis";
        let component = "env DEBIAN_FRONTEND=noninteractive rustup component add clippy";
        for (root, asked, prefix) in [
            (true, false, ""),
            (true, true, ""),
            (false, true, "sudo "),
            (false, false, "sudo --non-interactive "),
        ] {
            assert_eq!(
                words(&plan, root, asked),
                [format!("{prefix}{install}"), component.to_owned()]
            );
        }
        let plan = Plan::new(&[REDIS], Some(System::MacOs), true);
        assert_eq!(
            words(&plan, false, true),
            ["env DEBIAN_FRONTEND=noninteractive brew install redis"]
        );
    }
}
