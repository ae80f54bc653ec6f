use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::ConfigError;

/// An address, or all that begin with the same bits (RFC 4632 section 3.1, RFC 4291 section 2.3). An IPv4 address is
/// one, however it is written.
pub(super) struct Net {
    first: IpAddr,
    /// How many bits count.
    prefix: u8,
}

impl Net {
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, prefix)| (a, Some(prefix)));
        let Ok(address) = address.parse::<IpAddr>() else { return Err(is_none(text)) };
        let all = width(address);
        // `+8` is a number, too, but none of a network.
        let prefix = prefix.map_or(Ok(all), |prefix| match prefix.parse() {
            Ok(bits) if bits <= all && prefix.bytes().all(|byte| byte.is_ascii_digit()) => Ok(bits),
            _ => Err(is_none(text)),
        })?;
        Self { first: address, prefix }.canonical().checked(text)
    }

    /// As IPv4, where it is within it.
    fn canonical(self) -> Self {
        let mapped = width(Ipv6Addr::UNSPECIFIED.into()) - width(Ipv4Addr::UNSPECIFIED.into());
        match (self.first.to_canonical(), self.prefix.checked_sub(mapped)) {
            (first @ IpAddr::V4(_), Some(prefix)) if self.first.is_ipv6() => Self { first, prefix },
            _ => self,
        }
    }

    fn checked(self, text: &str) -> Result<Self, ConfigError> {
        if self.prefix == 0 {
            return Err(ConfigError::new(format!(
                "{text:?} is every address there is, so that anybody could say who he is: name the proxy's own"
            )));
        }
        let first = Self { first: masked(self.first, self.prefix), prefix: self.prefix };
        if first.first != self.first {
            return Err(ConfigError::new(format!(
                "{text:?} names one address and a network at once: write \"{}\" for the one, or \"{first}\" for all of \
                 the network",
                self.first
            )));
        }
        Ok(self)
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && masked(address, self.prefix) == self.first
    }
}

fn is_none(text: &str) -> ConfigError {
    ConfigError::new(format!(
        "{text:?} is no address of a peer: write one, such as \"10.1.2.3\", or a network, such as \"10.1.0.0/16\" or \
         \"fd00:1::/64\""
    ))
}

const fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address with its first bits alone.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    let hidden = u32::from(width(address).saturating_sub(prefix));
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(hidden).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(hidden).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contains(net: &str, address: &str) -> bool {
        Net::parse(net).unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_network_is_what_begins_with_its_bits() {
        for (net, address, expected) in [
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.2", false),
            ("10.1.2.3/32", "10.1.2.3", true),
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.1.2.2/31", "10.1.2.3", true),
            ("10.1.2.2/31", "10.1.2.4", false),
            ("128.0.0.0/1", "255.255.255.255", true),
            ("128.0.0.0/1", "127.255.255.255", false),
            ("::1", "::1", true),
            ("::1", "::2", false),
            ("fd00:1::/64", "fd00:1::ffff:1", true),
            ("fd00:1::/64", "fd00:1:0:1::", false),
            ("fd00:1::/65", "fd00:1::8000:0:0:0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "::10.1.2.3", false),
            ("10.0.0.0/8", "64:ff9b::10.1.2.3", false),
            ("::ffff:10.1.2.3", "10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "::ffff:11.1.2.3", false),
            ("::/1", "10.1.2.3", false),
            ("::/1", "::ffff:10.1.2.3", false),
            ("::1", "0.0.0.1", false),
        ] {
            assert_eq!(contains(net, address), expected, "{address} in {net}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "/",
            "/8",
            "10.1.2.3/",
            "10.1.2/24",
            "10.1.2.3/33",
            "::/129",
            "10.0.0.0/+8",
            "10.0.0.0/-8",
            "10.0.0.0/256",
            "10.0.0.0/8/8",
            "10.0.0.0 /8",
            " 10.1.2.3",
            "localhost",
            "*",
            "10.1.2.*",
            "10.1.2.3:80",
            "[::1]",
            "fe80::1%eth0",
            "010.1.2.3",
            "0x0a.1.2.3",
            "167838211",
            "10.0.0.0/255.0.0.0",
        ] {
            let error = Net::parse(text).unwrap_err().to_string();
            assert!(error.contains("no address of a peer"), "{text}: {error}");
        }
        for text in ["0.0.0.0/0", "::/0", "10.1.2.3/0", "::ffff:0:0/96"] {
            let error = Net::parse(text).unwrap_err().to_string();
            assert!(error.contains("every address there is"), "{text}: {error}");
        }
        let error = Net::parse("10.1.2.3/8").unwrap_err().to_string();
        assert!(error.contains("write \"10.1.2.3\" for the one, or \"10.0.0.0/8\" for all"), "{error}");
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes there")]
        fn no_text_panics(text in "[0-9a-f:./]{0,24}", address in any::<IpAddr>()) {
            if let Ok(net) = Net::parse(&text) {
                prop_assert!(net.contains(net.first));
                net.contains(address);
            }
        }
    }
}
