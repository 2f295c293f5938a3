//! `Plan`: how much there is to do.

/// How much there is to do.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// How many sessions there are.
    pub sessions: usize,
    /// How many of them are used at once; then come others.
    pub at_once: usize,
    /// How many clients use each of them at once.
    pub clients: usize,
    /// How many writes each of these makes.
    pub writes: usize,
    /// How many keys each write sets, where the hammer is one of different
    /// keys.
    pub together: usize,
    /// How many keys a session holds at most: then they are looked at and
    /// cleared, and the clients go on.
    pub keys: usize,
}

impl Plan {
    /// So many sessions, all at once, clients of each and writes of each of
    /// these.
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

    /// With so many sessions at a time.
    #[must_use]
    pub fn at_once(self, at_once: usize) -> Plan {
        Plan { at_once, ..self }
    }

    /// With so many keys in a session.
    #[must_use]
    pub fn keys(self, keys: usize) -> Plan {
        Plan { keys, ..self }
    }

    /// With so many keys in each write.
    #[must_use]
    pub fn together(self, together: usize) -> Plan {
        Plan { together, ..self }
    }

    /// All writes of all clients.
    #[must_use]
    pub fn total(&self) -> usize {
        self.sessions * self.clients * self.writes
    }

    /// How many writes each client makes before the keys are looked at.
    pub(crate) fn round(&self) -> usize {
        (self.keys / self.clients / self.together).max(1)
    }
}
