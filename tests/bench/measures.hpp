// The measurements by name; each prints one JSON object to standard output.
#pragma once

#include <cstddef>
#include <string>

namespace millrace::bench {

/// Turns a second of the engine alone: `begin` of a flow of pure nodes and its record encoded.
void engine_turns(double run_seconds);
/// Records a second through actors and storage, synced, with `live` runs under way at once.
void writer_rate(const std::string& data_dir, std::size_t live, std::size_t count);
/// Resident bytes of `count` sleeping runs: as they park, and found again by a new process.
void parked_memory(const std::string& data_dir, std::size_t count);
/// Resident bytes of what a data directory costs that is opened and idle.
void opened_memory(const std::string& data_dir);
/// Resident bytes of `count` runs with an open call.
void live_memory(const std::string& data_dir, std::size_t count);
/// Time of a page of a list by flow and status, first and in the middle, with `count` executions.
void list_pages(const std::string& data_dir, std::size_t count);
/// Compacts what is compacted in production as well, and sums the tables' bytes.
void compacted_bytes(const std::string& data_dir);

}  // namespace millrace::bench
