//! When to stop: the signals that request it.

use std::future::Future;
use std::io;

use tracing::info;

use crate::log::GENERAL;

/// Completes at SIGINT or SIGTERM. The handlers are installed immediately, not
/// when it is first polled. From then on a second signal ends the process,
/// whatever it is doing, with the status that a shell gives the signal: 128
/// plus its number.
#[cfg(unix)]
pub(super) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    second::arm()?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let news = tokio::select! {
            _ = interrupt.recv() => "SIGINT: finishing what is in flight; press Ctrl-C again to end at once",
            _ = terminate.recv() => "SIGTERM: finishing what is in flight; a second one ends at once",
        };
        info!(target: GENERAL, "{news}");
    })
}

/// The second signal.
#[cfg(unix)]
mod second {
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex, PoisonError};

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;

    /// Set by the first signal, once it is armed.
    static STOPPING: Mutex<Option<Arc<AtomicBool>>> = Mutex::new(None);

    /// Makes the next signal the first. The rest happens in the signal
    /// handlers, so it needs no free thread: even if one hangs, a second Ctrl-C
    /// works.
    pub(super) fn arm() -> io::Result<()> {
        let mut stopping = STOPPING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stopping) = &*stopping {
            stopping.store(false, Ordering::SeqCst);
            return Ok(());
        }
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // In this order, so that at the first signal the flag is not set yet.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&flag))?;
            flag::register(signal, Arc::clone(&flag))?;
        }
        *stopping = Some(flag);
        Ok(())
    }
}

/// Completes at Ctrl-C; a second one ends the process.
#[cfg(not(unix))]
pub(super) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async move {
        if tokio::signal::ctrl_c().await.is_err() {
            // There is no signal to wait for, so it must be stopped by other means.
            std::future::pending::<()>().await;
        }
        info!(target: GENERAL, "Ctrl-C: finishing what is in flight; press it again to end at once");
        tokio::spawn(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
    })
}
