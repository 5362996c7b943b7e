// What stands behind Orbit's rows: decode, ask the ports, answer. No decision about flows is made
// here.
#pragma once

#include "http/router.hpp"
#include "http/services.hpp"

namespace millrace::http::orbit {

using OrbitHandler = void (*)(const Services&, const MatchedPtr&, Respond);

void create_flow(const Services& services, const MatchedPtr& matched, Respond respond);
void list_flows(const Services& services, const MatchedPtr& matched, Respond respond);
void read_flow(const Services& services, const MatchedPtr& matched, Respond respond);
void update_flow(const Services& services, const MatchedPtr& matched, Respond respond);
void delete_flow(const Services& services, const MatchedPtr& matched, Respond respond);

void publish_flow(const Services& services, const MatchedPtr& matched, Respond respond);
void unpublish_flow(const Services& services, const MatchedPtr& matched, Respond respond);
void list_versions(const Services& services, const MatchedPtr& matched, Respond respond);
void restore_version(const Services& services, const MatchedPtr& matched, Respond respond);
void read_version(const Services& services, const MatchedPtr& matched, Respond respond);
void archive_version(const Services& services, const MatchedPtr& matched, Respond respond);
void validate_flow(const Services& services, const MatchedPtr& matched, Respond respond);
void test_flow(const Services& services, const MatchedPtr& matched, Respond respond);

void execute_flow(const Services& services, const MatchedPtr& matched, Respond respond);
void list_executions(const Services& services, const MatchedPtr& matched, Respond respond);
void cancel_execution(const Services& services, const MatchedPtr& matched, Respond respond);
void pause_execution(const Services& services, const MatchedPtr& matched, Respond respond);
void resume_execution(const Services& services, const MatchedPtr& matched, Respond respond);
void replay_execution(const Services& services, const MatchedPtr& matched, Respond respond);
void read_execution(const Services& services, const MatchedPtr& matched, Respond respond);
/// A stream of server-sent events.
void stream_executions(const Services& services, const MatchedPtr& matched, Respond respond);

}  // namespace millrace::http::orbit
