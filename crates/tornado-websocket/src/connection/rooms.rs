//! `Rooms`: one message for many connections.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::WebSocketSender;
use super::queue::Queue;
use crate::protocol::{Message, SharedMessage};
#[cfg(any(feature = "postgres", feature = "redis"))]
use crate::relay::{Relay, RoomsError};

/// Rooms by name, with their members: a message for a room goes to all of them. A clone is the same
/// rooms.
///
/// The message is encoded once, and compressed once if compression has no context takeover. A slow
/// reader slows nobody else down: the setting
/// [`websocket_slow_readers`](crate::WebSocketSettings::websocket_slow_readers) says what happens
/// to a message for a connection that has no room for it.
///
/// A connection leaves all rooms automatically when it ends. A room exists for
/// as long as it has members.
///
/// ```
/// use tornado_web::websocket::{Message, Rooms, WebSocket, WebSocketHandler, WebSocketMixin};
/// use tornado_web::{Application, Handler, PathArgs, RequestHandler, Result, Settings, route};
///
/// #[derive(Handler)]
/// #[handler(websocket)]
/// struct Chat {
///     base: WebSocketHandler,
///     #[state]
///     rooms: Rooms,
/// }
///
/// impl RequestHandler for Chat {}
///
/// impl WebSocket for Chat {
///     async fn open(&mut self) -> Result {
///         self.rooms.join("lobby", &self.sender());
///         Ok(())
///     }
///
///     async fn on_message(&mut self, message: Message) -> Result {
///         self.rooms.broadcast("lobby", message);
///         Ok(())
///     }
/// }
///
/// let settings = Settings::new().state(Rooms::new());
/// assert!(Application::new([route::<Chat>("/chat")], settings).is_ok());
/// ```
#[derive(Clone, Default)]
pub struct Rooms {
    here: Arc<Here>,
    #[cfg(any(feature = "postgres", feature = "redis"))]
    relay: Option<Arc<Relay>>,
}

/// The rooms of this node.
#[derive(Default)]
struct Here(Mutex<HashMap<String, Room>>);

#[derive(Default)]
struct Room {
    members: HashMap<usize, Weak<Queue>>,
    /// How many members there may be before closed connections are searched
    /// for.
    crowded: usize,
}

/// The fewest members for which that is worth it.
const CROWD: usize = 32;

impl Rooms {
    /// Rooms without members.
    #[must_use]
    pub fn new() -> Rooms {
        Rooms::default()
    }

    /// Rooms shared with the other nodes of the application, which are other processes or machines:
    /// a message broadcast on one of them goes to the members on all.
    ///
    /// The URL is that of a server that all nodes can reach, such as the one that has their
    /// sessions: `redis://host:6379` (Redis 6 or newer, or Valkey; for a cluster, any node), with
    /// the feature `redis`, or `postgres://user:password@host/database`, with the feature
    /// `postgres`. Nodes with the same `channel`, of 1 to 63 bytes, share their rooms. Nothing is
    /// stored on the server.
    ///
    /// Each message reaches every node at most once. On its own node it is delivered immediately,
    /// whatever the server does, so two nodes may see the messages of two people in a different
    /// order. If the server can't be reached, which is logged, a node has only its own messages,
    /// and reconnects as soon as it can. Until then its messages for the others wait, up to 16 MiB,
    /// and those of the others are missed.
    ///
    /// Other programs can write to a room as well: they publish `{"room": "lobby", "text": ".."}`
    /// in the channel, or `base64` instead of `text` for bytes. In a PostgreSQL trigger that is
    /// `pg_notify('chat', json_build_object('room', 'lobby', 'text', ..)::text)`. There a
    /// notification is limited to 7,999 bytes; nodes send longer messages in parts.
    ///
    /// ```no_run
    /// # async fn open() -> Result<(), tornado_websocket::RoomsError> {
    /// use tornado_websocket::Rooms;
    ///
    /// let rooms = Rooms::connect("redis://localhost", "chat").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the URL or the channel can't be used, or the server can't be reached.
    #[cfg(any(feature = "postgres", feature = "redis"))]
    pub async fn connect(url: &str, channel: &str) -> Result<Rooms, RoomsError> {
        let here = Arc::<Here>::default();
        let members = Arc::downgrade(&here);
        let deliver = move |room: &str, message| {
            if let Some(here) = members.upgrade() {
                here.broadcast(room, message);
            }
        };
        let relay = Relay::open(url, channel, deliver).await?;
        Ok(Rooms {
            here,
            relay: Some(Arc::new(relay)),
        })
    }

    /// Adds a connection to a room, unless it is already a member.
    pub fn join(&self, room: &str, sender: &WebSocketSender) {
        #[cfg(any(feature = "postgres", feature = "redis"))]
        if let Some(relay) = &self.relay {
            sender.0.flush_at_the_end(relay);
        }
        let mut rooms = self.lock();
        let room = rooms.entry(room.to_owned()).or_default();
        room.members.insert(sender.key(), sender.downgrade());
        if room.members.len() > room.crowded.max(CROWD) {
            room.members.retain(|_, member| is_there(member));
            room.crowded = 2 * room.members.len();
        }
    }

    /// Removes a connection from a room, if it is a member.
    pub fn leave(&self, room: &str, sender: &WebSocketSender) {
        let mut rooms = self.lock();
        if let Some(found) = rooms.get_mut(room) {
            found.members.remove(&sender.key());
            if found.members.is_empty() {
                rooms.remove(room);
            }
        }
    }

    /// Sends a message to all members of a room, including its writer, and returns how many there
    /// are on this node. For shared rooms the number on other nodes is not known.
    pub fn broadcast(&self, room: &str, message: impl Into<Message>) -> usize {
        let message = message.into();
        #[cfg(any(feature = "postgres", feature = "redis"))]
        if let Some(relay) = &self.relay {
            relay.publish(room, &message);
        }
        self.here.broadcast(room, message)
    }

    /// Waits until what was broadcast is on its way to the other nodes, for up to 5 seconds. It is
    /// for a program that ends, since a message that has not been sent is lost with it.
    ///
    /// A server that stops does this automatically for what the hooks of its connections have said,
    /// including `on_close`, if they are in rooms. This method is for what other tasks say.
    #[cfg(any(feature = "postgres", feature = "redis"))]
    pub async fn flush(&self) {
        if let Some(relay) = &self.relay {
            relay.flush().await;
        }
    }

    /// How many members a room has on this node.
    #[must_use]
    pub fn count(&self, room: &str) -> usize {
        let rooms = self.lock();
        let members = rooms.get(room).map(|room| room.members.values());
        members.map_or(0, |members| {
            members.filter(|member| is_there(member)).count()
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Room>> {
        self.here.lock()
    }
}

impl Here {
    fn broadcast(&self, room: &str, message: Message) -> usize {
        let mut rooms = self.lock();
        let Some(found) = rooms.get_mut(room) else {
            return 0;
        };
        let message = SharedMessage::new(message);
        found.members.retain(|_, member| {
            let sender = member.upgrade().map(WebSocketSender);
            sender.is_some_and(|sender| sender.write_shared(&message))
        });
        let count = found.members.len();
        if count == 0 {
            rooms.remove(room);
        }
        count
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Room>> {
        // Nothing panics while it is held, so poisoning would mean nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_there(member: &Weak<Queue>) -> bool {
    member.upgrade().is_some_and(|queue| !queue.is_closed())
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rooms = self.lock();
        let counts = rooms.iter().map(|(name, room)| (name, room.members.len()));
        f.debug_map().entries(counts).finish()
    }
}
