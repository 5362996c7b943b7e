// Carries bulk jobs on: one step of one job at a time, the jobs in turn, and only while live
// triggers leave room. What to do is decided by runtime/bulk; progress is committed before the next
// step begins, so a restart goes on where the last commit stood.
#pragma once

#include "actors/house.hpp"
#include "actors/messages.hpp"

#include <map>
#include <vector>

namespace millrace::actors {

struct BulkState {
  static inline const char* name = "bulk";
  explicit BulkState(bulk_actor::pointer actor) : self(actor) {}

  void on_news(const BulkNews& news);
  void on_loaded(BulkLoaded& loaded);
  void on_told(const BulkTold& told);
  void on_saved(const BulkSaved& saved);
  void on_tick(std::uint64_t tick_generation);

  bulk_actor::pointer self;
  House* house = nullptr;

 private:
  struct Entry {
    BulkJobPtr job;      ///< as it is on disk
    bool again = false;  ///< its next runs may have been touched before
  };
  /// What is under way. The last two wait for a tick to try once more.
  enum class Stage : std::uint8_t { idle, reading, touching, saving, touch_later, save_later };

  void look();
  bool may_go() const;
  void begin(BulkId job, const Entry& entry);
  void touch();
  bool touch_one(std::size_t step);
  void settle();
  void save(BulkJob job, std::vector<ExecutionId> collected);
  void send_save();
  void pause(Duration time);

  std::map<BulkId, Entry> jobs;
  Stage stage = Stage::idle;
  BulkId current;            ///< of the step under way, else of the last one
  std::uint64_t number = 0;  ///< of the step: answers to earlier ones are stale
  std::vector<BulkStep> steps;
  std::size_t chunk_items = 0;
  std::size_t open = 0;  ///< runs that were touched and are not told yet
  BulkStop stop = BulkStop::none;
  SaveBulk saving;
  std::uint64_t generation = 0;
};

bulk_actor::behavior_type bulk(bulk_actor::stateful_pointer<BulkState> self, House* house);

}  // namespace millrace::actors
