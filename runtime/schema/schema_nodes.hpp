// The compiled form of a schema: nodes that name one another by index, so that references may go in
// circles.
#pragma once

#include "runtime/schema/json_schema.hpp"

#include <re2/re2.h>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

using SchemaIndex = std::size_t;

enum class JsonType : std::uint8_t {
  null = 1,
  boolean = 2,
  object = 4,
  array = 8,
  number = 16,
  string = 32,
  integer = 64
};

/// Numbers that are not given do not bound.
struct SchemaNode {
  bool never = false;                      ///< the schema `false`
  std::uint8_t types = 0;                  ///< of JsonType; 0: any
  std::string types_text;                  ///< for messages
  std::optional<JsonArray> one_of_values;  ///< enum, const
  std::optional<Json> minimum, maximum, minimum_exclusive, maximum_exclusive;
  std::optional<double> multiple_of;
  std::size_t length_min = 0, length_max = std::numeric_limits<std::size_t>::max();
  std::size_t items_min = 0, items_max = std::numeric_limits<std::size_t>::max();
  std::size_t members_min = 0, members_max = std::numeric_limits<std::size_t>::max();
  bool unique_items = false;
  std::shared_ptr<const RE2> pattern;
  std::map<std::string, SchemaIndex, std::less<>> properties;
  std::vector<std::string> required;
  std::optional<SchemaIndex> additional;  ///< additionalProperties
  std::optional<SchemaIndex> items;       ///< of the items behind `prefix`
  std::vector<SchemaIndex> prefix;
  std::vector<SchemaIndex> all_of, any_of, exactly_one_of;
  std::optional<SchemaIndex> not_;
  std::optional<SchemaIndex> reference;
};

class JsonSchema {
 public:
  std::vector<SchemaNode> nodes;  ///< the first is the whole
};

/// Numbers by value, all else by type and content.
bool same_json(const Json& left, const Json& right);

}  // namespace millrace
