// A cursor is good for the list it came from, and for nothing else.
#include "http/dialects/cursor.hpp"

#include <gtest/gtest.h>

namespace millrace::http {
namespace {

const Id position = Id::make(1'763'800'000'000, Partition{17}, 0x0123456789abcdefULL);
const std::string secret(32, 's');

CursorScope scope(std::string_view filter = "orbit/flows", std::uint32_t workspace = 7) {
  return {secret, WorkspaceNumber{workspace}, filter};
}

void expect_refused(const CursorScope& where, std::string_view cursor) {
  const auto read = decode_cursor(where, cursor);
  ASSERT_FALSE(read.has_value()) << cursor;
  EXPECT_EQ(read.error().code, ErrorCode::invalid_cursor) << cursor;
}

TEST(CursorTest, GivesBackThePositionItWasMadeFrom) {
  const auto read = decode_cursor(scope(), encode_cursor(scope(), position));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, position);
}

TEST(CursorTest, IsOpaqueAndFitsIntoAUrl) {
  const auto cursor = encode_cursor(scope(), position);
  EXPECT_EQ(cursor.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-_"),
            std::string::npos);
  EXPECT_EQ(cursor.find(to_base62(position)), std::string::npos);
}

TEST(CursorTest, IsRefusedUnderAnotherFilter) {
  expect_refused(scope("orbit/executions"), encode_cursor(scope(), position));
  expect_refused(scope("orbit/executions status=failed"),
                 encode_cursor(scope("orbit/executions"), position));
}

TEST(CursorTest, IsRefusedInAnotherWorkspace) {
  expect_refused(scope("orbit/flows", 8), encode_cursor(scope(), position));
}

TEST(CursorTest, IsRefusedUnderAnotherSecret) {
  const std::string other(32, 't');
  expect_refused({other, WorkspaceNumber{7}, "orbit/flows"}, encode_cursor(scope(), position));
}

TEST(CursorTest, IsRefusedWhenAnyCharacterWasChanged) {
  const auto cursor = encode_cursor(scope(), position);
  for (std::size_t at = 0; at < cursor.size(); ++at) {
    auto changed = cursor;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    expect_refused(scope(), changed);
  }
}

TEST(CursorTest, IsRefusedWhenItIsNoCursorAtAll) {
  const auto cursor = encode_cursor(scope(), position);
  for (const std::string& text : {std::string(), std::string("cur_exec_abc"), std::string("%%%"),
                                  cursor.substr(0, 20), cursor + "A", std::string(4'000, 'A')}) {
    expect_refused(scope(), text);
  }
}

}  // namespace
}  // namespace millrace::http
