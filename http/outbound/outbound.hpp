// The house's one way out: HTTP calls on libcurl, each connection behind the egress guard. No curl
// in here.
#pragma once

#include "http/outbound/address_policy.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/ports/outbound.hpp"

#include <memory>

namespace millrace::http {

struct OutboundSettings {
  AddressPolicy policy;  ///< `policy.allow` is `--egress-allow`, `policy.own` our own listener
  Duration connect_timeout{limits::connect_timeout};
  int redirects_max = limits::redirects_max;
  int compression_ratio_max = limits::compression_ratio_max;
  std::size_t calls_max = limits::calls_max;                    ///< connections at once
  std::size_t calls_per_host_max = limits::calls_per_host_max;  ///< connections at once
};

/// Starts the outbound thread; the pointer's end cancels what is under way and joins it.
std::unique_ptr<Outbound> make_outbound(OutboundSettings settings);

}  // namespace millrace::http
