// One client's live events as the body of an answer. What was committed since the position it names
// is read from the archive, then committed turns come from its ring; a ring that overran while
// nothing was lost yet is made good from the archive. No event twice, none left out: where that
// cannot be kept, `stream.gap` or `stream.overflow` says so.
#pragma once

#include "http/body_stream.hpp"
#include "http/services.hpp"
#include "http/sse/turn_events.hpp"

#include <memory>
#include <optional>
#include <string>

namespace millrace::http {

struct StreamRequest {
  MatchedPtr matched;
  std::string last_event_id;  ///< as sent; empty: from now on
  EventFilter filter;
  const EventVoice* voice = nullptr;  ///< of a dialect; lives for ever
  std::shared_ptr<void> slot;         ///< of StreamSlots
};

class EventStream : public BodyStream, public std::enable_shared_from_this<EventStream> {
 public:
  /// `services` outlives it.
  EventStream(const Services& services, StreamRequest request);

  void begin(std::function<void()> ready) override;
  Fill fill(std::string& out) override;
  bool is_due(MonotonicTime now) override;
  void wind_up() override { winding_up_ = true; }

 private:
  enum class Stage : std::uint8_t {
    opening,  ///< the ring is on its way to the hub
    behind,   ///< the archive is to be read, as soon as it takes the read
    reading,
    live,
    ended,
  };

  void catch_up();
  void read_page();
  void take_page(const Result<WrittenPage>& page);
  void tell_gap(EventPosition end);
  bool take_live(std::string& out);
  bool take_turn(const FeedTurn& turn, std::string& out);
  void overflow(std::string& out);
  void ping(std::string& out);
  void empty_ring();

  const Services& services_;
  const StreamRequest request_;
  std::shared_ptr<Subscription> subscription_;
  std::function<void()> ready_;
  Stage stage_ = Stage::opening;
  std::optional<EventPosition> at_;    ///< everything up to here has been dealt with
  std::optional<EventPosition> told_;  ///< the last id that was sent for its own sake
  std::string text_;                   ///< to be sent before anything else
  bool unknown_position_ = false;      ///< the id that was sent is none of ours
  bool clean_ = false;                 ///< live, and the ring was empty once without having lagged
  bool winding_up_ = false;
  MonotonicTime spoken_{};  ///< when something was last sent
  MonotonicTime next_key_check_{};
  MonotonicTime next_read_{};
};

}  // namespace millrace::http
