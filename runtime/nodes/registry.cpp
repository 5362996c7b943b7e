// The one list of node kinds.
#include "runtime/nodes/registry.hpp"

#include "runtime/nodes/kinds/kinds.hpp"

#include <algorithm>
#include <array>

namespace millrace {
namespace {

const auto& kinds_in_order() {
  static const std::array<const NodeKind*, 16> list{
      &kinds::trigger(),     &kinds::set(),      &kinds::transform(),    &kinds::condition(),
      &kinds::switch_case(), &kinds::delay(),    &kinds::http_request(), &kinds::send_message(),
      &kinds::respond(),     &kinds::parallel(), &kinds::join(),         &kinds::end(),
      &kinds::fail(),        &kinds::log(),      &kinds::note(),         &kinds::group()};
  return list;
}

bool goes_by(const KindSpec& spec, std::string_view type) {
  return spec.name == type ||
         std::find(spec.aliases.begin(), spec.aliases.end(), type) != spec.aliases.end();
}

}  // namespace

const NodeKind* find_kind(std::string_view type) {
  for (const NodeKind* kind : kinds_in_order()) {
    if (goes_by(kind->spec(), type)) return kind;
  }
  return nullptr;
}

std::span<const NodeKind* const> all_kinds() { return kinds_in_order(); }

NodeShape shape_of(const NodeDefinition& node) {
  NodeShape shape;
  const NodeKind* kind = find_kind(node.type);
  if (kind == nullptr) return shape;
  const KindSpec& spec = kind->spec();
  shape.known = true;
  shape.on_canvas_only = spec.on_canvas_only;
  shape.suspends = spec.suspends;
  shape.starts_flow = kind == &kinds::trigger();
  shape.open_status_handles = spec.open_status_handles;
  shape.handles = kind->handles(node);
  shape.join = kind->join(node, shape.join_count);
  return shape;
}

}  // namespace millrace
