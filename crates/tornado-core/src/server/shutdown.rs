//! When to stop: the signals that ask for it.

use std::future::Future;
use std::io;

use tracing::info;

use crate::log::GENERAL;

/// Completes at SIGINT or SIGTERM. The handlers are installed at once, not when
/// it is first polled.
#[cfg(unix)]
pub(super) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let name = tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        };
        info!(target: GENERAL, "{name}: finishing what is in flight");
    })
}

/// Completes at Ctrl-C.
#[cfg(not(unix))]
pub(super) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async move {
        if tokio::signal::ctrl_c().await.is_err() {
            // There is no signal to wait for, so it must be stopped otherwise.
            std::future::pending::<()>().await;
        }
        info!(target: GENERAL, "Ctrl-C: finishing what is in flight");
    })
}
