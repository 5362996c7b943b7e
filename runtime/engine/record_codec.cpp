// The turn record's bytes: format version, turn, time, then each change behind its tag. Times
// inside a record are differences to the record's. Tags and field order of a version never change.
#include "runtime/engine/codec_parts.hpp"

#include <utility>

namespace millrace {
namespace {

/// Version 2 is version 1 with its texts sealed.
constexpr std::uint8_t format_version = 1;
constexpr std::uint8_t sealed_version = 2;

enum class ChangeTag : std::uint8_t {
  run_began = 1,
  call_opened = 2,
  sleep_opened = 3,
  attempt_failed = 4,
  node_ended = 5,
  run_ended = 6,
  pause_changed = 7,
  result_held = 8,
  run_replayed = 9,  ///< run_began, and the run that it repeats
};

/// Which optional parts of a NodeEnded follow.
enum NodeEndedPart : std::uint8_t {
  has_error = 1,
  has_assignments = 2,
  has_answer = 4,
  has_log = 8,
  ends_run = 16,
  cancels_run = 32,
  reached_end = 64,
};

std::size_t expected_bytes(const TurnRecord& record) {
  std::size_t bytes = 32;
  for (const Change& change : record.changes) {
    bytes += 64;
    if (const auto* ended = std::get_if<NodeEnded>(&change)) {
      bytes += ended->output.size() + (ended->answer ? ended->answer->body.size() + 128 : 0);
    } else if (const auto* began = std::get_if<RunBegan>(&change)) {
      bytes += began->payload.size() + 64;
    } else if (const auto* run_ended = std::get_if<RunEnded>(&change)) {
      bytes += run_ended->output.size();
    } else if (std::holds_alternative<CallOpened>(change)) {
      bytes += 512;
    }
  }
  return bytes;
}

class RecordWriter {
 public:
  RecordWriter(const TurnRecord& record, const Redaction* seal)
      : at_(record.at), out_(expected_bytes(record), seal) {
    out_.byte(seal != nullptr ? sealed_version : format_version);
    out_.number(record.turn);
    out_.time(record.at);
    out_.number(record.changes.size());
    for (const Change& change : record.changes) {
      std::visit([this](const auto& value) { write(value); }, change);
    }
  }

  std::string take() { return out_.take(); }

 private:
  void tag(ChangeTag value) { out_.byte(static_cast<std::uint8_t>(value)); }
  void time(Timestamp value) { out_.signed_number((value - at_).count()); }
  void id(const Id& value) {
    for (const std::uint8_t byte : value.bytes()) out_.byte(byte);
  }
  void inputs(const InputRefs& refs) {
    out_.number(refs.size());
    for (const NodeRunKey& key : refs) write_run_key(out_, key);
  }

  void write(const RunBegan& change) {
    tag(change.replay_of ? ChangeTag::run_replayed : ChangeTag::run_began);
    out_.number(static_cast<std::uint32_t>(change.workspace));
    id(change.flow.id);
    out_.number(change.flow_version);
    out_.byte(static_cast<std::uint8_t>(change.trigger_type));
    out_.text(change.contact);
    out_.text(change.channel);
    out_.text(change.message_id);
    out_.text(change.payload);
    if (change.replay_of) id(change.replay_of->id);
  }

  void write(const CallOpened& change) {
    tag(ChangeTag::call_opened);
    write_run_key(out_, change.run);
    out_.signed_number(change.attempt);
    inputs(change.input);
    write_request(out_, change.request);
  }

  void write(const SleepOpened& change) {
    tag(ChangeTag::sleep_opened);
    write_run_key(out_, change.run);
    inputs(change.input);
    time(change.until);
  }

  void write(const AttemptFailed& change) {
    tag(ChangeTag::attempt_failed);
    write_run_key(out_, change.run);
    write_error(out_, change.error);
    time(change.retry_at);
  }

  void write(const NodeEnded& change) {
    tag(ChangeTag::node_ended);
    write_run_key(out_, change.run);
    out_.byte(static_cast<std::uint8_t>(change.status));
    out_.byte(parts_of(change));
    out_.signed_number(change.attempt);
    inputs(change.input);
    time(change.started);
    time(change.ended);
    out_.number(change.taken.size());
    for (const EdgeIndex edge : change.taken) out_.number(edge);
    out_.text(change.output);
    if (change.error) write_error(out_, *change.error);
    if (!change.assignments.empty()) write_assignments(change.assignments);
    if (change.answer) write_answer(*change.answer);
    if (change.log) {
      out_.text(change.log->level);
      out_.text(change.log->message);
    }
  }

  static std::uint8_t parts_of(const NodeEnded& change) {
    return static_cast<std::uint8_t>(
        (change.error ? has_error : 0) | (change.assignments.empty() ? 0 : has_assignments) |
        (change.answer ? has_answer : 0) | (change.log ? has_log : 0) |
        (change.ends_run ? ends_run : 0) | (change.cancels_run ? cancels_run : 0) |
        (change.reached_end ? reached_end : 0));
  }

  void write_assignments(const std::vector<Assignment>& assignments) {
    out_.number(assignments.size());
    for (const Assignment& assignment : assignments) {
      out_.text(assignment.name);
      out_.byte(static_cast<std::uint8_t>(assignment.mode));
      write_json(out_, assignment.value);
    }
  }

  void write_answer(const Answer& answer) {
    out_.signed_number(answer.status);
    write_headers(out_, answer.headers);
    out_.text(answer.content_type);
    out_.text(answer.body);
  }

  void write(const RunEnded& change) {
    tag(ChangeTag::run_ended);
    out_.byte(static_cast<std::uint8_t>(change.status));
    write_optional(out_, change.error, write_error);
    out_.text(change.output);
  }

  void write(const PauseChanged& change) {
    tag(ChangeTag::pause_changed);
    out_.boolean(change.paused);
  }

  void write(const ResultHeld& change) {
    tag(ChangeTag::result_held);
    write_run_key(out_, change.run);
    write_result(out_, change.result);
  }

  Timestamp at_;
  ByteWriter out_;
};

class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : in_(bytes) {}

  Result<TurnRecord> read(const Redaction* redaction) {
    const std::uint8_t version = in_.byte();
    if (version == sealed_version) {
      in_.unseal(redaction);
    } else if (version != format_version) {
      return corrupt("its format version is not known");
    }
    TurnRecord record;
    record.turn = in_.number_as<std::uint32_t>();
    record.at = in_.time();
    at_ = record.at;
    const std::size_t count = in_.count();
    for (std::size_t index = 0; index < count && in_.ok(); ++index) {
      record.changes.push_back(read_change());
    }
    if (!in_.at_end()) return corrupt("its bytes are cut, altered or too many");
    return record;
  }

 private:
  static Error corrupt(const char* why) {
    return Error{ErrorCode::corrupt, std::string("A turn record cannot be read: ") + why + "."};
  }

  Timestamp time() { return moved(at_, in_.signed_number()); }
  static Timestamp moved(Timestamp at, std::int64_t by) {
    // Unsigned, since altered bytes may overflow.
    const auto from = static_cast<std::uint64_t>(at.time_since_epoch().count());
    return Timestamp(Duration(static_cast<std::int64_t>(from + static_cast<std::uint64_t>(by))));
  }

  InputRefs inputs() {
    InputRefs refs(in_.count());
    for (NodeRunKey& key : refs) key = read_run_key(in_);
    return refs;
  }

  Change read_change() {
    switch (static_cast<ChangeTag>(in_.byte())) {
      case ChangeTag::run_began:
        return read_run_began(false);
      case ChangeTag::call_opened:
        return read_call_opened();
      case ChangeTag::sleep_opened:
        return read_sleep_opened();
      case ChangeTag::attempt_failed:
        return read_attempt_failed();
      case ChangeTag::node_ended:
        return read_node_ended();
      case ChangeTag::run_ended:
        return read_run_ended();
      case ChangeTag::pause_changed:
        return PauseChanged{in_.boolean()};
      case ChangeTag::result_held:
        return read_result_held();
      case ChangeTag::run_replayed:
        return read_run_began(true);
    }
    in_.fail();
    return RunEnded{};
  }

  Id id() {
    std::array<std::uint8_t, Id::bytes_count> bytes{};
    for (std::uint8_t& byte : bytes) byte = in_.byte();
    return Id::from_bytes(bytes);
  }

  RunBegan read_run_began(bool replayed) {
    RunBegan change;
    change.workspace = WorkspaceNumber(in_.number_as<std::uint32_t>());
    change.flow.id = id();
    change.flow_version = in_.number_as<std::uint32_t>();
    change.trigger_type = static_cast<TriggerType>(in_.byte());
    if (to_string(change.trigger_type).empty()) in_.fail();
    change.contact = in_.text();
    change.channel = in_.text();
    change.message_id = in_.text();
    change.payload = in_.text();
    if (replayed) change.replay_of = ExecutionId{id()};
    return change;
  }

  ResultHeld read_result_held() {
    ResultHeld change;
    change.run = read_run_key(in_);
    change.result = read_result(in_);
    return change;
  }

  CallOpened read_call_opened() {
    CallOpened change;
    change.run = read_run_key(in_);
    change.attempt = in_.integer();
    change.input = inputs();
    change.request = read_request(in_);
    return change;
  }

  SleepOpened read_sleep_opened() {
    SleepOpened change;
    change.run = read_run_key(in_);
    change.input = inputs();
    change.until = time();
    return change;
  }

  AttemptFailed read_attempt_failed() {
    AttemptFailed change;
    change.run = read_run_key(in_);
    change.error = read_error(in_);
    change.retry_at = time();
    return change;
  }

  NodeEnded read_node_ended() {
    NodeEnded change;
    change.run = read_run_key(in_);
    change.status = static_cast<NodeRunStatus>(in_.byte());
    if (change.status < NodeRunStatus::running || change.status > NodeRunStatus::failed) in_.fail();
    const std::uint8_t parts = in_.byte();
    if (parts >= 2 * reached_end) in_.fail();
    change.attempt = in_.integer();
    change.input = inputs();
    change.started = time();
    change.ended = time();
    change.taken.resize(in_.count());
    for (EdgeIndex& edge : change.taken) edge = in_.number_as<EdgeIndex>();
    change.output = in_.text();
    if ((parts & has_error) != 0) change.error = read_error(in_);
    if ((parts & has_assignments) != 0) change.assignments = read_assignments();
    if ((parts & has_answer) != 0) change.answer = read_answer();
    if ((parts & has_log) != 0) {
      change.log.emplace();
      change.log->level = in_.text();
      change.log->message = in_.text();
    }
    change.ends_run = (parts & ends_run) != 0;
    change.cancels_run = (parts & cancels_run) != 0;
    change.reached_end = (parts & reached_end) != 0;
    return change;
  }

  std::vector<Assignment> read_assignments() {
    std::vector<Assignment> assignments(in_.count());
    if (assignments.empty()) in_.fail();
    for (Assignment& assignment : assignments) {
      assignment.name = in_.text();
      const std::uint8_t mode = in_.byte();
      if (mode < 1 || mode > static_cast<std::uint8_t>(Assignment::Mode::unset)) in_.fail();
      assignment.mode = in_.ok() ? static_cast<Assignment::Mode>(mode) : Assignment::Mode::set;
      assignment.value = read_json(in_);
    }
    return assignments;
  }

  Answer read_answer() {
    Answer answer;
    answer.status = in_.integer();
    answer.headers = read_headers(in_);
    answer.content_type = in_.text();
    answer.body = in_.text();
    return answer;
  }

  RunEnded read_run_ended() {
    RunEnded change;
    change.status = static_cast<RunStatus>(in_.byte());
    if (!has_ended(change.status) || change.status > RunStatus::timed_out) in_.fail();
    if (in_.boolean()) change.error = read_error(in_);
    change.output = in_.text();
    return change;
  }

  ByteReader in_;
  Timestamp at_{};
};

}  // namespace

std::string encode_record(const TurnRecord& record, const Redaction* seal) {
  return RecordWriter(record, seal).take();
}

Result<TurnRecord> decode_record(std::string_view bytes, const Redaction* redaction) {
  return RecordReader(bytes).read(redaction);
}

void hide_headers(CallRequest& request, const Redaction& redaction) {
  auto* call = std::get_if<HttpCall>(&request.what);
  if (call == nullptr) return;
  for (auto& [name, value] : call->headers)
    if (redaction.hides_header(name)) value = redacted_text;
}

void hide_headers(TurnRecord& record, const Redaction& redaction) {
  for (Change& change : record.changes)
    if (auto* opened = std::get_if<CallOpened>(&change)) hide_headers(opened->request, redaction);
}

}  // namespace millrace
