// Which addresses and ports flows may call.
#include "http/outbound/address_policy.hpp"

#include "runtime/base/assert.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace millrace::http {
namespace {

constexpr std::size_t v4_offset = 12;
constexpr int v4_prefix_offset = 96;

struct NamedRange {
  std::string_view cidr;
  std::string_view rule;
};

// `::ffff:0:0/96` is missing on purpose: mapped addresses are IPv4 addresses here.
constexpr NamedRange refused_ranges[] = {
    {"0.0.0.0/8", "this-network"},
    {"10.0.0.0/8", "private-10"},
    {"100.64.0.0/10", "carrier-nat"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private-172"},
    {"192.0.0.0/24", "ietf-assignments"},
    {"192.0.2.0/24", "documentation"},
    {"192.88.99.0/24", "6to4-relay"},
    {"192.168.0.0/16", "private-192"},
    {"198.18.0.0/15", "benchmarking"},
    {"198.51.100.0/24", "documentation"},
    {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},
    {"255.255.255.255/32", "broadcast"},
    {"240.0.0.0/4", "reserved"},
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"::/96", "ipv4-compatible"},
    {"::ffff:0:0:0/96", "ipv4-translated"},
    {"64:ff9b::/96", "nat64"},
    {"64:ff9b:1::/48", "nat64"},
    {"100::/64", "discard"},
    {"2001::/23", "ietf-assignments"},
    {"2001:db8::/32", "documentation"},
    {"2002::/16", "6to4"},
    {"3fff::/20", "documentation"},
    {"5f00::/16", "segment-routing"},
    {"fc00::/7", "unique-local"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},
};

struct Rule {
  Cidr range;
  std::string_view name;
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> table = [] {
    std::vector<Rule> made;
    for (const NamedRange& range : refused_ranges) {
      const auto cidr = parse_cidr(range.cidr);
      MR_ASSERT(cidr.has_value());
      made.push_back({*cidr, range.rule});
    }
    return made;
  }();
  return table;
}

bool bit(const IpAddress& address, int index) {
  const auto byte = address.bytes[static_cast<std::size_t>(index / 8)];
  return ((byte >> (7 - index % 8)) & 1) != 0;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

std::optional<IpAddress> parse_address(std::string_view text) {
  const std::string name(text);
  IpAddress address;
  in_addr v4{};
  if (inet_pton(AF_INET, name.c_str(), &v4) == 1) {
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(address.bytes.data() + v4_offset, &v4, sizeof v4);
    return address;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, name.c_str(), &v6) != 1) return std::nullopt;
  std::memcpy(address.bytes.data(), &v6, sizeof v6);
  return address;
}

std::string to_string(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.is_v4()) {
    inet_ntop(AF_INET, address.bytes.data() + v4_offset, text, sizeof text);
  } else {
    inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  }
  return text;
}

bool Cidr::contains(const IpAddress& other) const {
  const auto whole = static_cast<std::size_t>(prefix_bits / 8);
  if (std::memcmp(address.bytes.data(), other.bytes.data(), whole) != 0) return false;
  if (prefix_bits % 8 == 0) return true;
  const int shift = 8 - prefix_bits % 8;
  return (address.bytes[whole] >> shift) == (other.bytes[whole] >> shift);
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Cidr cidr{*address, 128};
  if (slash == std::string_view::npos) return cidr;
  const std::string_view digits = text.substr(slash + 1);
  int bits = -1;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const int offset =
      address->is_v4() && text.find(':') == std::string_view::npos ? v4_prefix_offset : 0;
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || bits < 0 ||
      bits + offset > 128) {
    return std::nullopt;
  }
  cidr.prefix_bits = bits + offset;
  for (int i = cidr.prefix_bits; i < 128; ++i) {
    if (bit(*address, i)) return std::nullopt;
  }
  return cidr;
}

std::optional<std::string_view> refused_by(const AddressPolicy& policy, const IpAddress& address,
                                           std::uint16_t port) {
  const auto has_address = [&](const Cidr& range) { return range.contains(address); };
  if (std::any_of(policy.allow.begin(), policy.allow.end(), has_address)) return std::nullopt;
  for (const OwnListener& own : policy.own) {
    if (own.address == address && own.port == port) return "own-listener";
  }
  for (const Rule& rule : rules()) {
    if (rule.range.contains(address)) return rule.name;
  }
  if (std::find(policy.ports.begin(), policy.ports.end(), port) == policy.ports.end())
    return "port";
  return std::nullopt;
}

}  // namespace millrace::http
