//! `Capacity`: the limits on connections, in total and per address.

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

/// The number of connections of each address, and the limit.
#[derive(Debug)]
pub(super) struct ByAddress {
    limit: usize,
    counts: Mutex<HashMap<IpAddr, usize>>,
}

/// A place among all connections. It becomes free when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Slot {
    _of_all: Option<OwnedSemaphorePermit>,
    _of_address: Option<AddressSlot>,
}

impl Capacity {
    pub(super) fn new(settings: &Settings) -> Capacity {
        let all = settings.get_max_connections();
        let by_address = settings.get_max_connections_per_address();
        // If all connections come from the proxy, its address says nothing.
        // Requests are counted instead, by the address that it reports.
        let by_address = by_address.filter(|_| !settings.get_xheaders());
        Capacity {
            all: all.map(|count| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)))),
            by_address: by_address.map(ByAddress::new),
        }
    }

    /// Waits until there is room for one more.
    pub(super) async fn room(&self) -> Slot {
        let of_all = match &self.all {
            // An error would mean that the semaphore is closed, which nothing does.
            Some(all) => Arc::clone(all).acquire_owned().await.ok(),
            None => None,
        };
        Slot {
            _of_all: of_all,
            _of_address: None,
        }
    }

    /// The place for a client at this address; `None` if it has too many.
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

    /// Takes one more for this address, if allowed.
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
        // Nothing panics while it is held, so poisoning would mean nothing.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Anyone with one IPv6 address has as many as they like in the same /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let bits = address.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(bits).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// One of the places that an address may have.
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
