// Room first, reasons second: a drain that sees no trigger can then be sure that none slips in
// behind it.
#include "actors/gate.hpp"

namespace millrace::actors {
namespace {

constexpr unsigned starting = 1;
constexpr unsigned draining_flag = 2;
constexpr unsigned full_disk = 4;
constexpr unsigned failed_disk = 8;

const char* reason_of(unsigned closed) {
  if ((closed & failed_disk) != 0) return "the disk has failed; the process must be restarted";
  if ((closed & draining_flag) != 0) return "shutting down";
  if ((closed & full_disk) != 0) return "the disk is full";
  return "starting";
}

}  // namespace

Gate::Gate(std::size_t triggers_max, std::size_t bytes_max, std::function<void()> on_empty)
    : triggers_max_(triggers_max),
      bytes_max_(bytes_max),
      on_empty_(std::move(on_empty)),
      closed_(starting) {}

Result<Gate::Ticket> Gate::enter(std::size_t bytes) {
  const bool room = triggers_.fetch_add(1) < triggers_max_;
  const bool bytes_room = bytes_.fetch_add(bytes) + bytes <= bytes_max_;
  Ticket ticket(this, bytes);
  if (const unsigned closed = closed_.load(); closed != 0) {
    return Error{ErrorCode::unavailable, reason_of(closed)};
  }
  if (!room || !bytes_room) {
    return Error{ErrorCode::busy, "too many triggers wait to be written; try again shortly"};
  }
  return ticket;
}

void Gate::leave(std::size_t bytes) {
  bytes_.fetch_sub(bytes);
  if (triggers_.fetch_sub(1) == 1 && draining()) on_empty_();
}

void Gate::set(unsigned flag, bool on) { on ? closed_.fetch_or(flag) : closed_.fetch_and(~flag); }

void Gate::open() { set(starting, false); }
void Gate::close_for_drain() { set(draining_flag, true); }
void Gate::disk_full(bool full) { set(full_disk, full); }
void Gate::disk_failed() { set(failed_disk, true); }

bool Gate::draining() const { return (closed_.load() & draining_flag) != 0; }

bool Gate::writable() const { return (closed_.load() & (full_disk | failed_disk)) == 0; }

bool Gate::ready(std::string* reason) const {
  const unsigned closed = closed_.load();
  if (closed != 0 && reason != nullptr) *reason = reason_of(closed);
  return closed == 0;
}

}  // namespace millrace::actors
