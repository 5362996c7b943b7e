// The algorithm of RFC 7386, section 2. As deep as JSON may be, which json_depth_max bounds.
#include "runtime/base/json_merge.hpp"

#include <utility>

namespace millrace {

Json merge_patch(Json target, const Json& patch) {
  if (!patch.is_object()) return patch;
  if (!target.is_object()) target = JsonObject();
  JsonObject& members = target.get_object();
  for (const auto& change : patch.get_object()) {
    if (change.value().is_null()) {
      members.erase(change.key());
    } else {
      Json& member = members[change.key()];
      member = merge_patch(std::move(member), change.value());
    }
  }
  return target;
}

}  // namespace millrace
