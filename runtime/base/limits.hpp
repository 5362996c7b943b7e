// Every bound of the house, by name, with how they relate. Sources: shared reliability contract and
// decisions; what an operator may change has a setting that starts from the value here.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace millrace::limits {

using namespace std::chrono_literals;
inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

// HTTP, inbound
inline constexpr std::size_t request_line_bytes_max = 8 * kib;
inline constexpr std::size_t header_bytes_max = 32 * kib;
inline constexpr std::size_t header_fields_max = 100;
inline constexpr std::size_t hook_body_bytes_max = 1 * mib;
inline constexpr std::size_t api_body_bytes_max = 4 * mib;
inline constexpr std::size_t chunk_extension_bytes_max = 256;
inline constexpr std::size_t pipelined_responses_max = 16;
inline constexpr auto header_read_deadline = 10s;
inline constexpr auto body_grace = 5s;  ///< before the minimum rate applies
inline constexpr std::size_t body_bytes_per_second_min = 1 * kib;
inline constexpr auto keep_alive_idle = 60s;
inline constexpr auto write_deadline = 30s;
inline constexpr std::size_t connections_max = 20'000;
inline constexpr std::size_t connections_per_address_max =
    200;  ///< while unauthenticated; loopback is exempt
inline constexpr int page_size_default = 20;
inline constexpr int page_size_max = 200;
inline constexpr std::size_t scan_rows_max = 10'000;  ///< a filtered list stops here with a cursor
inline constexpr std::size_t idempotency_key_chars_max = 255;
inline constexpr auto idempotency_window = 24h;
inline constexpr auto sync_answer_deadline = 30s;

// JSON
inline constexpr int json_depth_max = 64;
inline constexpr std::size_t json_keys_per_object_max = 10'000;
inline constexpr std::size_t json_items_per_array_max = 100'000;
inline constexpr std::size_t json_number_chars_max = 64;
inline constexpr std::size_t json_string_bytes_max = 1 * mib;

// Flows
inline constexpr std::size_t flow_nodes_max = 500;
inline constexpr std::size_t flow_edges_max = 2'000;
inline constexpr std::size_t flow_name_chars_max = 200;
inline constexpr std::size_t node_id_chars_max = 128;
inline constexpr std::size_t variable_name_chars_max = 128;
inline constexpr std::size_t expression_bytes_max = 8 * kib;
inline constexpr int expression_depth_max =
    128;  ///< levels of its tree: brackets, operators, filters
inline constexpr int condition_depth_max = 16;  ///< groups inside groups
inline constexpr std::uint32_t cycle_iterations_default = 1'000;
inline constexpr std::uint32_t cycle_iterations_max = 10'000;

// Engine: counts, not time, so that a turn is the same on every replay
inline constexpr std::uint32_t turn_node_runs_max = 1'000;
inline constexpr std::uint32_t turn_expression_steps_max = 200'000;
inline constexpr std::uint32_t expression_steps_max = 100'000;       ///< one evaluation
inline constexpr std::size_t expression_result_bytes_max = 1 * mib;  ///< one evaluation
inline constexpr std::uint32_t execution_node_runs_max = 10'000;
inline constexpr std::uint32_t snapshot_turns = 64;
inline constexpr auto park_after = 5s;
inline constexpr auto node_timeout_default = 10s;
inline constexpr auto node_timeout_max = 120s;
inline constexpr int attempts_max = 20;
inline constexpr int value_depth_max =
    128;  ///< of outputs and variables: clients' JSON inside ours
inline constexpr int record_json_depth_max = 160;
inline constexpr std::size_t record_value_bytes_max = 64 * mib;
/// Outputs and assigned values that one execution may record; it fails beyond.
inline constexpr std::size_t execution_value_bytes_max = 64 * mib;
inline constexpr std::size_t trace_value_bytes_max = 256 * kib;  ///< in answers; records hold all

// Admission
inline constexpr std::uint16_t partitions_default = 64;
inline constexpr std::uint16_t partitions_max = 4'096;
inline constexpr std::size_t live_runs_max = 50'000;
inline constexpr std::size_t gate_triggers_max = 10'000;
inline constexpr std::size_t gate_bytes_max = 64 * mib;
inline constexpr auto retry_after = 1s;
inline constexpr std::size_t timer_window = 10'000;  ///< timers of one partition held in memory
inline constexpr std::size_t feed_events_per_subscriber_max = 1'000;
inline constexpr auto drain_deadline = 30s;

// Schedules
inline constexpr std::size_t schedules_max = 10'000;  ///< published, of one process
inline constexpr auto schedule_interval_min = 1s;     ///< cron has no finer field either
inline constexpr auto schedule_interval_max = 366 * 24h;
inline constexpr auto schedule_jitter_max = 24h;
inline constexpr auto schedule_catch_up_window_default = 1h;
inline constexpr auto schedule_catch_up_window_max = 7 * 24h;
inline constexpr auto schedule_punctual = 10s;              ///< later than this counts as missed
inline constexpr std::size_t schedule_waiting_max = 1'000;  ///< slots in line of one schedule
/// Beyond this many missed slots the older ones are counted no longer.
inline constexpr std::size_t schedule_slots_considered_max = 10'000;
inline constexpr std::size_t schedule_next_fires_shown = 5;

// HTTP, outbound
inline constexpr auto connect_timeout = 5s;
inline constexpr auto call_timeout_max = 120s;
inline constexpr std::size_t response_bytes_max = 5 * mib;  ///< after decompression
inline constexpr int compression_ratio_max = 100;
inline constexpr int redirects_max = 5;
inline constexpr std::size_t calls_per_host_max = 100;
inline constexpr std::size_t calls_max = 1'000;

static_assert(hook_body_bytes_max <= api_body_bytes_max);
static_assert(expression_steps_max <= turn_expression_steps_max);
static_assert(json_depth_max < value_depth_max && value_depth_max < record_json_depth_max);
static_assert(execution_value_bytes_max <= record_value_bytes_max);
static_assert(turn_node_runs_max <= execution_node_runs_max);
static_assert(gate_bytes_max > api_body_bytes_max, "one largest body must pass an empty gate");
static_assert(node_timeout_max <= call_timeout_max);
static_assert(cycle_iterations_default <= cycle_iterations_max);
static_assert(node_id_chars_max + 64 <= idempotency_key_chars_max,
              "<execution>:<node>:<iteration> must fit");
static_assert(schedule_punctual < schedule_catch_up_window_default);
static_assert(schedule_catch_up_window_default <= schedule_catch_up_window_max);
static_assert(schedule_waiting_max <= schedule_slots_considered_max);
static_assert(page_size_default <= page_size_max);

}  // namespace millrace::limits
