//! The systems whose package managers are supported.

use std::fs;

/// A system, with those derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    Debian,
    Fedora,
    Arch,
    Alpine,
    MacOs,
}

impl System {
    pub(super) fn of_this_machine() -> Option<System> {
        if cfg!(target_os = "macos") {
            return Some(System::MacOs);
        }
        let text = ["/etc/os-release", "/usr/lib/os-release"]
            .iter()
            .find_map(|file| fs::read_to_string(file).ok())?;
        System::from_os_release(&text)
    }

    /// From `ID`, or else from the first known one in `ID_LIKE`, which lists
    /// the closest first.
    fn from_os_release(text: &str) -> Option<System> {
        let value = |key| {
            text.lines()
                .find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))
                .map(|value| value.trim_matches(['"', '\'']))
        };
        [value("ID"), value("ID_LIKE")]
            .into_iter()
            .flatten()
            .flat_map(str::split_whitespace)
            .find_map(|name| match name {
                "debian" | "ubuntu" => Some(System::Debian),
                "fedora" | "rhel" | "centos" => Some(System::Fedora),
                "arch" => Some(System::Arch),
                "alpine" => Some(System::Alpine),
                _ => None,
            })
    }

    /// Whether only root can install packages. Homebrew refuses root.
    pub(super) fn asks_for_root(self) -> bool {
        self != System::MacOs
    }

    /// The commands that install packages, without asking, on a machine that
    /// may have no package lists yet.
    pub(super) fn install(self, packages: &[&str]) -> Vec<String> {
        let packages_in_line = packages.join(" ");
        match self {
            System::Debian => vec![
                "apt-get update".to_owned(),
                format!("apt-get install --yes --no-install-recommends {packages_in_line}"),
            ],
            System::Fedora => vec![format!("dnf install --assumeyes {packages_in_line}")],
            // Arch does not support a newer package among older ones.
            System::Arch => vec![format!(
                "pacman -Syu --needed --noconfirm {packages_in_line}"
            )],
            System::Alpine => vec![format!("apk add --update-cache {packages_in_line}")],
            // One of several versions is on the path only if it is linked.
            System::MacOs => std::iter::once(format!("brew install {packages_in_line}"))
                .chain(
                    packages
                        .iter()
                        .filter(|package| package.contains('@'))
                        .map(|package| format!("brew link --force {package}")),
                )
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn os_release() {
        for (text, system) in [
            (
                "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n",
                Some(System::Debian),
            ),
            ("ID_LIKE=debian\nID=ubuntu\n", Some(System::Debian)),
            (
                "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n",
                Some(System::Debian),
            ),
            ("ID=fedora\n", Some(System::Fedora)),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
                Some(System::Fedora),
            ),
            ("ID=arch\n", Some(System::Arch)),
            ("ID='endeavouros'\nID_LIKE='arch'\n", Some(System::Arch)),
            ("ID=alpine\n", Some(System::Alpine)),
            (
                "ID=opensuse-leap\nID_LIKE=\"suse opensuse\"\nVERSION=\"ID=debian\"\n",
                None,
            ),
            ("# ID=debian\n", None),
            ("", None),
        ] {
            assert_eq!(System::from_os_release(text), system, "{text}");
        }
    }
}
