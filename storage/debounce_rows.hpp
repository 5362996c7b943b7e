// The windows of debounced events: each holds its last event until a run begins with it, in the
// commit of that run. Rows of the open batch count before they are written.
#pragma once

#include "runtime/ports/change.hpp"
#include "storage/key_value.hpp"
#include "storage/rows/codec.hpp"
#include "storage/rows/keys.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace millrace::storage {

/// On the committer's thread alone. Errors: storage, corrupt.
class DebounceRows {
 public:
  explicit DebounceRows(KeyValue& tables) : tables_(tables) {}

  /// The event is its window's last one; the window as it stands then.
  Result<DebounceWindow> add(const DebounceEvent& event);
  /// The window as it stands; nothing: there is none.
  Result<std::optional<DebounceWindow>> window(FlowId flow, std::string_view contact) const;
  /// It is over. One that has got another event meanwhile stays.
  Result<void> settle(const DebounceWindow& window);
  /// The batch was written or given up.
  void forget_batch() { in_batch_.clear(); }

 private:
  Result<std::optional<StoredDebounce>> find(const DebounceName& name) const;

  KeyValue& tables_;
  std::map<DebounceName, std::optional<StoredDebounce>> in_batch_;
  std::string value_;
};

/// As it stands on disk, without a program.
Result<std::optional<StoredDebounce>> read_debounce(const KeyValue& tables,
                                                    const DebounceName& name);
Result<std::vector<DebounceWindow>> read_debounces(const KeyValue& tables);

}  // namespace millrace::storage
