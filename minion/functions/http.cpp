// http.*: asks a web server, by the program curl as file sources do (states/providers/download.h says why).
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/secrets.h"

namespace halite::minion {
namespace {

struct Query {
  std::string url, method = "GET";
  Value params, data;
  std::string data_file;
  Map header_dict;
  std::vector<std::string> header_list;
  std::string username, password;
  bool decode = false, status = false, headers = false, text = false;
  std::string decode_type = "auto";
  std::string text_out, headers_out, ca_bundle;
  Value cert;
  bool verify_ssl = true, raise_error = true, test = false;
  std::string test_url, agent = "Halite/" HALITE_VERSION;
  double timeout = 3600, connect_timeout = 20;
  // Of http.wait_for_successful_query.
  double wait_for = 300, request_interval = 1;
};

struct Answer {
  int code = 0;
  std::string reason;  // "Not Found"
  Map headers;
  std::string body;
  std::string error;  // why there is none
};

// A value in curl's configuration, which knows these escapes.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '\0') throw Error(ErrorKind::invalid, "a request can't hold a zero byte");
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') result += "\\n";
    else if (c == '\r') result += "\\r";
    else result += c;
  }
  return result + "\"";
}

std::string in_url(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (byte < 0x80 && std::isalnum(byte)) || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) result += c;
    else if (c == ' ') result += '+';
    else result += fmt::format("%{:02X}", byte);
  }
  return result;
}

std::string form_of(const Value& data) {
  const Map* map = data.if_map();
  if (!map) return states::python_text(data);
  std::string form;
  for (const auto& [key, value] : *map)
    form += (form.empty() ? "" : "&") + in_url(states::python_text(key)) + "=" + in_url(states::python_text(value));
  return form;
}

void check_url(const std::string& url) {
  const bool has_scheme = to_lower(url).starts_with("http://") || to_lower(url).starts_with("https://");
  const bool is_plain = std::all_of(url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 127; });
  if (!has_scheme || !is_plain)
    throw Error(ErrorKind::invalid, "'{}' is no address; one begins with http:// or https:// and has no spaces",
                escape_control(states::without_password(url)));
}

std::string url_of(const Query& args) {
  std::string url = args.test && !args.test_url.empty() ? args.test_url : args.url;
  check_url(url);
  if (!args.params.is_null()) url += (url.find('?') == std::string::npos ? "?" : "&") + form_of(args.params);
  return url;
}

void add_header(std::string& settings, const std::string& line) {
  if (line.find_first_of("\r\n") != std::string::npos) throw Error(ErrorKind::invalid, "a header is one line, not '{}'", escape_control(line));
  settings += "header = " + quoted(line) + "\n";
}

// By its standard input: a command line could be read by all users.
std::string settings_of(const Query& args, Call& call) {
  const bool is_method = !args.method.empty() && std::all_of(args.method.begin(), args.method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_method) throw Error(ErrorKind::invalid, "'{}' is no method; GET and POST are", escape_control(args.method));
  const std::string url = url_of(args);
  const bool is_safe = to_lower(url).starts_with("https");
  std::string settings = "url = " + quoted(url) + "\nsilent\nshow-error\ninclude\nlocation\nmax-redirs = 5\ngloboff\nproto = \"=http,https\"\n";
  settings += std::string("proto-redir = ") + (is_safe ? "\"=https\"" : "\"=http,https\"") + "\n";
  settings += fmt::format("connect-timeout = {}\nmax-time = {}\n", args.connect_timeout, args.timeout);
  settings += "user-agent = " + quoted(args.agent) + "\nwrite-out = \"\\n%{http_code} %{size_header}\"\n";
  if (args.method == "HEAD") settings += "head\n";
  else settings += "request = " + quoted(args.method) + "\n";
  if (!args.verify_ssl) settings += "insecure\n";
  if (!args.ca_bundle.empty()) settings += "cacert = " + quoted(args.ca_bundle) + "\n";
  if (args.cert.is_string()) settings += "cert = " + quoted(args.cert.as_string()) + "\n";
  if (const List* pair = args.cert.if_list(); pair && pair->size() == 2)
    settings += "cert = " + quoted((*pair)[0].as_string("cert")) + "\nkey = " + quoted((*pair)[1].as_string("cert")) + "\n";
  if (!args.username.empty()) settings += "user = " + quoted(args.username + ":" + args.password) + "\n";
  for (const auto& [name, value] : args.header_dict) add_header(settings, states::python_text(name) + ": " + states::python_text(value));
  for (const auto& line : args.header_list) add_header(settings, line);
  if (!args.data_file.empty()) settings += "data-raw = " + quoted(call.tools.host.read_file(args.data_file)) + "\n";
  else if (!args.data.is_null()) settings += "data-raw = " + quoted(form_of(args.data)) + "\n";
  return settings;
}

// Of several blocks, as redirections leave them, the last one counts.
void read_headers(const std::string& text, Answer& answer) {
  for (const auto& raw : split_lines(text)) {
    const std::string line(trim(raw));
    if (line.starts_with("HTTP/")) {
      answer.headers = {};
      const auto words = split_words(line);
      answer.reason = join({words.begin() + std::min<std::ptrdiff_t>(2, std::ssize(words)), words.end()}, " ");
    } else if (const auto colon = line.find(':'); colon != std::string::npos) {
      answer.headers.set(line.substr(0, colon), std::string(trim(line.substr(colon + 1))));
    }
  }
}

Answer ask(const Query& args, Call& call) {
  Command command{.argv = {"curl", "--disable", "--config", "-"}};
  command.input = settings_of(args, call);
  command.is_cancelled = call.is_cancelled;
  const CommandResult result = call.tools.host.execute(command);
  Answer answer;
  if (result.exit_code != 0) {
    answer.error = result.error.empty() ? fmt::format("curl ended with code {}", result.exit_code) : std::string(trim(result.error));
    return answer;
  }
  if (result.output_cut) throw Error(ErrorKind::unavailable, "the answer is longer than {} bytes", command.output_limit_bytes);
  const std::size_t end = result.output.rfind('\n');  // "\nCODE HEADER_BYTES" is curl's own last line
  const auto words = split_words(end == std::string::npos ? "" : result.output.substr(end));
  const auto code = words.size() == 2 ? parse_int(words[0]) : std::nullopt;
  const auto header_bytes = words.size() == 2 ? parse_int(words[1]) : std::nullopt;
  if (!code || !header_bytes || *header_bytes < 0 || static_cast<std::size_t>(*header_bytes) > end)
    throw Error(ErrorKind::internal, "curl's answer has another form than expected");
  answer.code = static_cast<int>(*code);
  read_headers(result.output.substr(0, static_cast<std::size_t>(*header_bytes)), answer);
  answer.body = result.output.substr(static_cast<std::size_t>(*header_bytes), end - static_cast<std::size_t>(*header_bytes));
  return answer;
}

std::string type_of(const Query& args, const Answer& answer) {
  if (args.decode_type != "auto") return args.decode_type;
  std::string type = "application/json";
  for (const auto& [name, value] : answer.headers)
    if (to_lower(name.as_string()) == "content-type") type = value.as_string();
  for (const char* known : {"json", "yaml"})
    if (type.find(known) != std::string::npos) return known;
  return "plain";
}

Map shown(const Query& args, const Answer& answer, Call& call) {
  Map result;
  if (args.test) result.set("test", true);
  if (!answer.error.empty()) {
    if (args.status) result.set("status", 0);
    result.set("error", answer.error);
    return result;
  }
  if (answer.code >= 400 && args.raise_error) {
    result.set("status", answer.code);
    result.set("error", fmt::format("HTTP {}: {}", answer.code, answer.reason.empty() ? "Unknown" : answer.reason));
    return result;
  }
  result.set("body", text_or_bytes(answer.body));
  if (args.status) result.set("status", answer.code);
  if (args.headers) result.set("headers", answer.headers);
  const FileAttributes attributes{.mode = 0600, .uid = {}, .gid = {}};  // an answer may hold a secret
  if (!args.text_out.empty()) call.tools.host.replace_file(args.text_out, answer.body, attributes);
  if (!args.headers_out.empty()) call.tools.host.replace_file(args.headers_out, to_json(answer.headers) + "\n", attributes);
  const std::string type = args.decode ? type_of(args, answer) : "";
  if (type == "json") result.set("dict", from_json(answer.body, "the answer"));
  if (type == "yaml") result.set("dict", from_yaml(answer.body, "the answer"));
  if (args.text || type == "plain") result.set("text", text_or_bytes(answer.body));
  return result;
}

Value query(const Query& args, Call& call) {
  return during([&] { return shown(args, ask(args, call), call); }, "asking {}", states::without_password(args.url));
}

Value wait_for_successful_query(const Query& args, Call& call) {
  const auto end = call.tools.host.steady_now() + std::chrono::milliseconds(static_cast<std::int64_t>(args.wait_for * 1000));
  const auto pause = std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(args.request_interval, 0.1, 3600.0) * 1000));
  while (true) {
    const Value result = query(args, call);
    const bool is_over = call.tools.host.steady_now() + pause > end || (call.is_cancelled && call.is_cancelled());
    if (is_over && result.find("error")) call.retcode = 1;
    if (is_over || !result.find("error")) return result;
    call.tools.host.sleep(pause);
  }
}

Schema<Query> schema() {
  return Schema<Query>()
      .required(&Query::url, "url", "The address.")
      .optional(&Query::method, "method", "GET, POST, PUT, ...")
      .optional(&Query::params, "params", "Put behind the address: a map, or text.")
      .optional(&Query::data, "data", "What to send: text, or a map as a form has it.")
      .secret()
      .optional(&Query::data_file, "data_file", "Full path of a file with what to send.")
      .optional(&Query::header_dict, "header_dict", "Headers: a map.")
      .secret()
      .optional(&Query::header_list, "header_list", "Headers: a list of 'Name: value'.")
      .secret()
      .optional(&Query::username, "username", "Whom to log in as.")
      .optional(&Query::password, "password", "With what.")
      .secret()
      .optional(&Query::decode, "decode", "Give the decoded answer as `dict`.")
      .optional(&Query::decode_type, "decode_type", "Its form; auto: as the server says.")
      .one_of({"auto", "json", "yaml", "plain"})
      .optional(&Query::status, "status", "Give the status code.")
      .optional(&Query::headers, "headers", "Give the headers of the answer.")
      .optional(&Query::text, "text", "Give the answer as `text` too.")
      .optional(&Query::text_out, "text_out", "Full path of a file for the answer, for its owner alone.")
      .optional(&Query::headers_out, "headers_out", "Full path of a file for its headers, as JSON.")
      .optional(&Query::verify_ssl, "verify_ssl", "False: take any certificate.")
      .optional(&Query::ca_bundle, "ca_bundle", "File of the authorities to believe. Unset: the system's.")
      .optional(&Query::cert, "cert", "Our certificate: a file, or a list of its file and its key's.")
      .optional(&Query::raise_error, "raise_error", "False: an answer of 400 and above is given like any other.")
      .optional(&Query::agent, "agent", "How we name ourselves.")
      .optional(&Query::timeout, "timeout", "Seconds that all may take.")
      .optional(&Query::connect_timeout, "connect_timeout", "Seconds that connecting may take.")
      .optional(&Query::test, "test", "Ask `test_url` instead.")
      .optional(&Query::test_url, "test_url", "The address for `test`.");
}

}  // namespace

std::vector<Function> http_functions() {
  return {
      function<Query>("http.query",
                      "Asks a web server: http.query https://example.org/status decode=True status=True. Follows five redirections, "
                      "from https to https alone. There is no XML.",
                      schema(), query),
      function<Query>("http.wait_for_successful_query", "Asks a web server until it answers well: http.wait_for_successful_query "
                      "http://localhost/health wait_for=60.",
                      schema()
                          .optional(&Query::wait_for, "wait_for", "Seconds until giving up.")
                          .optional(&Query::request_interval, "request_interval", "Seconds between two attempts."),
                      wait_for_successful_query),
  };
}

}  // namespace halite::minion
