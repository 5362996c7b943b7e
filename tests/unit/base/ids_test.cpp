// Ids: spellings, what is malformed, order.
#include "runtime/base/ids.hpp"

#include "tests/unit/base/fakes.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <set>

namespace millrace {
namespace {

const Id known = Id::make(0x0197a3c4d5e6, Partition(0x9ab), 0x0123456789abcde);

TEST(IdsTest, KeepTheirParts) {
  EXPECT_EQ(known.milliseconds(), 0x0197a3c4d5e6U);
  EXPECT_EQ(known.partition(), Partition(0x9ab));
  EXPECT_EQ(known.random(), 0x0123456789abcdeU);
  EXPECT_EQ(Id::from_bytes(known.bytes()), known);
}

TEST(IdsTest, AreSpelledForEverAsTheyAreToday) {
  EXPECT_EQ(to_uuid(known), "0197a3c4-d5e6-89ab-8012-3456789abcde");
  EXPECT_EQ(to_ulid(known), "01JYHW9NF602DB04HMASW9NF6Y");
  EXPECT_EQ(to_base62(known), "00j7Huat11m2E44NYQpNG");
  EXPECT_EQ(to_base62(Id()), std::string(21, '0'));
  EXPECT_EQ(to_ulid(Id()), std::string(26, '0'));
  EXPECT_EQ(to_uuid(Id()), "00000000-0000-8000-8000-000000000000");
}

TEST(IdsTest, AreReadInEverySpellingAndBehindEveryPrefix) {
  for (const std::string& text : {to_base62(known), to_uuid(known), to_ulid(known)}) {
    for (const char* prefix : {"", "flw_", "flow_", "exec_", "key_"}) {
      EXPECT_EQ(parse_id(prefix + text), known) << prefix << text;
    }
  }
}

TEST(IdsTest, AreReadInEitherCaseWhereTheSpellingHasOneCase) {
  std::string uuid = to_uuid(known);
  std::string ulid = to_ulid(known);
  for (char& c : uuid) c = static_cast<char>(std::toupper(c));
  for (char& c : ulid) c = static_cast<char>(std::tolower(c));
  EXPECT_EQ(parse_id(uuid), known);
  EXPECT_EQ(parse_id(ulid), known);
}

TEST(IdsTest, MalformedOnesAreNoIds) {
  const std::string base62 = to_base62(known);
  const std::string uuid = to_uuid(known);
  const std::string ulid = to_ulid(known);
  const std::pair<const char*, std::string> malformed[] = {
      {"empty", ""},
      {"prefix alone", "flw_"},
      {"two prefixes", "flw_exec_" + base62},
      {"unknown prefix", "run_" + base62},
      {"too short", base62.substr(1)},
      {"too long", base62 + "0"},
      {"a foreign character", base62.substr(0, 20) + "-"},
      {"120 bits passed", std::string(21, 'z')},
      {"wrong version", "0197a3c4-d5e6-49ab-8012-3456789abcde"},
      {"wrong variant", "0197a3c4-d5e6-89ab-c012-3456789abcde"},
      {"filler after the variant", "0197a3c4-d5e6-89ab-9012-3456789abcde"},
      {"a dash out of place", "0197a3c4d-5e6-89ab-8012-3456789abcde"},
      {"128 bits passed", "8" + ulid.substr(1)},
      {"ULID filler", ulid.substr(0, 10) + "Z" + ulid.substr(11)},
      {"a letter ULID leaves out", ulid.substr(0, 25) + "I"},
      {"NUL inside", base62.substr(0, 20) + std::string(1, '\0')},
  };
  for (const auto& [name, text] : malformed) EXPECT_FALSE(parse_id(text)) << name;
}

TEST(IdsTest, TheLargestIdIsReadAndOneMoreIsNot) {
  const Id largest =
      Id::make((std::uint64_t{1} << 48) - 1, Partition(0xfff), (std::uint64_t{1} << 60) - 1);
  std::string text = to_base62(largest);
  EXPECT_EQ(parse_id(text), largest);
  text.back() = static_cast<char>(text.back() + 1);
  EXPECT_FALSE(parse_id(text));
}

TEST(IdsTest, SpellingsSortAsTheIdsDo) {
  const Id earlier = Id::make(1'000, Partition(4'000), (std::uint64_t{1} << 60) - 1);
  const Id later = Id::make(1'001, Partition(0), 0);
  EXPECT_LT(earlier, later);
  EXPECT_LT(earlier.bytes(), later.bytes());
  EXPECT_LT(to_base62(earlier), to_base62(later));
  EXPECT_LT(to_ulid(earlier), to_ulid(later));
  EXPECT_LT(to_uuid(earlier), to_uuid(later));
}

TEST(IdGeneratorTest, FollowsTheClock) {
  test::SetClock clock(5'000);
  test::SeededRandom random(1);
  IdGenerator generator(clock, random, 0);
  EXPECT_EQ(generator.next(Partition(3)).milliseconds(), 5'000U);
  EXPECT_EQ(generator.next(Partition(3)).milliseconds(), 5'000U);
  clock.set(5'001);
  const Id id = generator.next(Partition(7));
  EXPECT_EQ(id.milliseconds(), 5'001U);
  EXPECT_EQ(id.partition(), Partition(7));
}

TEST(IdGeneratorTest, AdvancesOneByOneWhileTheClockIsBehind) {
  test::SetClock clock(5'000);
  test::SeededRandom random(1);
  IdGenerator generator(clock, random, 3'600'000);
  EXPECT_EQ(generator.next(Partition(0)).milliseconds(), 3'600'001U);
  EXPECT_EQ(generator.next(Partition(0)).milliseconds(), 3'600'002U);
  EXPECT_EQ(generator.last_milliseconds(), 3'600'002U);
  clock.set(4'000'000);
  EXPECT_EQ(generator.next(Partition(0)).milliseconds(), 4'000'000U);
}

TEST(IdGeneratorTest, IdsStayUniqueAndMillisecondsNeverGoBackWhenTheClockJumps) {
  test::SetClock clock(10'000'000);
  test::SeededRandom random(7);
  IdGenerator generator(clock, random, 0);
  std::set<Id> seen;
  std::uint64_t last = 0;
  for (const std::int64_t now : {10'000'000, 6'400'000, 13'600'000, 10'000'001, 0}) {
    clock.set(now);
    for (int i = 0; i < 1'000; ++i) {
      const Id id = generator.next(Partition(1));
      EXPECT_TRUE(seen.insert(id).second);
      EXPECT_GE(id.milliseconds(), last);
      last = id.milliseconds();
    }
  }
}

}  // namespace
}  // namespace millrace
