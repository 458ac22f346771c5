#include "ganglion/serve/rest/json.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/limits.h"

namespace ganglion::serve::rest {
namespace {

// Builds the value. The library's own builder looks up each name in the members so far, and its map
// copies all members, whole trees, whenever it grows: time that is quadratic in a hostile text.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override { return Add(value); }
  bool number_unsigned(number_unsigned_t value) override { return Add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return Add(value); }
  bool string(string_t& value) override { return Add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*members*/) override { return Open(); }
  bool start_array(std::size_t /*values*/) override { return Open(); }
  bool end_object() override {
    Json object = Json::object();
    auto& members = *object.get_ptr<Json::object_t*>();
    members.reserve(open_.back().names.size());
    for (std::size_t i = 0; i < open_.back().names.size(); ++i) {
      // The map's own emplace() searches; its base, a vector, does not.
      static_cast<Json::object_t::Container&>(members).emplace_back(
          std::move(open_.back().names[i]), std::move(open_.back().values[i]));
    }
    open_.pop_back();
    return Add(std::move(object));
  }
  bool end_array() override {
    Json array = std::move(open_.back().values);
    open_.pop_back();
    return Add(std::move(array));
  }
  bool key(string_t& name) override {
    open_.back().names.push_back(std::move(name));
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ...": from "line" on.
    const std::string_view what = error.what();
    const std::size_t line = what.find("line ");
    problem_ = line == std::string_view::npos ? std::string(what) : std::string(what.substr(line));
    return false;
  }

  const std::string& problem() const { return problem_; }
  Json& root() { return root_; }

 private:
  struct Container {
    std::vector<std::string> names;  // of an object
    Json::array_t values;
  };

  bool Add(Json value) {
    if (++values_ > kJsonValuesMax) {
      problem_ = Concat("more than ", kJsonValuesMax, " values");
      return false;
    }
    (open_.empty() ? root_ : open_.back().values.emplace_back()) = std::move(value);
    return true;
  }

  bool Open() {
    if (open_.size() >= kJsonDepthMax) {
      problem_ = Concat("nested deeper than ", kJsonDepthMax, " levels");
      return false;
    }
    open_.emplace_back();
    return true;
  }

  Json root_;
  std::vector<Container> open_;
  std::size_t values_ = 0;
  std::string problem_;
};

constexpr std::string_view kHex = "0123456789abcdef";

void AppendControl(unsigned char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
  }
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  Builder builder;
  if (Json::sax_parse(text, &builder)) return std::move(builder.root());
  return Status(Code::kInvalidArgument, builder.problem());
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AppendEscaped(std::string_view text, std::string& out) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, begin, i - begin);
    AppendControl(c, out);
    begin = i + 1;
  }
  out.append(text, begin);
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  AppendEscaped(text, out);
  out += '"';
  return out;
}

}  // namespace ganglion::serve::rest
