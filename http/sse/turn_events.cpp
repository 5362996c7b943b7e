// Turns of the feed as frames.
#include "http/sse/turn_events.hpp"

#include "http/sse/frames.hpp"
#include "runtime/base/log.hpp"

#include <map>
#include <utility>

namespace millrace::http {
namespace {

/// The programs of one page, each found once. Null: its version cannot be read any more.
class Programs {
 public:
  explicit Programs(const Archive& archive) : archive_(archive) {}

  const Program* find(const ExecutionSummary& summary) {
    const auto [found, added] = programs_.try_emplace({summary.flow, summary.flow_version});
    if (!added) return found->second.get();
    auto program = archive_.program(summary.flow, summary.flow_version);
    if (program) {
      found->second = std::move(*program);
    } else {
      log(LogLevel::warn, "stream.program_not_read", {{"reason", program.error().message}});
    }
    return found->second.get();
  }

 private:
  const Archive& archive_;
  std::map<std::pair<FlowId, std::uint32_t>, ProgramPtr> programs_;
};

}  // namespace

EventPosition append_turn(std::string& out, const FeedTurn& turn, const Program* program,
                          const EventFilter& filter, const EventVoice& voice,
                          std::optional<EventPosition> after) {
  for (const LiveEvent& event : live_events(*turn.record, program)) {
    const EventPosition position = event_position(turn.position, event.index);
    if (!filter.wants(event.type) || (after && position <= *after)) continue;
    append_event(out, position, to_string(event.type), voice.event(turn, event));
  }
  return event_position(turn.position, limits::events_per_turn_max - 1);
}

Result<WrittenPage> write_page(const Archive& archive, WorkspaceNumber workspace,
                               std::optional<EventPosition> after, const EventFilter& filter,
                               const EventVoice& voice) {
  const auto page = archive.feed({workspace, after, filter.flow, filter.execution});
  if (!page) return page.error();
  Programs programs(archive);
  WrittenPage written{{}, page->end, page->has_more, page->gap};
  for (const FeedTurn& turn : page->turns) {
    append_turn(written.text, turn, programs.find(turn.summary), filter, voice, after);
  }
  return written;
}

}  // namespace millrace::http
