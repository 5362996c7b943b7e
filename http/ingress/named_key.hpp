// Trigger keys of what has a name given by its sender or its flow: known again by that name,
// whatever else differs between two deliveries.
#pragma once

#include "runtime/base/crypto.hpp"
#include "runtime/ports/gateway.hpp"

#include <string>
#include <string_view>

namespace millrace::http {

/// `kind` keeps names of different origin apart: `delivery:`. The name is kept as its hash: it may
/// be long, and a signature may be part of it.
inline TriggerKey named_key(std::string_view kind, std::string_view name, std::string memo = {}) {
  const Sha256 hash = sha256(name);
  const std::string_view bytes(reinterpret_cast<const char*>(hash.data()), hash.size());
  return {std::string(kind) + to_hex(bytes), hash, std::move(memo)};
}

}  // namespace millrace::http
