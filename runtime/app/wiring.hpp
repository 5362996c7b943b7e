// The house put together: what is built in which order, who is handed what, and the order of its
// end.
#pragma once

#include "runtime/app/config.hpp"

#include <memory>
#include <string>

namespace millrace::app {

/// Why the process should end.
enum class Stop { none, asked, fatal };

class House {
 public:
  /// Opens the data directory, binds the address, recovers; serves from then on, answering 503
  /// until every partition has recovered. Errors: configuration, storage, corrupt, unavailable.
  static Result<std::unique_ptr<House>> build(const Config& config);
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// `http://HOST:PORT` in use.
  std::string url() const;
  bool ready() const;
  /// Blocks until SIGTERM, SIGINT or a failed fsync, or until `patience` is over: then Stop::none.
  Stop wait(Duration patience);
  /// The ordered end, within 30 s: the gate refuses, runs end or park, callers are answered,
  /// connections close, files close. Call once; the House is of no use afterwards.
  void drain();

 private:
  struct Rooms;
  explicit House(std::unique_ptr<Rooms> rooms);
  std::unique_ptr<Rooms> rooms_;
};

}  // namespace millrace::app
