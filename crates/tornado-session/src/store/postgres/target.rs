//! `Target`: what a URL asks for.

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::store::{OpenError, OpenErrorKind};

pub(super) struct Target {
    pub(super) config: Config,
    pub(super) tls: Tls,
}

pub(super) enum Tls {
    None,
    #[cfg(feature = "postgres-tls")]
    Verified(tokio_postgres_rustls::MakeRustlsConnect),
}

impl Target {
    pub(super) fn of(url: &str) -> Result<Target, OpenError> {
        // The error may quote the URL, including the password.
        let config: Config = known_mode(url).parse().map_err(|_| {
            OpenError::new(
                OpenErrorKind::Url,
                "a URL of PostgreSQL is `postgres://user:password@host:port/database`, with `%40` \
                 for an `@` in the password and so on",
            )
        })?;
        let tls = match config.get_ssl_mode() {
            SslMode::Require => verified()?,
            // Servers with a certificate often have a self-signed one, so TLS is not
            // tried unless requested.
            _ => Tls::None,
        };
        Ok(Target { config, tls })
    }

    /// The address, without the password.
    pub(super) fn place(&self) -> String {
        let config = &self.config;
        let host = config.get_hosts().first().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let host = host.unwrap_or_else(|| "localhost".to_owned());
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let database = config.get_dbname().or(config.get_user()).unwrap_or("");
        format!("{host}:{port}/{database}")
    }
}

/// The client knows only `require`, which here is always as strict as libpq's
/// strictest mode.
fn known_mode(url: &str) -> String {
    let Some((place, options)) = url.split_once('?') else {
        return url.to_owned();
    };
    let options = options.split('&').map(|option| match option {
        "sslmode=verify-full" | "sslmode=verify-ca" => "sslmode=require",
        other => other,
    });
    format!("{place}?{}", options.collect::<Vec<_>>().join("&"))
}

#[cfg(feature = "postgres-tls")]
fn verified() -> Result<Tls, OpenError> {
    crate::store::tls::prepare();
    match tokio_postgres_rustls::MakeRustlsConnect::with_native_certs() {
        // On many systems some of the certificates can't be read; the others
        // can.
        Ok((tls, _)) => Ok(Tls::Verified(tls)),
        Err(_) => Err(OpenError::new(
            OpenErrorKind::Other,
            "the certificates that this system trusts can't be read: install them \
             (`ca-certificates` on Debian), or name a file in `SSL_CERT_FILE`",
        )),
    }
}

#[cfg(not(feature = "postgres-tls"))]
fn verified() -> Result<Tls, OpenError> {
    Err(OpenError::new(
        OpenErrorKind::Url,
        "`sslmode` asks for TLS, which is not compiled in; add the feature `postgres-tls` to \
         `tornado-web`, or to `tornado-session`, in Cargo.toml",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_what_is_asked_for_and_no_password() {
        for (url, place) in [
            (
                "postgres://kim:s3cret@db.example:6000/app",
                "db.example:6000/app",
            ),
            ("postgres://kim:s3cret@db.example", "db.example:5432/kim"),
            ("postgres:///app", "localhost:5432/app"),
            ("postgres://kim@%2Fvar%2Frun/app", "/var/run:5432/app"),
        ] {
            let target = Target::of(url).map(|target| target.place());
            assert_eq!(target.unwrap(), place);
        }
    }

    #[cfg(feature = "postgres-tls")]
    #[test]
    fn tls_is_what_is_asked_for() {
        let is_tls = |url| {
            matches!(
                Target::of(url),
                Ok(Target {
                    tls: Tls::Verified(_),
                    ..
                })
            )
        };
        assert!(is_tls("postgres://h/d?sslmode=verify-full"));
        assert!(!is_tls("postgres://h/d?sslmode=prefer"));
        assert!(!is_tls("postgres://h/d"));
    }

    #[test]
    fn all_modes_of_libpq_that_check_something_are_known() {
        for (given, known) in [
            ("postgres://h/d", "postgres://h/d"),
            (
                "postgres://h/d?sslmode=disable",
                "postgres://h/d?sslmode=disable",
            ),
            (
                "postgres://h/d?sslmode=verify-full",
                "postgres://h/d?sslmode=require",
            ),
            (
                "postgres://h/d?a=b&sslmode=verify-ca&c=d",
                "postgres://h/d?a=b&sslmode=require&c=d",
            ),
        ] {
            assert_eq!(known_mode(given), known);
        }
    }
}
