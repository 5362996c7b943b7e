// Bulk jobs: count or make one, read it, list them, stop it. A job is carried on by the actors.
#include "http/dialects/orbit/handlers.hpp"

#include "http/dialects/orbit/bulk/answers.hpp"
#include "http/dialects/orbit/bulk/requests.hpp"
#include "http/dialects/orbit/changes.hpp"
#include "http/dialects/orbit/flow_requests.hpp"
#include "http/dialects/orbit/list_requests.hpp"
#include "http/dialects/orbit/lookup.hpp"
#include "http/dialects/orbit/once.hpp"
#include "http/dialects/reading.hpp"

#include <algorithm>

namespace millrace::http::orbit {
namespace {

OrbitError no_such_job() { return {404, "BULK_JOB_NOT_FOUND", "no such bulk job"}; }

Response render_job_error(const Request& request, const Error& error) {
  if (error.code == ErrorCode::not_found) return render(request, no_such_job());
  if (error.code == ErrorCode::version_conflict) {
    return render(request, {409, "BULK_JOB_ALREADY_FINISHED", "the bulk job has ended"});
  }
  return render_error(request, error);
}

struct Counting {
  BulkCount count;
  ExecutionQuery query;
  std::size_t pages = 0;
};
using CountingPtr = std::shared_ptr<Counting>;

/// True when there is nothing more to read.
bool add_page(Counting& counting, Page<ExecutionSummary> page) {
  BulkCount& count = counting.count;
  const std::size_t room = limits::bulk_counted_max - count.total;
  const bool over = page.rows.size() > room;
  if (over) page.rows.resize(room);
  count.total += page.rows.size();
  for (ExecutionSummary& run : page.rows) {
    if (count.sample.size() < limits::bulk_sample_max) count.sample.push_back(std::move(run));
  }
  const bool full = over || (page.has_more && count.total == limits::bulk_counted_max) ||
                    (page.has_more && ++counting.pages == limits::bulk_count_pages_max);
  count.at_least = full;
  if (page.next) counting.query.after = ExecutionId{*page.next};
  return full || !page.has_more;
}

/// A page at a time, so that others read in between.
void count_on(const Services& services, const MatchedPtr& matched, CountingPtr counting,
              Respond respond) {
  using Found = Result<Page<ExecutionSummary>>;
  auto work = [&services, counting] { return services.archive->executions(counting->query); };
  auto next = [&services, matched, counting, respond](Found page) {
    if (!page) return respond(render_error(matched->request, page.error()));
    if (!add_page(*counting, std::move(*page))) {
      return count_on(services, matched, counting, respond);
    }
    Response response;
    response.body = bulk_count_answer(counting->count, meta_of(matched->request));
    respond(std::move(response));
  };
  read_then<Found>(services, matched, std::move(work), std::move(next), respond);
}

void count_runs(const Services& services, const MatchedPtr& matched, BulkKind kind,
                const BulkWish& wish, Respond respond) {
  auto counting = std::make_shared<Counting>();
  counting->count.kind = kind;
  counting->query = bulk_query(matched->key->workspace, kind, wish.filter);
  count_on(services, matched, std::move(counting), std::move(respond));
}

BulkJob make_job(const Services& services, const Matched& matched, BulkKind kind,
                 const BulkWish& wish) {
  BulkJob job;
  job.id = BulkId{services.ids->next(Partition(services.random->next() % services.partitions))};
  job.workspace = matched.key->workspace;
  job.caller = matched.key->id;
  job.kind = kind;
  job.filter = wish.filter;
  job.use_latest_version = wish.use_latest_version;
  job.from_failed_node = wish.from_failed_node;
  job.has_inputs = !wish.inputs.empty();
  job.created = job.updated = services.clock->now();
  return job;
}

void create_job(const Services& services, const MatchedPtr& matched, BulkKind kind, BulkWish wish,
                Respond respond) {
  if (kind == BulkKind::replay) {
    const auto wait = services.replays->take(matched->key->id, services.clock->monotonic());
    if (wait) return respond(render_replayed_too_often(matched->request, *wait));
  }
  auto job = std::make_shared<const BulkJob>(make_job(services, *matched, kind, wish));
  auto rendered = [meta = meta_of(matched->request)](const ChangeOutcome& outcome) {
    return bulk_job_answer(*outcome.bulk, meta);
  };
  submit_change(services, matched,
                {CreateBulk{std::move(job), std::move(wish.inputs)}, 202, std::move(rendered)},
                std::move(respond));
}

void start(const Services& services, const MatchedPtr& matched, BulkKind kind, Respond respond) {
  auto wish = read_bulk(matched->request.body, kind);
  if (!wish) return respond(render(matched->request, wish.error()));
  const int status = wish->dry_run ? 200 : 202;
  once(services, matched, status, std::move(respond),
       [&services, matched, kind, wish = std::move(*wish)](Respond told) {
         if (wish.dry_run) return count_runs(services, matched, kind, wish, std::move(told));
         create_job(services, matched, kind, wish, std::move(told));
       });
}

Response jobs_page(const Services& services, const Matched& matched, const BulkJobsQuery& query) {
  const CursorKeeper keeper{services.cursor_secret, matched.key->workspace};
  const auto page = services.archive->bulk_jobs(matched.key->workspace, query.after, query.limit);
  if (!page) return render_error(matched.request, page.error());
  Response response;
  response.body = bulk_jobs_answer(*page, next_cursor(keeper, query.filter, page->next),
                                   meta_of(matched.request));
  return response;
}

}  // namespace

void bulk_cancel(const Services& services, const MatchedPtr& matched, Respond respond) {
  start(services, matched, BulkKind::cancel, std::move(respond));
}

void bulk_replay(const Services& services, const MatchedPtr& matched, Respond respond) {
  start(services, matched, BulkKind::replay, std::move(respond));
}

void list_bulk_jobs(const Services& services, const MatchedPtr& matched, Respond respond) {
  const CursorKeeper keeper{services.cursor_secret, matched->key->workspace};
  auto query = read_bulk_jobs_query(matched->request, keeper);
  if (!query) return respond(render(matched->request, query.error()));
  services.read(
      matched,
      [&services, matched, query = std::move(*query)] {
        return jobs_page(services, *matched, query);
      },
      std::move(respond));
}

void read_bulk_job(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = parse_bulk_id(matched->capture("id"));
  if (!id) return respond(render(matched->request, no_such_job()));
  services.read(
      matched,
      [&services, matched, id] {
        const auto job = services.archive->bulk_job(matched->key->workspace, *id);
        if (!job) return render_job_error(matched->request, job.error());
        Response response;
        response.body = bulk_job_answer(*job, meta_of(matched->request));
        return response;
      },
      std::move(respond));
}

void stop_bulk_job(const Services& services, const MatchedPtr& matched, Respond respond) {
  const auto id = parse_bulk_id(matched->capture("id"));
  if (!id) return respond(render(matched->request, no_such_job()));
  const auto bare = read_nothing(matched->request.body);
  if (!bare) return respond(render(matched->request, bare.error()));
  once(services, matched, 200, std::move(respond), [&services, matched, id](Respond told) {
    auto stopped = [matched, told](const ChangeOutcome& outcome) {
      Response response;
      response.body = bulk_job_answer(*outcome.bulk, meta_of(matched->request));
      told(std::move(response));
    };
    auto refuse = [matched](const Error& error, Respond reply) {
      reply(render_job_error(matched->request, error));
    };
    change_then(services, matched, StopBulk{matched->key->workspace, *id, services.clock->now()},
                std::move(stopped), std::move(refuse), std::move(told));
  });
}

}  // namespace millrace::http::orbit
