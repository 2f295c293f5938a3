//! `PostgresServer`: a PostgreSQL that belongs to a test.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tempfile::TempDir;

use crate::server::{connects, free_port, local, signal, user_of, wait_for};

const INSTALL: &str = "apt-get install postgresql";

/// The password of the user `postgres`.
const PASSWORD: &str = "p@ss/w:rd%";

/// The same in a URL.
const PASSWORD_IN_URL: &str = "p%40ss%2Fw%3Ard%25";

/// A running PostgreSQL on a free port, with its files in a temporary folder.
/// It requires a password. It stops when this is dropped.
///
/// PostgreSQL does not run as root; if the tests do, it runs as the user
/// `postgres` or `nobody`.
#[derive(Debug)]
pub struct PostgresServer {
    child: Child,
    port: u16,
    folder: TempDir,
    programs: PathBuf,
    databases: AtomicU32,
}

impl PostgresServer {
    /// Makes a database cluster and starts a server for it.
    #[must_use]
    pub fn start() -> PostgresServer {
        let programs = PostgresServer::programs()
            .unwrap_or_else(|| panic!("PostgreSQL is not installed: {INSTALL}"));
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        if let Some((user, group)) = other_user(folder.path()) {
            chown(folder.path(), Some(user), Some(group)).expect("root may give files away");
        }
        initialize(&programs, folder.path());
        for _ in 0..5 {
            let port = free_port();
            if let Some(child) = spawn(&programs, port, folder.path()) {
                return PostgresServer {
                    child,
                    port,
                    folder,
                    programs,
                    databases: AtomicU32::new(0),
                };
            }
        }
        panic!(
            "postgres does not start: {}",
            fs::read_to_string(log(folder.path())).unwrap_or_default()
        );
    }

    /// Starts one that also supports TLS, with this certificate and its key,
    /// both PEM.
    #[must_use]
    pub fn start_with_tls(certificate: &str, key: &str) -> PostgresServer {
        let mut server = PostgresServer::start();
        let data = server.folder.path().join("data");
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            fs::write(&file, text).expect("the folder can be written");
            // It accepts no key that others can read.
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
            if let Some((user, group)) = other_user(&file) {
                chown(&file, Some(user), Some(group)).expect("root may give files away");
            }
        }
        server.psql("postgres", "ALTER SYSTEM SET ssl = on");
        server.kill();
        server.start_again();
        server
    }

    /// A server shared by tests, each with its own database, since it takes a
    /// second or two to start. It stops with the last test that uses it.
    #[must_use]
    pub fn shared() -> Arc<PostgresServer> {
        static SHARED: Mutex<Weak<PostgresServer>> = Mutex::new(Weak::new());
        // If it failed to start, it fails for the next test as well.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(PostgresServer::start());
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// The folder with PostgreSQL's programs. Debian has them outside the path,
    /// in a folder for each version.
    #[must_use]
    pub fn programs() -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .collect();
        // The newest first.
        folders.sort_by_key(|folder| {
            let version = folder.parent().and_then(Path::file_name);
            std::cmp::Reverse(version.and_then(|version| version.to_str()?.parse::<u32>().ok()))
        });
        folders.extend(std::env::split_paths(&path));
        folders.into_iter().find(|folder| {
            ["initdb", "pg_isready", "postgres", "psql"]
                .iter()
                .all(|program| folder.join(program).exists())
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        local(self.port)
    }

    /// Makes an empty database and returns its URL.
    #[must_use]
    pub fn new_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.psql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// The URL of a database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres:{PASSWORD_IN_URL}@{}/{database}",
            self.address()
        )
    }

    /// Runs SQL, for tests that work behind a client's back, and returns what
    /// it selects: one line per row, columns separated by `|`.
    pub fn psql(&self, database: &str, sql: &str) -> String {
        let output = Command::new(self.programs.join("psql"))
            .args(["--host", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--username", "postgres", "--dbname", database])
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["--set", "ON_ERROR_STOP=1", "--command", sql])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .unwrap_or_else(|error| panic!("psql can't be started ({error}): {INSTALL}"));
        assert!(
            output.status.success(),
            "{sql}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout)
            .expect("the output is UTF-8")
            .trim_end()
            .to_owned()
    }

    /// Kills it, as in a crash: connections are cut, nothing is tidied up, and
    /// the next start recovers what was committed.
    pub fn kill(&mut self) {
        signal(&self.child, "QUIT");
        self.child.wait().expect("a child can be waited for");
    }

    /// Starts it again on the same port.
    pub fn start_again(&mut self) {
        self.child = spawn(&self.programs, self.port, self.folder.path())
            .expect("a server that ran before starts again");
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // With `QUIT`, since a postmaster that is killed leaves its children.
        if matches!(self.child.try_wait(), Ok(None)) {
            signal(&self.child, "QUIT");
        }
        self.child.wait().ok();
    }
}

/// The user to run as, if the tests run as root.
fn other_user(folder: &Path) -> Option<(u32, u32)> {
    // What root has made belongs to root.
    let owner = fs::metadata(folder).expect("it is there").uid();
    if owner != 0 {
        return None;
    }
    let user = user_of(&["postgres", "nobody"]);
    Some(user.expect("there is a user `postgres` or `nobody` that PostgreSQL can run as"))
}

fn command(program: PathBuf, folder: &Path) -> Command {
    let mut command = Command::new(program);
    let metadata = fs::metadata(folder).expect("it is there");
    let root = fs::metadata("/proc/self").is_ok_and(|itself| itself.uid() == 0);
    if root {
        command.uid(metadata.uid()).gid(metadata.gid());
    }
    command.current_dir(folder);
    command
}

fn initialize(programs: &Path, folder: &Path) {
    let password = folder.join("password");
    fs::write(&password, PASSWORD).expect("the folder can be written");
    if let Some((user, group)) = other_user(&password) {
        chown(&password, Some(user), Some(group)).expect("root may give files away");
    }
    let output = command(programs.join("initdb"), folder)
        .args(["--username", "postgres", "--auth", "scram-sha-256"])
        .arg("--pwfile")
        .arg(&password)
        .args([
            "--encoding",
            "UTF8",
            "--locale",
            "C",
            "--no-sync",
            "--pgdata",
        ])
        .arg(folder.join("data"))
        .output()
        .unwrap_or_else(|error| panic!("initdb can't be started ({error}): {INSTALL}"));
    assert!(
        output.status.success(),
        "initdb failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn log(folder: &Path) -> PathBuf {
    folder.join("log")
}

/// `None` if it stops immediately, as it does when the port is taken.
fn spawn(programs: &Path, port: u16, folder: &Path) -> Option<Child> {
    let log = fs::File::create(log(folder)).expect("the folder can be written");
    let mut child = command(programs.join("postgres"), folder)
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string(), "-k"])
        .arg(folder)
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"])
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| panic!("postgres can't be started ({error}): {INSTALL}"));
    let ready = wait_for(&mut child, || {
        connects(local(port))
            && command(programs.join("pg_isready"), folder)
                .args([
                    "--quiet",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    &port.to_string(),
                ])
                .status()
                .is_ok_and(|status| status.success())
    });
    ready.then_some(child)
}
