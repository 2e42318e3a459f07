//! Who may ask: the names of this server, and the secret of its own pages.

use std::io;
use std::net::SocketAddr;

/// The `Host` values that this server answers to. A page of another site whose name was made to lead here (DNS
/// rebinding) comes with its own name, and is refused.
#[derive(Debug, Clone)]
pub struct Hosts {
    names: Vec<String>,
    literal: Option<u16>,
}

impl Hosts {
    /// The names of a server that listens on `address`: the loopback names and the address itself with its port, which
    /// may be missing where it is 80. Where all addresses of the machine are listened on, any literal address with the
    /// port is a name: a literal cannot be rebound.
    pub fn of(address: SocketAddr) -> Self {
        let port = address.port();
        let mut names = Vec::new();
        for name in ["127.0.0.1:0", "[::1]:0"].iter().filter_map(|name| name.parse().ok()).chain([address]) {
            let mut name: SocketAddr = name;
            name.set_port(port);
            names.push(name.to_string());
        }
        names.push(format!("localhost:{port}"));
        if port == 80 {
            let bare: Vec<String> =
                names.iter().filter_map(|name| name.strip_suffix(":80").map(str::to_owned)).collect();
            names.extend(bare);
        }
        Self { names, literal: address.ip().is_unspecified().then_some(port) }
    }

    /// The same with one more name, `host` or `host:port` as a browser sends it: for port forwarding.
    #[must_use]
    pub fn and(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }

    /// Whether a `Host` header names this server.
    pub fn allow(&self, host: &str) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(host))
            || self.literal.is_some_and(|port| host.parse().is_ok_and(|address: SocketAddr| address.port() == port))
    }
}

/// A secret that no other page can guess: 128 random bits as 32 hexadecimal digits.
///
/// # Errors
///
/// When the system has no random numbers to give.
pub fn token() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
