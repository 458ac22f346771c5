// ganglion tokenize, ganglion detokenize: text to token ids and back.

#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apps/ganglion/commands.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "ganglion/gguf/gguf.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::app {
namespace {

using nlohmann::json;

// A line of JSON holds a text of at most 64 MiB, of which each byte may be written as \u0000.
constexpr std::size_t kLineBytesMax = std::size_t{400} << 20;
constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;

struct Flags {
  std::string model;
  std::string file;
  bool jsonl = false;
  bool add_special = false;
  bool parse_special = false;
  bool show_special = false;
};

Result<std::shared_ptr<const Tokenizer>> Load(const std::string& path) {
  auto file = gguf::File::Open(path);
  if (!file.ok()) return std::move(file).error();
  auto tokenizer = Tokenizer::FromGguf(**file);
  if (!tokenizer.ok()) return std::move(tokenizer).error().WithContext(path);
  return tokenizer;
}

// The file named, or standard input.
Result<std::string> ReadAll(const std::string& path) {
  std::ifstream file;
  if (!path.empty()) {
    file.open(path, std::ios::binary);
    if (!file) return Status(Code::kNotFound, path + ": cannot be read");
  }
  std::istream& in = path.empty() ? std::cin : file;
  std::string text;
  std::vector<char> block(1 << 16);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kFileBytesMax) {
      return Status(Code::kResourceExhausted, "more than 1 GiB of input");
    }
  }
  return text;
}

Status BadLine(std::size_t number, std::string_view what) {
  return {Code::kInvalidArgument, "line " + std::to_string(number) + ": " + std::string(what)};
}

// Feeds each line of standard input, or of the file, to `answer` and prints what it returns.
template <class Answer>
Status ForEachLine(const std::string& path, Answer answer) {
  std::ifstream file;
  if (!path.empty()) {
    file.open(path, std::ios::binary);
    if (!file) return {Code::kNotFound, path + ": cannot be read"};
  }
  std::istream& in = path.empty() ? std::cin : file;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.size() > kLineBytesMax) return BadLine(number, "more than 400 MiB");
    const json value = json::parse(line, nullptr, false);
    Result<std::string> text = answer(number, value);
    if (!text.ok()) return std::move(text).error();
    std::cout << *text << '\n' << std::flush;
  }
  return {};
}

std::vector<std::int32_t> Numbers(const std::vector<TokenId>& tokens) {
  std::vector<std::int32_t> numbers;
  numbers.reserve(tokens.size());
  for (const TokenId token : tokens) numbers.push_back(Value(token));
  return numbers;
}

Status Tokenize(const Flags& flags) {
  GN_ASSIGN_OR_RETURN(const auto tokenizer, Load(flags.model));
  const EncodeOptions options = {flags.add_special, flags.parse_special};
  if (!flags.jsonl) {
    GN_ASSIGN_OR_RETURN(const std::string text, ReadAll(flags.file));
    GN_ASSIGN_OR_RETURN(const std::vector<TokenId> tokens, tokenizer->Encode(text, options));
    for (const TokenId token : tokens) std::cout << Value(token) << '\n';
    return {};
  }
  return ForEachLine(flags.file, [&](std::size_t number, const json& value) -> Result<std::string> {
    if (!value.is_string()) return BadLine(number, "not a JSON string");
    auto tokens = tokenizer->Encode(value.get_ref<const std::string&>(), options);
    if (!tokens.ok()) {
      return std::move(tokens).error().WithContext("line " + std::to_string(number));
    }
    return json(Numbers(*tokens)).dump();
  });
}

// White space between the ids, of any kind.
Result<std::vector<TokenId>> ParseIds(const Tokenizer& tokenizer, std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::vector<TokenId> tokens;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return tokens;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(kSpace));
    std::int32_t id = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (error != std::errc() || end != word.data() + word.size() ||
        !tokenizer.Contains(TokenId{id})) {
      return Status(Code::kInvalidArgument, "'" + std::string(word.substr(0, 40)) +
                                                "' is not a token id below " +
                                                std::to_string(tokenizer.size()));
    }
    tokens.push_back(TokenId{id});
    text.remove_prefix(word.size());
  }
}

Result<std::vector<TokenId>> IdsOf(const Tokenizer& tokenizer, const json& value) {
  if (!value.is_array()) return Status(Code::kInvalidArgument, "not a JSON array");
  std::vector<TokenId> tokens;
  for (const json& item : value) {
    if (!item.is_number_unsigned() || item.get<std::uint64_t>() >= tokenizer.size()) {
      return Status(Code::kInvalidArgument,
                    "'" + item.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 40) +
                        "' is not a token id below " + std::to_string(tokenizer.size()));
    }
    tokens.push_back(TokenId{item.get<std::int32_t>()});
  }
  return tokens;
}

Status Detokenize(const Flags& flags) {
  GN_ASSIGN_OR_RETURN(const auto tokenizer, Load(flags.model));
  if (!flags.jsonl) {
    GN_ASSIGN_OR_RETURN(const std::string text, ReadAll(flags.file));
    GN_ASSIGN_OR_RETURN(const std::vector<TokenId> tokens, ParseIds(*tokenizer, text));
    std::cout << tokenizer->Decode(tokens, flags.show_special);
    return {};
  }
  return ForEachLine(flags.file, [&](std::size_t number, const json& value) -> Result<std::string> {
    auto tokens = IdsOf(*tokenizer, value);
    if (!tokens.ok()) {
      return std::move(tokens).error().WithContext("line " + std::to_string(number));
    }
    // Half a character has no JSON; it becomes U+FFFD.
    const json text = tokenizer->Decode(*tokens, flags.show_special);
    return text.dump(-1, ' ', false, json::error_handler_t::replace);
  });
}

CLI::App* AddCommand(CLI::App& program, Flags& flags, const std::string& name,
                     const std::string& description) {
  CLI::App* command = program.add_subcommand(name, description);
  command->add_option("--model", flags.model, "GGUF file with a vocabulary")->required();
  command->add_option("--file", flags.file, "read this file instead of standard input");
  return command;
}

}  // namespace

void AddTokenizeCommands(CLI::App& program, Status& result) {
  const auto tokenize = std::make_shared<Flags>();
  CLI::App* command =
      AddCommand(program, *tokenize, "tokenize", "text to token ids, one id a line");
  command->add_flag("--jsonl", tokenize->jsonl,
                    "one JSON string a line to one array of ids a line");
  command->add_flag("--add-special", tokenize->add_special,
                    "add the tokens that the vocabulary puts around a text (BOS, EOS)");
  command->add_flag("--parse-special", tokenize->parse_special,
                    "take the text of a control token for the token");
  command->callback([tokenize, &result] { result = Tokenize(*tokenize); });

  const auto detokenize = std::make_shared<Flags>();
  command = AddCommand(program, *detokenize, "detokenize", "token ids, one a line, to text");
  command->add_flag("--jsonl", detokenize->jsonl,
                    "one array of ids a line to one JSON string a line");
  command->add_flag("--show-special", detokenize->show_special, "write control tokens as text");
  command->callback([detokenize, &result] { result = Detokenize(*detokenize); });
}

}  // namespace ganglion::app
