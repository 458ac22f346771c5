#include "ganglion/yaml/node.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "ganglion/base/concat.h"
#include "ganglion/yaml/limits.h"

namespace ganglion::yaml {
namespace {

// Makes nodes of what the library's parser finds. After the first error it takes nothing more.
class TreeBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add({.line = mark.line + 1}, anchor, {});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    Fail(mark.line + 1, "aliases are not read; write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node{.kind = Node::Kind::kScalar, .line = mark.line + 1, .text = value};
    // "?" is the tag of what stands without quotes.
    if (tag == "?" && (value.empty() || value == "~" || value == "null")) {
      node.kind = Node::Kind::kNull;
    }
    Add(std::move(node), anchor, tag);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open({.kind = Node::Kind::kList, .line = mark.line + 1}, anchor, tag);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open({.kind = Node::Kind::kMap, .line = mark.line + 1}, anchor, tag);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapEnd() override { Close(); }

  const std::string& error() const { return error_; }
  Node TakeRoot() { return std::move(root_); }

 private:
  void Fail(int line, std::string_view why) {
    if (error_.empty()) error_ = Concat("line ", line, ": ", why);
  }

  bool Allowed(const Node& node, YAML::anchor_t anchor, const std::string& tag) {
    if (anchor != YAML::NullAnchor) Fail(node.line, "anchors are not read; write the value out");
    if (!tag.empty() && tag != "?" && tag != "!") Fail(node.line, "tags are not read");
    if (++nodes_ > kNodesMax) Fail(node.line, "the file has too many values");
    if (open_.size() >= kDepthMax) Fail(node.line, "values lie too deep in one another");
    return error_.empty();
  }

  void Open(Node node, YAML::anchor_t anchor, const std::string& tag) {
    if (Allowed(node, anchor, tag)) open_.push_back({std::move(node), false});
  }

  void Close() {
    if (!error_.empty()) return;
    Node node = std::move(open_.back().node);
    open_.pop_back();
    Put(std::move(node));
  }

  void Add(Node node, YAML::anchor_t anchor, const std::string& tag) {
    if (Allowed(node, anchor, tag)) Put(std::move(node));
  }

  void Put(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = open_.back();
    if (parent.node.kind == Node::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.has_key) {
      parent.node.entries.back().second = std::move(node);
      parent.has_key = false;
    } else {
      parent.node.entries.emplace_back(std::move(node), Node{});
      parent.has_key = true;
    }
  }

  struct Frame {
    Node node;
    bool has_key;  // of a map: a key stands without its value
  };

  Node root_;
  std::vector<Frame> open_;  // from the root inwards
  std::size_t nodes_ = 0;
  std::string error_;
};

}  // namespace

const Node* Node::Find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& entry) { return entry.first.text == key; });
  return found == entries.end() ? nullptr : &found->second;
}

Result<Node> Parse(std::string_view text) {
  if (text.size() > kTextBytesMax) {
    return Status(Code::kInvalidArgument, Concat("has more than ", kTextBytesMax, " bytes"));
  }
  TreeBuilder builder;
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    parser.HandleNextDocument(builder);
    if (builder.error().empty() && parser.HandleNextDocument(builder)) {
      return Status(Code::kInvalidArgument, "has more than one document");
    }
  } catch (const YAML::Exception& exception) {
    if (builder.error().empty()) {
      return Status(Code::kInvalidArgument,
                    Concat("line ", exception.mark.line + 1, ": ", exception.msg));
    }
  }
  if (!builder.error().empty()) return Status(Code::kInvalidArgument, builder.error());
  return builder.TakeRoot();
}

Result<Node> ParseFile(const std::string& path, std::size_t bytes_max) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(Code::kNotFound, "cannot open " + path);
  std::string text(bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > bytes_max) {
    return Status(Code::kInvalidArgument, Concat(path, ": has more than ", bytes_max, " bytes"));
  }
  Result<Node> node = Parse(text);
  if (!node.ok()) return std::move(node.error()).WithContext(path);
  return node;
}

}  // namespace ganglion::yaml
