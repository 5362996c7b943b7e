// Orbit's bulk calls, read into neutral form. Pure.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "runtime/bulk/bulk_job.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::http::orbit {

struct BulkWish {
  BulkFilter filter;
  bool dry_run = false;
  std::optional<bool> use_latest_version;  ///< of a replay; so the next two
  bool from_failed_node = false;
  std::string inputs;  ///< override_inputs as JSON text; empty: none
};

/// `{filter, dry_run?}`, of a replay also what a single replay takes. `filter` must be there, and
/// has the members of the list's: a flow id that is none matches nothing. 422 for what is wrong.
OrbitResult<BulkWish> read_bulk(std::string_view body, BulkKind kind);

/// `bulk_` and 21 characters.
std::string spell(BulkId job);
std::optional<BulkId> parse_bulk_id(std::string_view text);

}  // namespace millrace::http::orbit
