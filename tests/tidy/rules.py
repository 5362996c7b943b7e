"""The rules of the house as data: who may include whom, which library lives where, banned calls.

The README's table of includes is printed from here and compared with the README word for word.
"""

FLOOR = ["base", "schedule", "flow", "schema", "expr", "nodes", "engine", "ports"]

# Folder -> (folders it may include, libraries that it may include, text of the README's columns).
# The first matching row counts.
FOLDERS = [
    ("runtime/base/", ["runtime/base/"],
     ["Boost.JSON", "Boost.System", "simdjson", "libcrypto", "zstd", "prometheus-cpp", "spdlog"]),
    ("runtime/schedule/", ["runtime/base/", "runtime/schedule/"], ["date"]),
    ("runtime/flow/", ["runtime/base/", "runtime/schedule/", "runtime/flow/"], ["RE2", "date"]),
    ("runtime/schema/", ["runtime/base/", "runtime/flow/", "runtime/schema/"], ["RE2"]),
    ("runtime/expr/", ["runtime/base/", "runtime/flow/", "runtime/expr/"], ["RE2", "date"]),
    ("runtime/nodes/", ["runtime/base/", "runtime/flow/", "runtime/expr/", "runtime/nodes/"],
     ["RE2", "date"]),
    ("runtime/engine/", ["runtime/base/", "runtime/flow/", "runtime/schema/", "runtime/expr/",
                         "runtime/nodes/", "runtime/engine/"], ["RE2", "date"]),
    ("runtime/ports/", ["runtime/base/", "runtime/schedule/", "runtime/flow/", "runtime/nodes/",
                        "runtime/engine/", "runtime/ports/"], []),
    ("runtime/app/", ["runtime/", "storage/", "actors/", "http/"], ["CLI11", "toml++"]),
    ("storage/", ["the floor", "storage/"], ["RocksDB"]),
    ("actors/", ["the floor", "actors/"], ["CAF"]),
    ("http/", ["the floor", "http/"],
     ["Beast", "Asio", "Boost.System", "OpenSSL", "libcurl", "zlib"]),
    ("tests/", ["runtime/", "storage/", "actors/", "http/", "tests/"], ["any"]),
]

THE_FLOOR = ["runtime/" + name + "/" for name in FLOOR]

# Prefix of an include in angle brackets -> library.
LIBRARIES = [
    ("boost/json", "Boost.JSON"), ("boost/system", "Boost.System"),
    ("boost/assert", "Boost.System"),
    ("boost/throw_exception", "Boost.System"),
    ("boost/asio", "Asio"), ("boost/beast", "Beast"), ("simdjson", "simdjson"),
    ("spdlog/", "spdlog"), ("zstd", "zstd"), ("prometheus/", "prometheus-cpp"),
    ("re2/", "RE2"), ("date/", "date"), ("rocksdb/", "RocksDB"), ("caf/", "CAF"),
    ("curl/", "libcurl"), ("zlib", "zlib"), ("CLI/", "CLI11"), ("toml++/", "toml++"),
    ("gtest/", "GoogleTest"), ("gmock/", "GoogleTest"), ("rapidcheck", "RapidCheck"),
    ("benchmark/", "Google Benchmark"),
]
# libcrypto is OpenSSL's half without sockets: one prefix, two names.
OPENSSL = "openssl/"

SYSTEM_PREFIXES = ("sys/", "netinet/", "arpa/", "net/", "linux/")
SYSTEM_HEADERS = {
    "unistd.h", "fcntl.h", "poll.h", "signal.h", "errno.h", "netdb.h", "time.h",
    "pthread.h", "sched.h", "dirent.h", "malloc.h", "stdlib.h", "cxxabi.h", "sysexits.h",
    "fnmatch.h", "ifaddrs.h",
}

# (pattern, why and what instead, folders or files where it is allowed)
BANNED = [
    (r"<regex>|std::regex", "not linear in time; use RE2", []),
    (r"\b(?:std::)?(?:printf|fprintf|sprintf|snprintf|vprintf|puts)\s*\(",
     "use log(), std::to_chars or a string", ["tests/bench/", "runtime/base/assert.cpp"]),
    (r"std::(?:cout|cerr|clog)\b", "use log(); only commands print", ["runtime/app/", "tests/",
                                                                     "runtime/base/assert.cpp"]),
    (r"std::endl\b", "flushes every line; use '\\n'", []),
    (r"\brandom_device\b|\bmt19937|\bsrand\s*\(|\bstd::rand\b|\bgetrandom\s*\(|RAND_bytes",
     "chance is an argument; use Random", ["runtime/app/system_random.cpp", "tests/"]),
    (r"(?:system_clock|steady_clock|high_resolution_clock)::now|\bgettimeofday\b"
     r"|\btime\s*\(\s*nullptr|clock_gettime",
     "time is an argument; use Clock", ["runtime/app/system_clock.cpp", "tests/bench/",
                                        "tests/http/", "tests/support/", "tests/storage/",
                                        "tests/actors/threads_test.cpp"]),
    (r"std::j?thread\b(?!::id)|std::async\b|pthread_create",
     "threads belong to the rooms that own one; use an actor", [
         "runtime/app/", "http/server", "http/outbound/", "http/io_", "http/read_", "storage/wal_",
         "storage/housekeeper",
         "tests/"]),
    (r"\bsleep_for\b|\bsleep_until\b|\b(?:usleep|nanosleep)\s*\(|(?<!\w)::sleep\s*\(",
     "no sleeping; use the timer keeper, a condition variable or a test clock", ["tests/bench/"]),
    (r"\bdelayed_(?:anon_)?send\b", "cannot be cancelled; use the timer keeper",
     ["actors/timer_keeper", "actors/cron", "actors/debouncer", "actors/store_writer",
      "actors/steward"]),
    (r"caf/all\.hpp", "4.5 s a file; include what is used", []),
    (r"\baout\s*\(", "use log()", []),
    (r"\)\s*\.await\s*\(", "blocks all other mail; use then with both functions", []),
    (r"boost::json::(?:parse|serialize)\b", "loses digits; use parse_json and print_json",
     ["runtime/base/json.hpp"]),
    (r"\b(?:std::)?(?:stoi|stol|stoul|stoull|stod|atoi|atol|atof|strtol|strtoul|strtod)\s*\(",
     "throws or hides errors; use std::from_chars", []),
    (r"\bgetenv\s*\(", "settings come from the configuration", ["runtime/app/", "tests/"]),
    (r"\b(?:std::)?(?:strcpy|strcat|strtok|gets)\s*\(", "unbounded; use std::string", []),
    (r"\b(?:std::)?system\s*\(|\bpopen\s*\(", "no shell", []),
    (r"(?<![\w:.])assert\s*\(|<cassert>", "vanishes in release; use MR_ASSERT", []),
    (r"\b(?:std::)?(?:abort|_exit|quick_exit|exit)\s*\(", "end through main",
     ["runtime/base/assert.cpp", "runtime/app/", "tests/"]),
    (r"using namespace std\s*;", "name what is used", []),
]
MARKERS = r"\b(?:TODO|FIXME|XXX|HACK)\b"

LINE_MAX = 100
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
