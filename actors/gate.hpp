// The gate: how much may stand between acceptance and commit. Two atomics and a few reasons to
// refuse; whoever is refused is told on his own thread, before any mail is sent.
#pragma once

#include "runtime/base/error.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace millrace::actors {

/// Thread-safe. Starts closed: open() when recovery is done.
class Gate {
 public:
  /// Room held for one trigger or change; given back with the ticket.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept
        : gate_(std::exchange(other.gate_, nullptr)), bytes_(other.bytes_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(gate_, other.gate_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Ticket() {
      if (gate_ != nullptr) gate_->leave(bytes_);
    }

   private:
    friend class Gate;
    Ticket(Gate* gate, std::size_t bytes) : gate_(gate), bytes_(bytes) {}
    Gate* gate_ = nullptr;
    std::size_t bytes_ = 0;
  };

  Gate(std::size_t triggers_max, std::size_t bytes_max, std::function<void()> on_empty);

  /// Errors: busy (full), unavailable (closed; the message says why).
  Result<Ticket> enter(std::size_t bytes);

  void open();
  void close_for_drain();
  void disk_full(bool full);
  void disk_failed();

  bool ready(std::string* reason) const;
  bool draining() const;
  bool writable() const;  ///< the disk takes writes, as far as is known
  std::size_t triggers() const { return triggers_.load(); }

 private:
  void leave(std::size_t bytes);
  void set(unsigned flag, bool on);

  const std::size_t triggers_max_;
  const std::size_t bytes_max_;
  const std::function<void()> on_empty_;  ///< any thread; only while draining
  std::atomic<std::size_t> triggers_{0};
  std::atomic<std::size_t> bytes_{0};
  std::atomic<unsigned> closed_;
};

}  // namespace millrace::actors
