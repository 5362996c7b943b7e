// A client of live events over the whole house: it reads the bytes as a browser does, loses its
// connection where the test says, and comes back by the last id it got.
#pragma once

#include "http/dialects/orbit/answers.hpp"
#include "http/sse/event_stream.hpp"
#include "http/sse/frames.hpp"
#include "tests/actors/fixture.hpp"

#include <deque>

namespace millrace::test {

inline constexpr http::EventVoice voice{http::orbit::live_event, http::orbit::stream_control};

struct Seen {
  std::string id, type, data;
  bool operator==(const Seen&) const = default;
};

/// What a client of the standard makes of the bytes: whole events, and the id to come back with.
class Browser {
 public:
  void read(std::string_view bytes) {
    text_ += bytes;
    std::size_t begin = 0;
    for (std::size_t end; (end = text_.find("\n\n", begin)) != std::string::npos;) {
      take(std::string_view(text_).substr(begin, end + 1 - begin));
      begin = end + 2;
    }
    text_.erase(0, begin);
  }
  void lose_connection() { text_.clear(); }

  std::string last_id;
  std::vector<Seen> events;
  int gaps = 0, overflows = 0, pings = 0;

 private:
  void take(std::string_view block) {
    Seen seen;
    while (!block.empty()) {
      const std::size_t end = block.find('\n');
      const std::string_view line = block.substr(0, end);
      block.remove_prefix(end + 1);
      const std::size_t colon = line.find(": ");
      const std::string_view field = line.substr(0, colon);
      const std::string_view value = line.substr(colon + 2);
      if (field.empty()) ++pings;
      if (field == "id") last_id = seen.id = value;
      if (field == "event") seen.type = value;
      if (field == "data") seen.data = value;
    }
    if (seen.data.empty()) return;
    if (seen.type == "stream.gap") {
      ++gaps;
    } else if (seen.type == "stream.overflow") {
      ++overflows;
    } else {
      events.push_back(std::move(seen));
    }
  }
  std::string text_;
};

/// The store's archive, but for flows that are published no more in the version that runs.
class OtherVersions : public Archive {
 public:
  explicit OtherVersions(const Archive& archive) : archive_(archive) {}
  std::optional<ApiKey> key(const Sha256& hash) const override { return archive_.key(hash); }
  std::shared_ptr<const PublishedFlow> published(FlowId) const override { return nullptr; }
  std::vector<std::shared_ptr<const PublishedFlow>> published_by_trigger(
      WorkspaceNumber, TriggerType) const override {
    return {};
  }
  std::vector<ApiKey> keys() const override { return {}; }
  std::optional<Workspace> workspace(std::string_view) const override { return {}; }
  std::optional<StoredFlow> flow(WorkspaceNumber, FlowId) const override { return {}; }
  Page<StoredFlow> flows(WorkspaceNumber, std::optional<Dialect>, std::optional<FlowId>,
                         int) const override {
    return {};
  }
  std::optional<StoredFlowVersion> version(FlowId, std::uint32_t) const override { return {}; }
  Result<Page<ExecutionSummary>> executions(const ExecutionQuery&) const override {
    return Error{};
  }
  Result<ExecutionSummary> execution(WorkspaceNumber, ExecutionId) const override {
    return Error{};
  }
  Result<Trace> trace(const ExecutionSummary&) const override { return Error{}; }
  Result<std::vector<TurnRecord>> records(const ExecutionSummary&) const override {
    return Error{};
  }
  Result<FeedPage> feed(const FeedQuery& query) const override { return archive_.feed(query); }
  Result<ProgramPtr> program(FlowId flow, std::uint32_t version) const override {
    return archive_.program(flow, version);
  }

 private:
  const Archive& archive_;
};

class StreamTest : public HouseTest {
 protected:
  void open(http::EventFilter filter = {}) {
    services_.feed = &system->feed();
    services_.archive = &store->archive();
    services_.clock = &clock;
    services_.sink = &sink;
    services_.read = [this](const http::MatchedPtr&, std::function<http::Response()> work,
                            http::Respond respond) {
      reads_.push_back([work = std::move(work), respond = std::move(respond)] { respond(work()); });
    };
    auto matched = std::make_shared<http::Matched>();
    matched->key.emplace().workspace = workspace;
    stream_ = std::make_shared<http::EventStream>(
        services_,
        http::StreamRequest{std::move(matched), browser_.last_id, filter, &voice, nullptr});
    stream_->begin([] {});
  }
  /// More turns than a ring holds, in few commits.
  void flood(const ProgramPtr& program) {
    for (int i = 0; i < 1'010; ++i) {
      submit(program, told_all.emplace_back());
      if (i % 100 == 0) run();
    }
    run();
  }
  void drop() {
    stream_.reset();
    reads_.clear();
    browser_.lose_connection();
  }
  std::string pull() {
    std::string bytes;
    ended_ = stream_->fill(bytes) == http::BodyStream::Fill::ended;
    return bytes;
  }
  void read_disk() {
    while (!reads_.empty()) {
      const auto read = std::move(reads_.front());
      reads_.pop_front();
      read();
    }
  }
  /// Until nothing more comes; an ended stream is opened again as a client would.
  void settle() {
    for (int idle = 0; idle < 3;) {
      run();
      read_disk();
      const std::string bytes = pull();
      browser_.read(bytes);
      idle = bytes.empty() && reads_.empty() ? idle + 1 : 0;
      if (ended_) drop(), open();
    }
  }
  /// Every event there ever was, read from the archive alone.
  std::vector<Seen> all_events() {
    std::vector<Seen> all;
    FeedPage page;
    page.end = {1, 0};
    do {
      page = store->archive().feed({workspace, page.end, std::nullopt, std::nullopt}).value();
      for (const FeedTurn& turn : page.turns) {
        const auto program =
            store->archive().program(turn.summary.flow, turn.summary.flow_version).value();
        for (const LiveEvent& event : live_events(*turn.record, program.get())) {
          all.push_back({http::to_text(event_position(turn.position, event.index)),
                         std::string(to_string(event.type)), http::orbit::live_event(turn, event)});
        }
      }
    } while (page.has_more);
    return all;
  }
  /// As the journal was told, whatever the archive says.
  std::size_t events_of_journal() const {
    std::size_t count = 0;
    for (const auto& [run, records] : journal->turns) {
      for (const TurnRecord& record : records) count += live_events(record, nullptr).size();
    }
    return count;
  }
  std::vector<std::string> types() const {
    std::vector<std::string> types;
    for (const Seen& seen : browser_.events) types.push_back(seen.type.substr(10));
    return types;
  }

  http::Services services_;
  std::deque<std::function<void()>> reads_;
  std::shared_ptr<http::EventStream> stream_;
  Browser browser_;
  bool ended_ = false;
};

}  // namespace millrace::test
