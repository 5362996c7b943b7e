// What holds of every id, every JSON value and every text.
#include "runtime/base/crypto.hpp"
#include "runtime/base/ids.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/json_scan.hpp"
#include "runtime/base/time.hpp"
#include "tests/unit/base/generators.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace millrace {
namespace {

Id any_id() {
  return Id::make(*rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 48),
                  Partition(*rc::gen::inRange<std::uint16_t>(0, 4'096)),
                  *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 60));
}

RC_GTEST_PROP(BaseProperties, EverySpellingOfAnIdReadsBack, ()) {
  const Id id = any_id();
  RC_ASSERT(parse_id(to_base62(id)) == id);
  RC_ASSERT(parse_id(to_uuid(id)) == id);
  RC_ASSERT(parse_id(to_ulid(id)) == id);
  RC_ASSERT(Id::from_bytes(id.bytes()) == id);
}

RC_GTEST_PROP(BaseProperties, SpellingsAndBytesSortAsIdsDo, ()) {
  const Id a = any_id();
  const Id b = any_id();
  RC_ASSERT((a < b) == (a.bytes() < b.bytes()));
  RC_ASSERT((a < b) == (to_base62(a) < to_base62(b)));
  RC_ASSERT((a < b) == (to_ulid(a) < to_ulid(b)));
}

RC_GTEST_PROP(BaseProperties, ReadingAnIdNeverCrashesAndAcceptsOnlySpellings, (std::string text)) {
  const auto id = parse_id(text);
  RC_ASSERT(!id || to_base62(*id).size() == 21);
}

RC_GTEST_PROP(BaseProperties, PrintedJsonParsesToTheSameValue, ()) {
  const Json value = test::any_json(4);
  const auto parsed = parse_json(print_json(value));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == value);
}

RC_GTEST_PROP(BaseProperties, ParsingAnyBytesNeverCrashesAndTheScannerAgrees, (std::string text)) {
  RC_ASSERT(parse_json(text).has_error() == find_json_error(text, {}).has_value());
}

RC_GTEST_PROP(BaseProperties, OneByteChangedOrCutIsJudgedAlike, ()) {
  std::string text = print_json(test::any_json(3));
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::arbitrary<char>();
  RC_ASSERT(parse_json(text).has_error() == find_json_error(text, {}).has_value());
  text.resize(at);
  RC_ASSERT(parse_json(text).has_error() == find_json_error(text, {}).has_value());
}

RC_GTEST_PROP(BaseProperties, EncodingsDecode, (std::string bytes)) {
  RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
  RC_ASSERT(from_base64url(to_base64url(bytes)) == bytes);
}

RC_GTEST_PROP(BaseProperties, PrintedInstantsReadBack, ()) {
  const Timestamp time(
      Duration(*rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'800'000)));
  RC_ASSERT(parse_rfc3339(to_rfc3339(time)) == time);
}

RC_GTEST_PROP(BaseProperties, ReadingTimesNeverCrashes, (std::string text)) {
  parse_rfc3339(text);
  parse_iso8601_duration("P" + text);
}

}  // namespace
}  // namespace millrace
