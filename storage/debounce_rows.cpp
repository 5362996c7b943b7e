// One row a window, rewritten by each event.
#include "storage/debounce_rows.hpp"

#include "runtime/base/ingress_limits.hpp"

#include <algorithm>
#include <utility>

namespace millrace::storage {

Result<std::optional<StoredDebounce>> read_debounce(const KeyValue& tables,
                                                    const DebounceName& name) {
  const Key key = debounce_key(name);
  const auto stored = tables.get(Family::catalog, key);
  if (!stored) return stored.error();
  if (!*stored) return std::optional<StoredDebounce>();
  auto row = decode_debounce(key, **stored);
  if (!row) return row.error();
  return std::optional(std::move(*row));
}

Result<std::vector<DebounceWindow>> read_debounces(const KeyValue& tables) {
  const Key prefix = catalog_prefix(CatalogKind::debounce);
  const auto view = tables.view();
  const auto cursor = view->cursor(Family::catalog, prefix, end_of_prefix(prefix));
  std::vector<DebounceWindow> windows;
  for (; cursor->valid(); cursor->next()) {
    auto row = decode_debounce(cursor->key(), cursor->value());
    if (!row) return row.error();
    windows.push_back(row->window);
  }
  if (auto read = cursor->result(); !read) return read.error();
  return windows;
}

Result<std::optional<StoredDebounce>> DebounceRows::find(const DebounceName& name) const {
  if (const auto found = in_batch_.find(name); found != in_batch_.end()) return found->second;
  return read_debounce(tables_, name);
}

Result<DebounceWindow> DebounceRows::add(const DebounceEvent& event) {
  const DebounceName name{event.flow, key_hash(event.contact)};
  auto stored = find(name);
  if (!stored) return stored.error();
  StoredDebounce row;
  if (*stored) {
    row = std::move(**stored);
  } else {
    row.window.name = name;
    row.window.first = event.at;
  }
  ++row.window.events;
  row.window.due = std::min(event.at + event.pause,
                            row.window.first + event.pause * limits::debounce_pauses_max);
  row.workspace = event.workspace;
  row.contact = event.contact;
  row.payload = event.payload;
  encode_debounce(value_, row);
  tables_.put(Family::catalog, debounce_key(name), value_);
  const DebounceWindow window = row.window;
  in_batch_.insert_or_assign(name, std::move(row));
  return window;
}

Result<std::optional<DebounceWindow>> DebounceRows::window(FlowId flow,
                                                           std::string_view contact) const {
  auto stored = find({flow, key_hash(contact)});
  if (!stored) return stored.error();
  return *stored ? std::optional((*stored)->window) : std::nullopt;
}

Result<void> DebounceRows::settle(const DebounceWindow& window) {
  auto stored = find(window.name);
  if (!stored) return stored.error();
  if (!*stored || (*stored)->window != window) return {};
  tables_.erase(Family::catalog, debounce_key(window.name));
  in_batch_.insert_or_assign(window.name, std::nullopt);
  return {};
}

}  // namespace millrace::storage
