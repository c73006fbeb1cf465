#include "states/providers/authorized_keys.h"

#include <algorithm>
#include <map>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

bool is_type(std::string_view word) {
  return word.starts_with("ssh-") || word.starts_with("ecdsa-") || word.starts_with("sk-ssh-") ||
         word.starts_with("sk-ecdsa-");
}

// The first word, where white space inside double quotes does not end it.
std::string_view quoted_word(std::string_view text) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && is_quoted)
      ++i;
    else if (text[i] == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && (text[i] == ' ' || text[i] == '\t'))
      return text.substr(0, i);
  }
  return text;
}

std::string_view next_word(std::string_view& rest) {
  rest = trim(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest = trim(rest.substr(word.size()));
  return word;
}

std::vector<std::string> split_options(std::string_view text) {
  std::vector<std::string> options;
  std::string option;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && is_quoted && i + 1 < text.size())
      option += text[i++];
    else if (text[i] == '"')
      is_quoted = !is_quoted;
    if (text[i] == ',' && !is_quoted)
      options.push_back(std::exchange(option, ""));
    else
      option += text[i];
  }
  if (!option.empty()) options.push_back(std::move(option));
  return options;
}

std::string with_newline(std::string text) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace

std::optional<AuthorizedKey> parse_authorized_key(std::string_view line) {
  std::string_view rest = trim(line);
  if (rest.empty() || rest.front() == '#') return std::nullopt;
  AuthorizedKey key;
  if (const std::string_view first = quoted_word(rest); !is_type(first)) {
    key.options = split_options(first);
    rest.remove_prefix(first.size());
  }
  key.type = next_word(rest);
  key.key = next_word(rest);
  key.comment = rest;
  if (!is_type(key.type) || key.key.empty()) return std::nullopt;
  return key;
}

std::string to_line(const AuthorizedKey& key) {
  std::string line = join(key.options, ",");
  if (!line.empty()) line += ' ';
  line += key.type + ' ' + key.key;
  if (!key.comment.empty()) line += ' ' + key.comment;
  return line;
}

std::string key_type(const std::string& name) {
  static const std::map<std::string, std::string> short_names{{"r", "ssh-rsa"},
                                                              {"rsa", "ssh-rsa"},
                                                              {"d", "ssh-dss"},
                                                              {"dsa", "ssh-dss"},
                                                              {"dss", "ssh-dss"},
                                                              {"e", "ecdsa-sha2-nistp256"},
                                                              {"ecdsa", "ecdsa-sha2-nistp256"},
                                                              {"ed25519", "ssh-ed25519"}};
  const auto known = short_names.find(to_lower(name));
  if (known != short_names.end()) return known->second;
  if (is_type(name) && name.find_first_of(" \t\n,\"") == std::string::npos) return name;
  throw Error(ErrorKind::invalid, "Incorrect encryption key type '{}'.", name);
}

// RFC 4253, 6.6: the blob begins with the type's name, as a length of four bytes and the text.
std::string type_inside(const std::string& base64) {
  const auto blob = from_base64(base64);
  if (!blob || blob->size() < 4) return "";
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>((*blob)[static_cast<std::size_t>(i)]);
  return length <= blob->size() - 4 ? blob->substr(4, length) : "";
}

bool is_valid(const AuthorizedKey& key) { return !key.type.empty() && type_inside(key.key) == key.type; }

std::string with_keys(const std::string& text, const std::vector<AuthorizedKey>& keys) {
  std::string result;
  std::vector<bool> is_written(keys.size());
  for (const auto& line : split_lines(text)) {
    const auto known = parse_authorized_key(line);
    const auto wanted = std::find_if(keys.begin(), keys.end(),
                                     [&](const AuthorizedKey& key) { return known && key.key == known->key; });
    if (wanted == keys.end()) {
      result += line + "\n";
      continue;
    }
    // A key that stands there twice would keep old options in force: it is left once.
    const auto place = static_cast<std::size_t>(wanted - keys.begin());
    if (!is_written[place]) result += to_line(*wanted) + "\n";
    is_written[place] = true;
  }
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!is_written[i]) result = with_newline(std::move(result)) + to_line(keys[i]) + "\n";
  return result;
}

std::string without_keys(const std::string& text, const std::vector<std::string>& keys) {
  std::string result;
  for (const auto& line : split_lines(text)) {
    const auto known = parse_authorized_key(line);
    if (known && std::find(keys.begin(), keys.end(), known->key) != keys.end()) continue;
    result += line + "\n";
  }
  return result;
}

}  // namespace halite::states
