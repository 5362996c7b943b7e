// Requests out of bytes without a socket: here a split is a split, since no kernel joins the pieces
// again.
#include "http/request_reader.hpp"

#include "tests/http/framing_cases.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http::test {
namespace {

using Step = RequestReader::Step;

/// Feeds `pieces` as a session does: what is not used comes again with more behind it.
class Feed {
 public:
  Step feed(std::string_view piece) {
    pending_ += piece;
    Step step = Step::more;
    while (step == Step::more && !pending_.empty()) {
      std::size_t used = 0;
      if (!head_done_) {
        step = reader.head(pending_, used);
        head_done_ = step == Step::done;
        if (head_done_ && reader.has_body()) step = Step::more;
      } else {
        step = reader.body(pending_, 1000, used);
      }
      pending_.erase(0, used);
      if (used == 0) break;
    }
    return step;
  }
  std::string_view rest() const { return pending_; }

  ReaderSettings settings;
  RequestReader reader{settings};

 private:
  bool head_done_ = false;
  std::string pending_;
};

Step feed_split(Feed& feed, std::string_view bytes, std::size_t split) {
  const Step first = feed.feed(bytes.substr(0, split));
  return first == Step::more ? feed.feed(bytes.substr(split)) : first;
}

TEST(RequestReaderTest, RefusesEveryBadRequestWhereverItIsSplit) {
  for (const FramingCase& one : bad_requests()) {
    for (std::size_t split = 0; split <= one.bytes.size(); ++split) {
      Feed feed;
      EXPECT_EQ(feed_split(feed, one.bytes + canary, split), Step::refused)
          << one.name << " split at " << split;
      EXPECT_EQ(feed.reader.refusal().status, 400) << one.name;
    }
  }
}

TEST(RequestReaderTest, RefusesABareLineEndAsSoonAsItComes) {
  Feed feed;
  EXPECT_EQ(feed.feed("GET / HTTP/1.1\n"), Step::refused);
}

TEST(RequestReaderTest, RefusesAnEndlessChunkLineAsSoonAsItIsTooLong) {
  Feed feed;
  EXPECT_EQ(feed.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
            Step::more);
  EXPECT_EQ(feed.feed("5;" + std::string(300, 'x')), Step::refused);
}

TEST(RequestReaderTest, RefusesAnEndlessTrailer) {
  Feed feed;
  feed.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
  Step step = Step::more;
  for (int i = 0; i < 5000 && step == Step::more; ++i) step = feed.feed("X-Field: some value\r\n");
  EXPECT_EQ(step, Step::refused);
}

TEST(RequestReaderTest, LeavesTheNextRequestWhereItIs) {
  for (const FramingCase& one : good_requests()) {
    for (std::size_t split = 0; split <= one.bytes.size(); ++split) {
      Feed feed;
      ASSERT_EQ(feed_split(feed, one.bytes + canary, split), Step::done) << one.name;
      EXPECT_EQ(feed.reader.request().body, "hello") << one.name << " split at " << split;
      if (split >= one.bytes.size()) continue;
      EXPECT_EQ(feed.rest(), canary) << one.name << " split at " << split;
    }
  }
}

TEST(RequestReaderTest, DropsTrailersInsteadOfMixingThemWithHeaders) {
  Feed feed;
  feed.feed(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nX-API-Key: late\r\n\r\n");
  EXPECT_EQ(feed.reader.request().header("x-api-key"), "");
}

TEST(RequestReaderTest, TakesTheRequestApart) {
  Feed feed;
  feed.feed(
      "GET /a%20b?x=1&y=a+b%21&flag&&bad=%zz HTTP/1.1\r\nHOST: a\r\nX-Thing:  two words \r\n\r\n");
  const Request& request = feed.reader.request();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.path, "/a%20b");
  EXPECT_EQ(request.header("x-thing"), "two words");
  const std::vector<std::pair<std::string, std::string>> query = {
      {"x", "1"}, {"y", "a b!"}, {"flag", ""}, {"bad", "%zz"}};
  EXPECT_EQ(request.query, query);
}

TEST(RequestReaderTest, SplittingNeverChangesTheOutcome) {
  const bool held = rc::check([] {
    const auto cases = *rc::gen::arbitrary<bool>() ? good_requests() : bad_requests();
    std::string bytes = cases[*rc::gen::inRange<std::size_t>(0, cases.size())].bytes + canary;
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[at] = *rc::gen::arbitrary<char>();
    Feed whole;
    const Step expected = whole.feed(bytes);
    Feed pieces;
    Step step = Step::more;
    for (std::string_view rest = bytes; !rest.empty() && step == Step::more;) {
      const auto size = *rc::gen::inRange<std::size_t>(1, rest.size() + 1);
      step = pieces.feed(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    RC_ASSERT(step == expected);
    if (step == Step::done) RC_ASSERT(pieces.reader.request().body == whole.reader.request().body);
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace millrace::http::test
