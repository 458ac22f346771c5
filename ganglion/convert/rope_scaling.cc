#include "ganglion/convert/rope_scaling.h"

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/convert/limits.h"

namespace ganglion::convert {
namespace {

constexpr const char* kKnownKinds = "linear, yarn, llama3, longrope (of phi3) and dynamic";

// The settings of the rotation: an object of its own, or none. Where a model has two kinds of
// layers, those of the layers that see everything.
const Json* ScalingOf(const ObjectReader& config) {
  const Json* scaling = config.Find("rope_parameters");
  if (scaling == nullptr) return config.Find("rope_scaling");
  const Json* const full = Find(*scaling, "full_attention");
  return full == nullptr ? scaling : full;
}

std::string_view KindOf(const Json& scaling) {
  const std::string_view kind = TextOf(scaling, "rope_type");
  return kind.empty() ? TextOf(scaling, "type") : kind;
}

// The context before it was stretched: here, beside the scaling, or the whole.
Result<std::uint64_t> OriginalContext(const ObjectReader& scaling, const ObjectReader& config,
                                      std::uint64_t context) {
  constexpr const char* kName = "original_max_position_embeddings";
  if (scaling.Has(kName)) return scaling.Count(kName, kContextMax);
  return config.CountOr(kName, context, kContextMax);
}

Status DescribeYarn(const ObjectReader& scaling, std::uint64_t original, MetadataWriter& metadata) {
  metadata.Text("rope.scaling.type", "yarn");
  GN_ASSIGN_OR_RETURN(const double factor, scaling.Number("factor"));
  metadata.Number("rope.scaling.factor", factor);
  metadata.Count("rope.scaling.original_context_length", original);
  for (const char* name : {"mscale", "mscale_all_dim"}) {
    if (scaling.Has(name)) return scaling.Bad(name, "is not supported");
  }
  static constexpr std::pair<const char*, const char*> kOptional[] = {
      {"attention_factor", "rope.scaling.yarn_attn_factor"},
      {"beta_fast", "rope.scaling.yarn_beta_fast"},
      {"beta_slow", "rope.scaling.yarn_beta_slow"},
  };
  for (const auto& [from, to] : kOptional) {
    if (!scaling.Has(from)) continue;
    GN_ASSIGN_OR_RETURN(const double value, scaling.Number(from));
    metadata.Number(to, value);
  }
  return {};
}

Status DescribeLlama3(const ObjectReader& scaling, double base, std::uint64_t original,
                      Description& out) {
  Llama3Scaling values{.base = base, .original_context = static_cast<double>(original)};
  GN_ASSIGN_OR_RETURN(values.factor, scaling.Number("factor"));
  GN_ASSIGN_OR_RETURN(values.low, scaling.NumberOr("low_freq_factor", values.low));
  GN_ASSIGN_OR_RETURN(values.high, scaling.NumberOr("high_freq_factor", values.high));
  if (!(values.factor > 0 && values.low > 0 && values.high > values.low)) {
    return scaling.Bad("high_freq_factor",
                       "must be above low_freq_factor, and both and factor above 0");
  }
  out.extra.push_back({"rope_freqs.weight", Llama3Factors(values, out.shape.head_dim)});
  return {};
}

Result<std::vector<float>> Factors(const ObjectReader& scaling, const char* name,
                                   std::uint64_t size) {
  const Json* const list = scaling.Find(name);
  if (list == nullptr || !list->is_array() || list->size() != size) {
    return scaling.Bad(name, Concat("is not a list of ", size, " factors"));
  }
  std::vector<float> factors;
  for (const Json& item : *list) {
    const double factor = item.is_number() ? item.get<double>() : 0.0;
    if (!(factor > 0 && factor < 1e30)) return scaling.Bad(name, "a factor is not above 0");
    factors.push_back(static_cast<float>(factor));
  }
  return factors;
}

// Phi 3: a factor for each pair, and a magnitude by how much longer the context became.
Status DescribeLongRope(const ObjectReader& scaling, std::uint64_t context, std::uint64_t original,
                        std::uint64_t dims, Description& out, MetadataWriter& metadata) {
  const double stretch = static_cast<double>(context) / static_cast<double>(original);
  const double magnitude =
      stretch > 1 ? std::sqrt(1 + std::log(stretch) / std::log(static_cast<double>(original))) : 1;
  metadata.Number("rope.scaling.attn_factor", magnitude);
  GN_ASSIGN_OR_RETURN(auto longer, Factors(scaling, "long_factor", dims / 2));
  GN_ASSIGN_OR_RETURN(auto shorter, Factors(scaling, "short_factor", dims / 2));
  out.extra.push_back({"rope_factors_long.weight", std::move(longer)});
  out.extra.push_back({"rope_factors_short.weight", std::move(shorter)});
  return {};
}

// How many elements of a head turn.
Result<std::uint64_t> TurningDims(const ObjectReader& config, const ObjectReader& scaling,
                                  bool partial, std::uint64_t head_dim) {
  constexpr const char* kName = "partial_rotary_factor";
  const ObjectReader& place = scaling.Has(kName) ? scaling : config;
  GN_ASSIGN_OR_RETURN(const double share, place.NumberOr(kName, 1.0));
  if (!(share > 0 && share <= 1) || (share != 1 && !partial)) {
    return place.Bad(kName, partial ? "is not above 0 and at most 1" : "only 1 is supported");
  }
  const auto dims = static_cast<std::uint64_t>(share * static_cast<double>(head_dim));
  if (dims >= 2 && dims % 2 == 0) return dims;
  return place.Bad(kName, Concat("turns ", dims, " elements of a head, not an even number"));
}

}  // namespace

std::vector<float> Llama3Factors(const Llama3Scaling& scaling, std::uint64_t dims) {
  std::vector<float> factors;
  for (std::uint64_t i = 0; i < dims; i += 2) {
    const double exponent = static_cast<double>(i) / static_cast<double>(dims);
    const double turns =
        scaling.original_context / (2 * std::numbers::pi * std::pow(scaling.base, exponent));
    double factor = 1;
    if (turns < scaling.low) {
      factor = scaling.factor;
    } else if (turns <= scaling.high) {
      const double smooth = (turns - scaling.low) / (scaling.high - scaling.low);
      factor = 1 / ((1 - smooth) / scaling.factor + smooth);
    }
    factors.push_back(static_cast<float>(factor));
  }
  return factors;
}

Status DescribeRope(const Architecture& architecture, const ObjectReader& config,
                    std::uint64_t context, Description& out, MetadataWriter& metadata) {
  const Json none = Json::object();
  const Json* const given = ScalingOf(config);
  const ObjectReader scaling(given == nullptr ? none : *given, "config.json: rope scaling");
  const ObjectReader& base_place = scaling.Has("rope_theta") ? scaling : config;
  GN_ASSIGN_OR_RETURN(const double base,
                      base_place.NumberOr("rope_theta", architecture.defaults.rope_base));
  if (!(base > 1 && base < 1e12)) return base_place.Bad("rope_theta", "is not above 1");
  metadata.Number("rope.freq_base", base);
  const bool phi3 = architecture.name == "phi3";
  GN_ASSIGN_OR_RETURN(const std::uint64_t dims,
                      TurningDims(config, scaling, phi3, out.shape.head_dim));
  if (phi3 || architecture.name == "llama") metadata.Count("rope.dimension_count", dims);
  GN_ASSIGN_OR_RETURN(const std::uint64_t original, OriginalContext(scaling, config, context));
  if (phi3) metadata.Count("rope.scaling.original_context_length", original);

  const std::string_view kind = KindOf(scaling.json());
  // What "dynamic" does begins beyond the context that the metadata state.
  if (kind.empty() || kind == "default" || kind == "dynamic") return {};
  if (kind == "linear") {
    GN_ASSIGN_OR_RETURN(const double factor, scaling.Number("factor"));
    metadata.Text("rope.scaling.type", "linear");
    metadata.Number("rope.scaling.factor", factor);
    return {};
  }
  if (kind == "yarn") return DescribeYarn(scaling, original, metadata);
  if (kind == "llama3" && architecture.interleaved) {
    return DescribeLlama3(scaling, base, original, out);
  }
  if ((kind == "longrope" || kind == "su") && phi3) {
    return DescribeLongRope(scaling, context, original, dims, out, metadata);
  }
  return Status(Code::kUnimplemented, Concat("config.json: rope scaling of type \"",
                                             kind.substr(0, 40), "\" is not supported for ",
                                             architecture.published, "; known are ", kKnownKinds));
}

}  // namespace ganglion::convert
