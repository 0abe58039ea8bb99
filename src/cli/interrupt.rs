//! Signals that end the program: while it has something to clear away they wait.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

/// The signals of the process, which can be asked for once only.
#[derive(Debug, Clone)]
struct Signals {
    came: Arc<AtomicBool>,
    /// The number of the last one.
    number: Arc<AtomicUsize>,
    /// Whether they end the program by themselves.
    are_free: Arc<AtomicBool>,
}

static SIGNALS: OnceLock<Signals> = OnceLock::new();

/// As long as it lives a first signal only says that it came; the second ends the program.
#[derive(Debug)]
pub(super) struct Held(Signals);

/// Holds signals back.
///
/// # Errors
/// The system does not let them be caught.
pub(super) fn hold() -> io::Result<Held> {
    let signals = match SIGNALS.get() {
        Some(signals) => signals.clone(),
        None => SIGNALS.get_or_init(caught()?).clone(),
    };
    signals.are_free.store(false, Ordering::Relaxed);
    Ok(Held(signals))
}

fn caught() -> io::Result<impl FnOnce() -> Signals> {
    let signals = Signals {
        came: Arc::default(),
        number: Arc::default(),
        are_free: Arc::default(),
    };
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, Arc::clone(&signals.are_free))?;
        // Who asks twice does not want to wait.
        flag::register_conditional_default(signal, Arc::clone(&signals.came))?;
        let number = usize::try_from(signal).unwrap_or_default();
        flag::register_usize(signal, Arc::clone(&signals.number), number)?;
        flag::register(signal, Arc::clone(&signals.came))?;
    }
    Ok(move || signals)
}

impl Held {
    /// Set when a signal came.
    pub(super) fn came(&self) -> &AtomicBool {
        &self.0.came
    }

    /// Ends the program if a signal came, as it would have.
    pub(super) fn obey(&self) {
        if self.0.came.load(Ordering::Relaxed) {
            // It does not come back, unless the system refuses.
            let number = i32::try_from(self.0.number.load(Ordering::Relaxed));
            let _ = low_level::emulate_default_handler(number.unwrap_or(SIGINT));
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.are_free.store(true, Ordering::Relaxed);
    }
}
