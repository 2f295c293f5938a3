//! `RedisCluster`: a Redis Cluster that belongs to a test.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::RedisServer;
use crate::server::free_port;

/// Three masters on free ports, each with a third of the slots.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<RedisServer>,
}

impl RedisCluster {
    /// Starts the nodes and forms a cluster.
    #[must_use]
    pub fn start() -> RedisCluster {
        let nodes: Vec<RedisServer> = (0..3)
            .map(|_| {
                // The port of the bus; the one that Redis would choose may be too large.
                let bus = free_port().to_string();
                RedisServer::start_with(&["--cluster-enabled", "yes", "--cluster-port", &bus])
            })
            .collect();
        let made = Command::new("redis-cli")
            .args(["--cluster", "create", "--cluster-yes"])
            .args(nodes.iter().map(|node| node.address().to_string()))
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| {
                panic!("redis-cli can't be started ({error}): apt-get install redis-server")
            });
        assert!(
            made.status.success(),
            "redis-cli failed: {}",
            String::from_utf8_lossy(&made.stdout)
        );
        let start = Instant::now();
        // A node answers `+OK` to a write to its slots once it knows all slots.
        while !nodes
            .iter()
            .all(|node| node.text(&["CLUSTER", "INFO"]).contains("cluster_state:ok"))
        {
            assert!(start.elapsed() < Duration::from_secs(30), "no cluster");
            std::thread::sleep(Duration::from_millis(100));
        }
        RedisCluster { nodes }
    }

    /// Its URL, with a single initial node.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis-cluster://{}", self.nodes[0].address())
    }

    /// The nodes.
    #[must_use]
    pub fn nodes(&self) -> &[RedisServer] {
        &self.nodes
    }
}
