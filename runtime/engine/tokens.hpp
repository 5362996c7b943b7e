// How tokens move through a plan: activations, joins, dead paths, loops. Knows nothing of what
// nodes do. The rules stand in this folder's README; state follows from the calls made here alone.
#pragma once

#include "runtime/engine/record.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace millrace {

/// A node's output, shared by all that still refer to it; null: none, and JSON's null.
using OutputPtr = std::shared_ptr<const Json>;
inline OutputPtr shared(Json output) {
  return output.is_null() ? OutputPtr() : std::make_shared<const Json>(std::move(output));
}

/// A token: which node run sent it, and that run's output.
struct Token {
  NodeRunKey run;
  OutputPtr output;
};

/// `held`: its call came back while the run was paused.
enum class RunStage : std::uint8_t { ready = 1, calling = 2, sleeping = 3, retrying = 4, held = 5 };

/// One activation of a node that has not ended.
struct LiveRun {
  NodeRunKey key;
  std::vector<Token> inputs;  ///< in order of the edges that brought them
  RunStage stage = RunStage::ready;
  bool join_failed = false;  ///< activated because too few tokens can come any more
  int attempt = 1;
  Timestamp started{};
  Timestamp due{};                       ///< of a sleeping or retrying run; of a held one, when it
                                         ///< came back
  std::unique_ptr<CallRequest> request;  ///< of a call that is open or will be tried again
  std::unique_ptr<CallResult> result;    ///< of a held run
};

class Tokens {
 public:
  explicit Tokens(const Plan& plan);

  /// Starts the flow: its trigger is ready to run, without inputs.
  void start();
  /// The run is over; its tokens move over `taken`. The run is live, the edges are its node's.
  void finish(NodeRunKey key, std::span<const EdgeIndex> taken, const OutputPtr& output);
  /// Takes a ready run out of the queue; it waits for something now.
  LiveRun& open(NodeRunKey key);
  /// All tokens end.
  void clear();

  /// In the order in which they became ready.
  std::span<const LiveRun> ready() const { return std::span(ready_).subspan(ready_first_); }
  /// Waiting for a call, a time or a retry, in the order in which they began to wait.
  std::span<const LiveRun> waiting() const { return waiting_; }
  LiveRun* find(NodeRunKey key);
  bool none_left() const { return ready().empty() && waiting_.empty(); }

  /// How often the back edge was taken since its loop was entered.
  std::uint32_t taken_count(EdgeIndex back_edge) const { return back_counts_[back_edge]; }

 private:
  friend class TokensCodec;

  struct NodeState {
    std::uint32_t activations = 0;
    std::uint32_t live = 0;   ///< runs among ready_ and waiting_
    std::uint16_t taken = 0;  ///< in-edges with a token, while it waits for more
    bool fired = false;       ///< since its loops were last started anew
  };

  LiveRun& activate(NodeIndex node, std::vector<Token> inputs);
  LiveRun take_ready(std::size_t at);
  void remove(NodeRunKey key);
  void start_anew(EdgeIndex back_edge, const Token& token);
  void drop_runs_in(LoopIndex loop);
  void arrive(EdgeIndex edge, const Token& token);
  void fire(NodeIndex node);
  void settle();
  bool may_get_more(NodeIndex node, std::vector<std::vector<bool>>& reached_by_nest) const;
  std::vector<bool> reachable_in(std::uint16_t nest) const;
  bool is_in(NodeIndex node, LoopIndex loop) const;

  const Plan* plan_;
  std::vector<NodeState> nodes_;
  std::vector<Token> marks_;                ///< per edge: its token at a join that waits
  std::vector<std::uint32_t> back_counts_;  ///< per edge; empty when the plan has no loops
  std::vector<LiveRun> ready_;              ///< from ready_first_ on
  std::size_t ready_first_ = 0;
  std::vector<LiveRun> waiting_;
  std::vector<NodeIndex> joining_;  ///< nodes with some tokens that wait for more, oldest first
};

}  // namespace millrace
