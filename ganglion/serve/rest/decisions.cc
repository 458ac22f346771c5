// POST /v1/decisions: how likely is each of some texts as the model's answer?

#include <algorithm>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/generate_fields.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/measured_call.h"
#include "ganglion/serve/rest/messages.h"

namespace ganglion::serve::rest {
namespace {

std::vector<std::string> ReadChoices(const Fields& fields) {
  std::vector<std::string> labels;
  const Json* const list = fields.Array("choices", kChoiceLabelsMax);
  if (list == nullptr || list->empty()) {
    fields.Wrong("choices", Concat("expected 1 to ", kChoiceLabelsMax, " strings"));
    return labels;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& label = (*list)[i];
    if (!label.is_string() || label.get_ref<const std::string&>().empty()) {
      fields.problem().Set(
          fields.Path("choices", i),
          Concat(fields.Path("choices", i), ": expected a string that is not empty"));
      return labels;
    }
    labels.push_back(label.get<std::string>());
  }
  return labels;
}

api::ScoreRequest Read(const Fields& fields, const http::Request& http,
                       const RestOptions& options) {
  api::ScoreRequest request;
  request.labels = ReadChoices(fields);
  if (fields.Has("prompt") == fields.Has("messages")) {
    fields.Wrong("messages", "give either messages or prompt");
  } else if (fields.Has("prompt")) {
    request.prompt = fields.RequiredText("prompt");
    if (request.prompt.empty()) fields.Wrong("prompt", "is empty");
  } else {
    request.messages = ReadMessages(fields);
  }
  request.priority = ReadPriority(fields, http, options);
  request.deadline_ms = ReadDeadline(fields, options);
  request.tenant = http.tenant;
  return request;
}

struct Heading {
  std::string id;
  std::int64_t created_s = 0;
  std::string model;
  std::vector<std::string> labels;
};

Json Body(const Heading& heading, const api::ScoreAnswer& answer) {
  Json choices = Json::array();
  std::size_t best = 0;
  const std::size_t count = std::min(answer.labels.size(), heading.labels.size());
  for (std::size_t i = 0; i < count; ++i) {
    const api::LabelScore& score = answer.labels[i];
    if (score.probability > answer.labels[best].probability) best = i;
    choices.push_back({{"index", i},
                       {"choice", heading.labels[i]},
                       {"probability", score.probability},
                       {"logprob", std::max(score.logprob, -9999.0)},
                       {"tokens", score.tokens}});
  }
  return {{"id", heading.id},
          {"object", "decision"},
          {"created", heading.created_s},
          {"model", heading.model},
          {"best", heading.labels[best]},
          {"choices", std::move(choices)},
          {"usage",
           {{"prompt_tokens", answer.prompt_tokens},
            {"total_tokens", answer.prompt_tokens},
            {"prompt_tokens_details", {{"cached_tokens", answer.prompt_tokens_cached}}}}}};
}

}  // namespace

Outcome Decisions(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  OrError<Json> body = ParseBody(exchange->request(), services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  const Model* const model = ReadModel(fields, services.models(), Purpose::kGenerate);
  if (!problem.ok()) return tl::unexpected(problem.error());
  api::ScoreRequest request = Read(fields, exchange->request(), services.options());
  if (!problem.ok()) return tl::unexpected(problem.error());
  Heading heading = {services.NewId("decision-"), services.WallSeconds(), model->name,
                     request.labels};
  MeasuredCall::Start(
      services, exchange, *model, ErrorShape::kOpenAi,
      [&](const std::shared_ptr<MeasuredCall>& running) {
        return model->client->Score(std::move(request), [running, heading = std::move(heading)](
                                                            Result<api::ScoreAnswer> answer) {
          if (!answer.ok()) return running->Fail(answer.error());
          running->Finish(answer->prompt_tokens, [heading, answer = *std::move(answer)] {
            return Dump(Body(heading, answer));
          });
        });
      });
  return {};
}

}  // namespace ganglion::serve::rest
