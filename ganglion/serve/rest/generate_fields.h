#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/rest/fields.h"
#include "ganglion/serve/rest/models.h"
#include "ganglion/serve/rest/options.h"
#include "ganglion/serve/rest/services.h"

// The fields that every request for text has, whatever its API.
namespace ganglion::serve::rest {

// What a body asks for, ready to be run.
struct GenerateCall {
  const Model* model = nullptr;
  api::GenerateRequest request;       // without its prompt where there are several
  std::int32_t tokens_max_asked = 0;  // 0: it did not say
  std::size_t n = 1;
  bool stream = false;
  bool include_usage = false;
};

// The whole body as an object.
OrError<Json> ParseBody(const http::Request& request, const RestOptions& options);

// The model that "model" names. Null with a Problem where there is none, or it cannot do that.
const Model* ReadModel(const Fields& fields, const Models& models, Purpose purpose);
const Model* FindModel(const std::string& name, const Models& models, Purpose purpose,
                       Problem& problem);

// temperature, top_p, top_k, min_p, seed, penalties, logit_bias, stop, n, stream, stream_options,
// ignore_eos, priority, deadline_ms, pin_prefix. `call.model` is set before.
void ReadGenerateFields(const Fields& fields, const http::Request& http, Services& services,
                        GenerateCall& call);

// How many tokens an answer may have: what was asked for, if anything, but not more than the
// context holds.
void SetTokensMax(std::optional<std::int64_t> asked, const RestOptions& options,
                  GenerateCall& call);
// The first of the fields that is there.
std::optional<std::int64_t> ReadTokensMax(const Fields& fields,
                                          std::initializer_list<std::string_view> names);

std::vector<std::string> ReadStop(const Fields& fields);
api::Priority ReadPriority(const Fields& fields, const http::Request& http,
                           const RestOptions& options);
std::int64_t ReadDeadline(const Fields& fields, const RestOptions& options);
// The range of a seed, and one by chance where there is none.
std::uint64_t ReadSeed(const Fields& fields, Services& services);

// The same request so many times, each with the next seed.
std::vector<api::GenerateRequest> Repeat(const api::GenerateRequest& request, std::size_t times);

}  // namespace ganglion::serve::rest
