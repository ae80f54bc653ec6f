use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use crate::ConfigError;

/// Parses a peer: an address, or a network in CIDR notation (RFC 4632 section 3.1, RFC 4291
/// section 2.3).
pub(super) fn parse(text: &str) -> Result<IpNet, ConfigError> {
    let net = read(text).ok_or_else(|| {
        ConfigError::new(format!(
            "{text:?} is not an address of a peer: write an address, such as \"10.1.2.3\", or a network, such as \
             \"10.1.0.0/16\" or \"fd00:1::/64\""
        ))
    })?;
    if net.prefix_len() == 0 {
        return Err(ConfigError::new(format!(
            "{text:?} contains all addresses, so that any client could name any caller: write the address of the \
             proxy"
        )));
    }
    let network = net.trunc();
    if network != net {
        return Err(ConfigError::new(format!(
            "{text:?} is an address with the prefix of a network: write \"{}\" for the address, or \"{network}\" for \
             the whole network",
            net.addr()
        )));
    }
    Ok(net)
}

fn read(text: &str) -> Option<IpNet> {
    let (address, prefix) =
        text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    // `IpNet` accepts `010.0.0.0/8`, which other programs read as octal. `IpAddr` does not.
    let address: IpAddr = address.parse().ok()?;
    let net = prefix.map_or(Ok(address.into()), |_| text.parse()).ok()?;
    // The IPv4-mapped network `::ffff:10.0.0.0/104` is the IPv4 network `10.0.0.0/8`.
    match (net, address.to_canonical()) {
        (IpNet::V6(net), IpAddr::V4(address)) if net.prefix_len() >= 96 => {
            Ipv4Net::new(address, net.prefix_len() - 96).map(IpNet::V4).ok()
        }
        _ => Some(net),
    }
}

/// Returns `true` if one of the networks contains the address. An IPv4-mapped IPv6 address (RFC
/// 4291 section 2.5.5.2), which a dual-stack socket reports, counts as the IPv4 address.
pub(super) fn contain(nets: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    nets.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contains(net: &str, address: &str) -> bool {
        contain(&[parse(net).unwrap()], address.parse().unwrap())
    }

    #[test]
    fn contains_addresses_that_share_the_prefix() {
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
    fn rejects_malformed_and_ambiguous_networks() {
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
            "010.0.0.0/8",
            "10.0.0.0/008",
            "0x0a.1.2.3",
            "167838211",
            "10.0.0.0/255.0.0.0",
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains("not an address of a peer"), "{text}: {error}");
        }
        for text in ["0.0.0.0/0", "::/0", "10.1.2.3/0", "::ffff:0:0/96"] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains("contains all addresses"), "{text}: {error}");
        }
        let error = parse("10.1.2.3/8").unwrap_err().to_string();
        assert!(error.contains("write \"10.1.2.3\" for the address, or \"10.0.0.0/8\" for"), "{error}");
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn parsing_never_panics_and_network_contains_its_address(text in "[0-9a-f:./]{0,24}", address in any::<IpAddr>()) {
            if let Ok(net) = parse(&text) {
                prop_assert!(contain(&[net], net.addr()));
                contain(&[net], address);
            }
        }
    }
}
