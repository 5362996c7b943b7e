// Addresses, ranges and rules as values.
#include "http/outbound/address_policy.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

std::string_view rule_of(const AddressPolicy& policy, const char* address,
                         std::uint16_t port = 443) {
  const auto parsed = parse_address(address);
  if (!parsed) return "no address";
  return refused_by(policy, *parsed, port).value_or("open");
}

TEST(AddressPolicyTest, EdgesOfRangesAreWhereTheyShouldBe) {
  struct Row {
    const char* address;
    const char* rule;
  };
  for (const Row& row : {
           Row{"9.255.255.255", "open"},
           Row{"10.0.0.0", "private-10"},
           Row{"11.0.0.0", "open"},
           Row{"100.63.255.255", "open"},
           Row{"100.64.0.0", "carrier-nat"},
           Row{"100.128.0.0", "open"},
           Row{"126.255.255.255", "open"},
           Row{"128.0.0.0", "open"},
           Row{"172.15.255.255", "open"},
           Row{"172.16.0.0", "private-172"},
           Row{"172.32.0.0", "open"},
           Row{"192.0.1.0", "open"},
           Row{"192.167.255.255", "open"},
           Row{"192.169.0.0", "open"},
           Row{"198.17.255.255", "open"},
           Row{"198.20.0.0", "open"},
           Row{"223.255.255.255", "open"},
           Row{"224.0.0.0", "multicast"},
           Row{"2606:4700::1111", "open"},
           Row{"2001:200::1", "open"},
           Row{"2001:1ff::1", "ietf-assignments"},
           Row{"64:ff9b:2::1", "open"},
           Row{"fbff::1", "open"},
           Row{"fe7f::1", "open"},
           Row{"::ffff:8.8.8.8", "open"},
           Row{"::ffff:192.168.0.1", "private-192"},
       }) {
    EXPECT_EQ(rule_of({}, row.address), row.rule) << row.address;
  }
}

TEST(AddressPolicyTest, AnExceptionCoversAddressAndPortButOnlyItsRange) {
  AddressPolicy policy;
  policy.allow.push_back(*parse_cidr("10.1.0.0/16"));
  EXPECT_EQ(rule_of(policy, "10.1.2.3", 6379), "open");
  EXPECT_EQ(rule_of(policy, "::ffff:10.1.2.3", 6379), "open");
  EXPECT_EQ(rule_of(policy, "10.2.0.1", 443), "private-10");
  EXPECT_EQ(rule_of(policy, "8.8.8.8", 6379), "port");
}

TEST(AddressPolicyTest, OnlyTheUsualPortsAreOpenAndThoseTheOperatorAdds) {
  AddressPolicy policy;
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{80, 443, 8080, 8443})
    EXPECT_EQ(rule_of(policy, "8.8.8.8", port), "open");
  EXPECT_EQ(rule_of(policy, "8.8.8.8", 9000), "port");
  policy.ports.push_back(9000);
  EXPECT_EQ(rule_of(policy, "8.8.8.8", 9000), "open");
}

TEST(CidrTest, ReadsRangesAndRefusesNonsense) {
  EXPECT_TRUE(parse_cidr("127.0.0.1"));
  EXPECT_TRUE(parse_cidr("0.0.0.0/0"));
  EXPECT_TRUE(parse_cidr("fd00::/8"));
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "10.0.0.0/", "10.0.0.0/8x", "fd00::1/8",
        "fd00::/129", "localhost", "010.0.0.0/8", "10.0.0.0/-1", "fe80::%eth0/10"}) {
    EXPECT_FALSE(parse_cidr(text)) << text;
  }
  EXPECT_TRUE(parse_cidr("0.0.0.0/0")->contains(*parse_address("8.8.8.8")));
  EXPECT_FALSE(parse_cidr("0.0.0.0/0")->contains(*parse_address("fd00::1")));
}

TEST(AddressTest, PrintsWhatItReads) {
  for (const char* text : {"8.8.8.8", "::1", "2606:4700::1111"}) {
    EXPECT_EQ(to_string(*parse_address(text)), text);
  }
  EXPECT_EQ(to_string(*parse_address("::ffff:8.8.8.8")), "8.8.8.8");
}

}  // namespace
}  // namespace millrace::http
