//! `UnixAddress`: a Unix socket to listen on (`bind_unix_socket`).

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{SocketAddr, UnixListener as StdListener};
use std::path::PathBuf;

use super::listeners::{ListenAddress, Listeners, at};

/// A Unix socket at this path, accessible only to the user of the process
/// unless [`mode`](UnixAddress::mode) says otherwise.
///
/// An existing socket is assumed to be left over and removed, as in Tornado;
/// any other file is an error. On Linux, a path that begins with a NUL is an
/// abstract name, which is in no directory. Clients have no address:
/// [`remote_ip`](crate::HttpServerRequest::remote_ip) is `0.0.0.0`.
///
/// ```
/// # tornado_testing::block_on(async {
/// use tornado_web::{Application, Settings, unix};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("app.sock");
/// // let path = "/run/app.sock";
/// let app = Application::new([], Settings::new()).unwrap();
/// let server = app.bind(unix(&path).mode(0o660)).await.unwrap();
/// assert!(path.exists());
/// # });
/// ```
#[must_use]
pub fn unix(path: impl Into<PathBuf>) -> UnixAddress {
    UnixAddress {
        path: path.into(),
        mode: 0o600,
    }
}

/// The result of [`unix`].
#[derive(Clone, Debug)]
pub struct UnixAddress {
    path: PathBuf,
    mode: u32,
}

impl UnixAddress {
    /// Who may connect, as file permissions: `0o660` is the user and the group.
    #[must_use]
    pub fn mode(mut self, mode: u32) -> UnixAddress {
        self.mode = mode;
        self
    }

    fn open(&self) -> io::Result<StdListener> {
        if let Some(address) = self.abstract_name()? {
            return StdListener::bind_addr(&address);
        }
        match fs::metadata(&self.path) {
            Ok(found) if found.file_type().is_socket() => fs::remove_file(&self.path)?,
            Ok(_) => {
                let message = "what is there is no socket";
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let listener = StdListener::bind(&self.path)?;
        fs::set_permissions(&self.path, fs::Permissions::from_mode(self.mode))?;
        Ok(listener)
    }

    #[cfg(target_os = "linux")]
    fn abstract_name(&self) -> io::Result<Option<SocketAddr>> {
        use std::os::linux::net::SocketAddrExt as _;
        use std::os::unix::ffi::OsStrExt as _;
        let bytes = self.path.as_os_str().as_bytes();
        bytes
            .strip_prefix(b"\0")
            .map(SocketAddr::from_abstract_name)
            .transpose()
    }

    #[cfg(not(target_os = "linux"))]
    fn abstract_name(&self) -> io::Result<Option<SocketAddr>> {
        Ok(None)
    }
}

impl ListenAddress for UnixAddress {
    async fn listen(self) -> io::Result<Listeners> {
        let place = self.path.display();
        let listener = self.open().map_err(|error| at(place, &error))?;
        listener.set_nonblocking(true)?;
        tokio::net::UnixListener::from_std(listener).map(Listeners::from)
    }
}

impl ListenAddress for tokio::net::UnixListener {
    async fn listen(self) -> io::Result<Listeners> {
        Ok(self.into())
    }
}
