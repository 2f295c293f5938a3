//! `Plan`: the amount of work.

/// The amount of work.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The number of sessions.
    pub sessions: usize,
    /// How many of them are used concurrently; then others follow.
    pub at_once: usize,
    /// How many clients use each of them concurrently.
    pub clients: usize,
    /// How many writes each of these clients makes.
    pub writes: usize,
    /// How many keys each write sets, for a hammer of different keys.
    pub together: usize,
    /// The most keys that a session holds before they are checked and cleared,
    /// and the clients continue.
    pub keys: usize,
}

impl Plan {
    /// A plan with this many sessions, all at once, this many clients for each,
    /// and this many writes for each client.
    #[must_use]
    pub fn new(sessions: usize, clients: usize, writes: usize) -> Plan {
        Plan {
            sessions,
            at_once: sessions,
            clients,
            writes,
            together: 1,
            keys: usize::MAX,
        }
    }

    /// Sets how many sessions are used at a time.
    #[must_use]
    pub fn at_once(self, at_once: usize) -> Plan {
        Plan { at_once, ..self }
    }

    /// Sets the most keys in a session.
    #[must_use]
    pub fn keys(self, keys: usize) -> Plan {
        Plan { keys, ..self }
    }

    /// Sets the number of keys in each write.
    #[must_use]
    pub fn together(self, together: usize) -> Plan {
        Plan { together, ..self }
    }

    /// All writes of all clients.
    #[must_use]
    pub fn total(&self) -> usize {
        self.sessions * self.clients * self.writes
    }

    /// How many writes each client makes before the keys are checked.
    pub(crate) fn round(&self) -> usize {
        (self.keys / self.clients / self.together).max(1)
    }
}
