// Which addresses and ports flows may call: deny by default what is not the public internet. Pure;
// no sockets. Ranges: IANA special-purpose address registries (RFC 6890), as listed by the
// reliability contract.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

/// 16 bytes, big-endian; IPv4 as ::ffff:a.b.c.d, so that every spelling of an address is one value.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  bool operator==(const IpAddress&) const = default;
};
/// Dotted IPv4 or IPv6 text; nothing else (no names, no octal, no zone).
std::optional<IpAddress> parse_address(std::string_view text);
std::string to_string(const IpAddress& address);

/// A range of addresses.
struct Cidr {
  IpAddress address;
  int prefix_bits = 128;  ///< over the 16 bytes: an IPv4 /8 is 104 here
  bool contains(const IpAddress& other) const;
};
/// `10.0.0.0/8`, `fd00::/8`, or one address. Host bits must be zero.
std::optional<Cidr> parse_cidr(std::string_view text);

/// An address and port of ours. Without an address: every address of this machine (a wildcard
/// listener), which make_outbound() spells out.
struct OwnListener {
  std::optional<IpAddress> address;
  std::uint16_t port = 0;
};

struct AddressPolicy {
  std::vector<Cidr>
      allow;  ///< the operator's exceptions: from the address list and from the port list
  std::vector<std::uint16_t> ports{80, 443, 8080, 8443};
  std::vector<OwnListener> own;
};

/// The name of the rule that forbids connecting there (`private-10`, `loopback`, `port`,
/// `own-listener` …), or nothing. An IPv4 address mapped into IPv6 is that IPv4 address; other
/// forms that carry one are refused whole.
std::optional<std::string_view> refused_by(const AddressPolicy& policy, const IpAddress& address,
                                           std::uint16_t port);

}  // namespace millrace::http
