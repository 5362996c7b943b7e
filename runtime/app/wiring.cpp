// Construction from the cellar up, destruction from the roof down.
#include "runtime/app/wiring.hpp"

#include "http/dialects/choose.hpp"
#include "http/dialects/dialect.hpp"
#include "http/health.hpp"
#include "http/ingress/ingress.hpp"
#include "http/outbound/outbound.hpp"
#include "http/server.hpp"
#include "http/services.hpp"
#include "runtime/app/control_socket.hpp"
#include "runtime/app/key_desk.hpp"
#include "runtime/app/outbound_valve.hpp"
#include "runtime/app/system_clock.hpp"
#include "runtime/app/system_random.hpp"
#include "runtime/base/assert.hpp"
#include "runtime/base/log.hpp"

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace millrace::app {
namespace {

constexpr Duration run_patience{20'000};
constexpr Duration connection_patience{5'000};
constexpr Duration change_patience{15'000};
static_assert(run_patience + connection_patience < limits::drain_deadline);

/// Wakes the main thread. Thread-safe.
class StopSign {
 public:
  void raise(Stop stop) {
    {
      const std::lock_guard lock(mutex_);
      stop_ = std::max(stop_, stop);
    }
    raised_.notify_all();
  }
  Stop wait(Duration patience) {
    std::unique_lock lock(mutex_);
    raised_.wait_for(lock, patience, [this] { return stop_ != Stop::none; });
    return stop_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable raised_;
  Stop stop_ = Stop::none;
};

/// Runs answers where they come up: for the control socket, which has no thread to post to.
class InlineSink final : public ReplySink {
 public:
  void post(std::vector<std::function<void()>> answers) override {
    for (const auto& answer : answers) {
      answer();
    }
  }
};

/// One change, waited for.
struct Waiting {
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<Result<ChangeOutcome>> outcome;
};

Result<ChangeOutcome> change_and_wait(Gateway& gateway, ReplySink& sink, CatalogChange change) {
  const auto waiting = std::make_shared<Waiting>();
  const auto arrive = [waiting](const Result<ChangeOutcome>& outcome) {
    const std::lock_guard lock(waiting->mutex);
    waiting->outcome = outcome;
    waiting->arrived.notify_all();
  };
  if (const auto refused = gateway.change(std::move(change), {&sink, arrive})) {
    return *refused;
  }
  std::unique_lock lock(waiting->mutex);
  if (!waiting->arrived.wait_for(lock, change_patience,
                                 [&] { return waiting->outcome.has_value(); })) {
    return Error{ErrorCode::timeout, "the server did not answer in time"};
  }
  return *waiting->outcome;
}

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

Result<HostPort> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  HostPort parsed;
  const std::string_view digits = text.substr(std::min(text.size(), colon + 1));
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
  if (colon == std::string_view::npos || colon == 0 || failure != std::errc{} ||
      end != digits.data() + digits.size()) {
    return Error{ErrorCode::configuration, "listen is HOST:PORT, not '" + std::string(text) + "'"};
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  parsed.host = host;
  return parsed;
}

Result<http::AddressPolicy> egress_policy(const Config& config, const HostPort& listen,
                                          std::uint16_t port) {
  http::AddressPolicy policy;
  for (const std::string& text : config.egress_allow) {
    const auto cidr = http::parse_cidr(text);
    if (!cidr) {
      return Error{ErrorCode::configuration, "egress_allow: '" + text + "' is no CIDR"};
    }
    policy.allow.push_back(*cidr);
  }
  auto own = http::parse_address(listen.host == "localhost" ? "127.0.0.1" : listen.host);
  const bool wildcard = listen.host == "0.0.0.0" || listen.host == "::";
  policy.own.push_back({wildcard ? std::nullopt : own, port});
  return policy;
}

}  // namespace

/// In order of construction; destroyed backwards.
struct House::Rooms {
  SystemClock clock;
  SystemRandom random;
  StopSign stop;
  InlineSink inline_sink;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<IdGenerator> ids;
  http::Router router{http::render_in_chosen_dialect};
  std::unique_ptr<http::Server> server;
  std::unique_ptr<OutboundValve> outbound;
  std::unique_ptr<actors::System> system;
  http::Allowance replays{http::replays_per_minute_max, std::chrono::minutes{1}};
  http::Services services;
  std::unique_ptr<KeyDesk> keys;
  std::unique_ptr<ControlServer> control;

  Result<void> build(const Config& config);
  void start_actors(const Config& config);
  void add_routes(const Config& config);
  Result<void> open_desks(const Config& config);
};

void House::Rooms::start_actors(const Config& config) {
  actors::Settings settings = config.actors;
  settings.on_fatal = [this](const Error& error) {
    log(LogLevel::error, "disk.failed", {{"reason", error.message}});
    stop.raise(Stop::fatal);
  };
  system = actors::System::start(std::move(settings),
                                 {store->journal(), *outbound, clock, random, *ids});
}

void House::Rooms::add_routes(const Config& config) {
  services.gateway = &system->gateway();
  services.archive = &store->archive();
  services.feed = &system->feed();
  services.streams = std::make_shared<http::StreamSlots>(config.server.streams_max,
                                                         config.server.streams_per_key_max);
  services.clock = &clock;
  services.random = &random;
  services.ids = ids.get();
  services.partitions = store->partitions();
  services.sink = &server->sink();
  services.read = [this](http::MatchedPtr matched, std::function<http::Response()> work,
                         http::Respond respond) {
    server->read(std::move(matched), std::move(work), std::move(respond));
  };
  services.replays = &replays;
  services.env = config.actors.env;
  services.cursor_secret = store->cursor_secret();
  services.public_url =
      config.public_url.empty() ? "http://" + server->address() : config.public_url;
  http::add_health_routes(router, system->gateway());
  http::add_dialects(router, services);
  http::add_ingress(router, services);
}

Result<void> House::Rooms::build(const Config& config) {
  const auto listen = parse_listen(config.listen);
  if (!listen) {
    return listen.error();
  }
  auto opened = storage::open(config.storage, clock, random);
  if (!opened) {
    return opened.error();
  }
  store = std::move(*opened);
  ids = std::make_unique<IdGenerator>(clock, random, store->last_milliseconds());
  http::ServerSettings settings;
  settings.host = listen->host;
  settings.port = listen->port;
  settings.limits = config.server;
  server =
      std::make_unique<http::Server>(std::move(settings), router, store->archive(), clock, random);
  if (const auto bound = server->listen(); !bound) {
    return bound.error();
  }
  auto policy = egress_policy(config, *listen, server->port());
  if (!policy) {
    return policy.error();
  }
  outbound = std::make_unique<OutboundValve>(
      http::make_outbound({.policy = std::move(*policy),
                           .calls_max = config.actors.calls_max,
                           .calls_per_host_max = config.actors.calls_per_host_max}));
  start_actors(config);
  add_routes(config);
  server->run_on_signal([this] { stop.raise(Stop::asked); });
  server->start();
  return open_desks(config);
}

Result<void> House::Rooms::open_desks(const Config& config) {
  const auto change = [this](CatalogChange what) {
    return change_and_wait(system->gateway(), inline_sink, std::move(what));
  };
  keys = std::make_unique<KeyDesk>(KeyDesk{change, store->archive(), clock, random, *ids});
  const auto answer = [this](const Json& request) -> Result<JsonObject> {
    if (string_member(request, "command") != "resume") return keys->answer(request);
    return JsonObject{{"was_paused", system->resume()}};
  };
  auto served = ControlServer::start(config.storage.data_dir, answer);
  if (!served) {
    return served.error();
  }
  control = std::move(*served);
  return {};
}

Result<std::unique_ptr<House>> House::build(const Config& config) {
  auto house = std::unique_ptr<House>(new House(std::make_unique<Rooms>()));
  if (const auto built = house->rooms_->build(config); !built) {
    house->drain();
    return built.error();
  }
  return house;
}

House::House(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}
House::~House() = default;

std::string House::url() const { return "http://" + rooms_->server->address(); }

bool House::ready() const { return rooms_->system->gateway().ready(); }

Stop House::wait(Duration patience) { return rooms_->stop.wait(patience); }

void House::drain() {
  Rooms& rooms = *rooms_;
  rooms.control.reset();
  if (rooms.system) {
    rooms.system->drain(run_patience);
  }
  if (rooms.server) {
    rooms.server->drain(connection_patience);
    rooms.server->stop();
  }
  if (rooms.outbound) {
    rooms.outbound->close();
  }
  rooms.system.reset();
  if (rooms.store) {
    rooms.store->close();
  }
}

}  // namespace millrace::app
