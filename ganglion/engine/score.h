#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/engine/sequence.h"
#include "ganglion/engine/workbench.h"

namespace ganglion::engine {

// A request for the probabilities of labels, checked and tokenised.
struct ScoreJob {
  Ticket ticket;
  std::uint32_t prompt_tokens = 0;           // as the client's text was tokenised
  std::vector<TokenId> prompt;               // what all labels have in front; at least one token
  std::vector<std::vector<TokenId>> labels;  // what follows then; at least one token each
  api::ScoreCallback done;
};

// A label is tokenised with the text in front of it, back to the last control token, so that its
// tokens are those that a model would have read. Where a label changes the tokens of the prompt's
// end, all labels are measured from the last token on that none of them changes: then their sums
// are of the same text. Where the text cannot be tokenised anew (a prompt that ends within a
// character), no token reaches back over the border. Thread: any.
Result<std::unique_ptr<ScoreJob>> PrepareScore(const api::ScoreRequest& request,
                                               const LoadedModel& loaded);

// The sequences of such a request, and what comes of them. Labels of one token need no sequence but
// the prompt; others share the prompt's pages, because the first sequence is computed alone.
//
// Thread: the engine thread only.
class ScoreGroup {
 public:
  ScoreGroup(std::unique_ptr<ScoreJob> job, Workbench& bench);

  const Ticket& ticket() const { return job_->ticket; }
  // Whether nothing is left to compute: all is known, or it failed.
  bool done() const { return failed() || (next_ == paths_.size() && open_ == 0); }
  bool failed() const { return !status_.ok(); }
  // Whether none of its sequences is under way.
  bool idle() const { return open_ == 0; }
  bool HasNext() const;
  // Needs HasNext().
  std::unique_ptr<Sequence> MakeNext();
  // Done. Tells the client.
  void Deliver();

 private:
  class Path;

  void Fail(Status status);

  Workbench& bench_;
  std::unique_ptr<ScoreJob> job_;
  // Labels that begin alike up to their last token, whose logits one sequence gives.
  std::vector<std::vector<std::size_t>> paths_;
  std::size_t next_ = 0;  // of paths_
  std::size_t open_ = 0;  // sequences that are not done
  api::ScoreAnswer answer_;
  Status status_;
};

}  // namespace ganglion::engine
