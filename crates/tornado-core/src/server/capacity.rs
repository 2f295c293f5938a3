//! `Capacity`: how many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Settings;

/// Shared by the connections of a server.
#[derive(Clone, Debug)]
pub(super) struct Capacity {
    all: Option<Arc<Semaphore>>,
    by_address: Option<Arc<ByAddress>>,
}

/// How many there are of each address, and how many there may be.
#[derive(Debug)]
pub(super) struct ByAddress {
    limit: usize,
    counts: Mutex<HashMap<IpAddr, usize>>,
}

/// A place among all connections. It is free again when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Slot {
    _of_all: Option<OwnedSemaphorePermit>,
    _of_address: Option<AddressSlot>,
}

impl Capacity {
    pub(super) fn new(settings: &Settings) -> Capacity {
        let all = settings.get_max_connections();
        let by_address = settings.get_max_connections_per_address();
        // Where all come from the proxy, its address says nothing; requests are
        // counted instead, by the address that it gives.
        let by_address = by_address.filter(|_| !settings.get_xheaders());
        Capacity {
            all: all.map(|count| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)))),
            by_address: by_address.map(ByAddress::new),
        }
    }

    /// Waits until there is room for one more.
    pub(super) async fn room(&self) -> Slot {
        let of_all = match &self.all {
            // An error would say that the semaphore is closed, which nobody does.
            Some(all) => Arc::clone(all).acquire_owned().await.ok(),
            None => None,
        };
        Slot {
            _of_all: of_all,
            _of_address: None,
        }
    }

    /// The same place for a client of this address; `None` if it has too many.
    pub(super) fn admit(&self, slot: Slot, address: IpAddr) -> Option<Slot> {
        let of_address = match &self.by_address {
            Some(by_address) => Some(by_address.take(address)?),
            None => None,
        };
        Some(Slot {
            _of_address: of_address,
            ..slot
        })
    }
}

impl ByAddress {
    pub(super) fn new(limit: usize) -> Arc<ByAddress> {
        Arc::new(ByAddress {
            limit,
            counts: Mutex::default(),
        })
    }

    /// One more of this address, if it may.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<AddressSlot> {
        let network = network(address);
        let mut counts = self.counts();
        let count = counts.entry(network).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(AddressSlot {
            of: Arc::clone(self),
            network,
        })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // Nothing panics while it is held, so poison would say nothing.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who has one address of IPv6 has as many as he likes of the same 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let bits = address.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(bits).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// One of those that an address may have.
#[derive(Debug)]
pub(super) struct AddressSlot {
    of: Arc<ByAddress>,
    network: IpAddr,
}

impl Drop for AddressSlot {
    fn drop(&mut self) {
        let mut counts = self.of.counts();
        if let Some(count) = counts.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_and_its_neighbours_in_ipv6_count_as_one() {
        let by_address = ByAddress::new(2);
        let take = |address: &str| by_address.take(address.parse().unwrap());
        let first = take("10.0.0.1").unwrap();
        let _second = take("::ffff:10.0.0.1").unwrap();
        assert!(take("10.0.0.1").is_none());
        assert!(take("10.0.0.2").is_some());
        drop(first);
        assert!(take("10.0.0.1").is_some());
        let _v6 = (take("2001:db8::1").unwrap(), take("2001:db8::2").unwrap());
        assert!(take("2001:db8::3").is_none());
        assert!(take("2001:db8:0:1::1").is_some());
    }
}
